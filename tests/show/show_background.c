/* Draws a frame, its background and the difference of the two in a terminal, from a measurement and its output.
 * Usage: show_background MEASUREMENT OUTPUT */
#include <stdio.h>
#include <stdlib.h>

#include "rtdc/frames/stack.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/layout.h"

/* A character stands for so many pixels, and the picture is so wide. */
enum { CELL_WIDTH = 2, CELL_HEIGHT = 4, COLUMNS = 78 };

static const char shades[] = " .:-=+*#%@"; /* dark to bright on a dark terminal */

/* Read frame i of a stack into frame[height][width]. */
static bool read_frame(struct sm_stack *stack, uint64_t i, uint8_t *frame, struct sparsemed_error *error) {
    size_t frame_bytes = stack->height * stack->width;
    uint8_t *slab = malloc(stack->slab_frames * frame_bytes);
    bool read = slab && sm_stack_read(stack, i / stack->slab_frames, slab, error) == SPARSEMED_OK;
    for (size_t x = 0; read && x < frame_bytes; x++) {
        frame[x] = slab[i % stack->slab_frames * frame_bytes + x];
    }
    free(slab);
    return read;
}

/* Column from which on a picture shows where the frame differs most from its background. */
static size_t choose_column(const uint8_t *frame, const uint8_t *background, size_t height, size_t width) {
    size_t shown = COLUMNS * CELL_WIDTH, centre = width / 2;
    unsigned long most = 0;
    for (size_t x = 8; x + 8 < width; x++) {
        unsigned long sum = 0;
        for (size_t y = 0; y < height; y++) {
            for (size_t i = y * width + x - 8; i < y * width + x + 8; i++) {
                sum += (unsigned long)abs(frame[i] - background[i]);
            }
        }
        if (sum > most) {
            most = sum;
            centre = x;
        }
    }
    size_t begin = centre > shown / 2 ? centre - shown / 2 : 0;
    return width <= shown ? 0 : begin + shown > width ? width - shown : begin;
}

/* Draw values[height][width] from a column on; dark and bright are the values of the darkest and the brightest shade.
 */
static void draw(const char *title, const int *values, size_t height, size_t width, size_t column, int dark,
                 int bright) {
    printf("%s\n", title);
    for (size_t y = 0; y + CELL_HEIGHT <= height; y += CELL_HEIGHT) {
        for (size_t x = column; x + CELL_WIDTH <= width && x < column + COLUMNS * CELL_WIDTH; x += CELL_WIDTH) {
            int sum = 0;
            for (size_t i = 0; i < CELL_HEIGHT * CELL_WIDTH; i++) {
                sum += values[(y + i / CELL_WIDTH) * width + x + i % CELL_WIDTH];
            }
            int mean = sum / (CELL_HEIGHT * CELL_WIDTH);
            int shade = (mean - dark) * (int)(sizeof shades - 1) / (bright - dark + 1);
            shade = shade < 0 ? 0 : shade;
            shade = shade > (int)sizeof shades - 2 ? (int)sizeof shades - 2 : shade;
            putchar(shades[shade]);
        }
        putchar('\n');
    }
    putchar('\n');
}

static void show(const uint8_t *frame, const uint8_t *background, size_t height, size_t width) {
    size_t n = height * width, column = choose_column(frame, background, height, width);
    int *values = malloc(n * sizeof *values);
    int dark = 255, bright = 0;
    for (size_t i = 0; values && i < n; i++) {
        values[i] = frame[i];
        dark = values[i] < dark ? values[i] : dark;
        bright = values[i] > bright ? values[i] : bright;
    }
    if (!values) {
        return;
    }
    draw("A frame:", values, height, width, column, dark, bright);
    for (size_t i = 0; i < n; i++) {
        values[i] = background[i];
    }
    draw("Its background, in which the cell is gone and the channel walls remain:", values, height, width, column, dark,
         bright);
    for (size_t i = 0; i < n; i++) {
        values[i] = abs(frame[i] - background[i]);
    }
    draw("Their difference, the cell alone:", values, height, width, column, 0, (bright - dark) / 2);
    free(values);
}

/* The image of a frame, by the map of the output. */
static bool read_map(hid_t file, uint64_t frame, int64_t *image) {
    const hsize_t origin = frame, one = 1;
    hid_t dataset = H5Dopen2(file, "events/basinmap0", H5P_DEFAULT);
    hid_t space = H5Dget_space(dataset), memory = H5Screate_simple(1, &one, NULL);
    H5Sselect_hyperslab(space, H5S_SELECT_SET, &origin, NULL, &one, NULL);
    bool read = H5Dread(dataset, H5T_NATIVE_INT64, memory, space, H5P_DEFAULT, image) >= 0;
    sm_hdf5_release(memory);
    sm_hdf5_release(space);
    sm_hdf5_release(dataset);
    return read;
}

static enum sparsemed_status open_stack(hid_t file, const char *path, const char *name, struct sm_stack *stack,
                                        struct sparsemed_error *error) {
    hid_t dataset;
    if (sm_hdf5_open_dataset(file, path, name, &dataset, error) == SPARSEMED_OK) {
        sm_stack_open_dataset(dataset, path, name, stack, error);
    }
    sm_hdf5_release(dataset);
    return error->status;
}

static bool read_both(const char *const *paths, struct sm_stack stacks[2], hid_t files[2],
                      struct sparsemed_error *error) {
    if (sm_hdf5_open(paths[0], &files[0], error) != SPARSEMED_OK ||
        sm_hdf5_open(paths[1], &files[1], error) != SPARSEMED_OK ||
        open_stack(files[0], paths[0], "events/image", &stacks[0], error) != SPARSEMED_OK ||
        open_stack(files[1], paths[1], SM_PATH_IMAGE_BG, &stacks[1], error) != SPARSEMED_OK) {
        return false;
    }
    size_t n = stacks[0].height * stacks[0].width;
    uint64_t shown = stacks[0].n_frames / 2;
    int64_t image = 0;
    uint8_t *frame = malloc(n), *background = malloc(n);
    bool read = frame && background && read_map(files[1], shown, &image) &&
                read_frame(&stacks[0], shown, frame, error) &&
                read_frame(&stacks[1], (uint64_t)image, background, error);
    if (read) {
        show(frame, background, stacks[0].height, stacks[0].width);
    }
    free(background);
    free(frame);
    return read;
}

int main(int argc, char **argv) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_stack stacks[2] = {{0}, {0}};
    hid_t files[2] = {H5I_INVALID_HID, H5I_INVALID_HID};
    if (argc != 3) {
        fputs("Usage: show_background MEASUREMENT OUTPUT\n", stderr);
        return SPARSEMED_USAGE;
    }
    bool shown =
        sm_hdf5_start(&error) == SPARSEMED_OK && read_both((const char *const *)argv + 1, stacks, files, &error);
    for (int i = 0; i < 2; i++) {
        sm_stack_close(&stacks[i]);
        if (files[i] >= 0) {
            H5Fclose(files[i]);
        }
    }
    if (!shown) {
        fprintf(stderr, "show_background: %s\n", error.status ? error.message : "the files cannot be read");
    }
    return shown ? 0 : SPARSEMED_INPUT;
}
