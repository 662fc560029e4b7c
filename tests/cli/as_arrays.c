/* Takes a measurement apart: its frames and time stamps as NumPy arrays, frames.npy and time.npy, and as datasets
 * scan/frames and scan/time of arrays.h5. Usage: as_arrays MEASUREMENT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/hdf5/hdf5.h"
#include "rtdc/input.h"

static int fail(const char *what) {
    fprintf(stderr, "as_arrays: %s\n", what);
    exit(1);
}

/* All frames of a measurement. */
static uint8_t *read_frames(struct sm_stack *stack) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    size_t slab_bytes = stack->slab_frames * stack->height * stack->width;
    uint8_t *frames = malloc(stack->n_slabs * slab_bytes);
    for (uint64_t slab = 0; frames && slab < stack->n_slabs; slab++) {
        if (sm_stack_read(stack, slab, frames + slab * slab_bytes, &error) != SPARSEMED_OK) {
            fail(error.message);
        }
    }
    return frames;
}

/* The time stamps as they are stored, 32 or 64 bits each; NULL where there are none. */
static void *read_times(hid_t file, uint64_t n_frames, bool *single) {
    if (!sm_hdf5_has(file, "events", "time")) {
        return NULL;
    }
    hid_t dataset = H5Dopen2(file, "events/time", H5P_DEFAULT), type = H5Dget_type(dataset);
    *single = H5Tget_size(type) == sizeof(float);
    void *times = malloc(n_frames * sizeof(double));
    if (H5Dread(dataset, *single ? H5T_NATIVE_FLOAT : H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, times) < 0) {
        fail("the time stamps cannot be read");
    }
    sm_hdf5_release(type);
    sm_hdf5_release(dataset);
    return times;
}

static void write_npy(const char *path, const char *type, const char *shape, size_t n_bytes, const void *elements) {
    char header[256];
    int length =
        snprintf(header, sizeof header, "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", type, shape);
    int padded = (10 + length + 1 + 63) / 64 * 64 - 10; /* as NumPy does */
    FILE *file = fopen(path, "wb");
    if (!file || fprintf(file, "\x93NUMPY\x01%c%c%c%-*s\n", 0, padded & 255, padded >> 8, padded - 1, header) < 0 ||
        fwrite(elements, 1, n_bytes, file) != n_bytes || fclose(file) != 0) {
        fail("an array cannot be written");
    }
}

static void write_dataset(hid_t group, const char *name, hid_t type, int rank, const hsize_t *extent,
                          const void *elements) {
    hid_t space = H5Screate_simple(rank, extent, NULL);
    hid_t dataset = H5Dcreate2(group, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    if (H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, elements) < 0) {
        fail("a dataset cannot be written");
    }
    sm_hdf5_release(dataset);
    sm_hdf5_release(space);
}

static void write_all(const struct sm_stack *stack, const uint8_t *frames, const void *times, bool single) {
    const hsize_t extent[3] = {stack->n_frames, stack->height, stack->width};
    char shape[100];
    hid_t file = H5Fcreate("arrays.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t group = sm_hdf5_require_group(file, "scan");
    snprintf(shape, sizeof shape, "%llu, %zu, %zu", (unsigned long long)stack->n_frames, stack->height, stack->width);
    write_npy("frames.npy", "|u1", shape, stack->n_frames * stack->height * stack->width, frames);
    write_dataset(group, "frames", H5T_NATIVE_UINT8, 3, extent, frames);
    if (times) {
        snprintf(shape, sizeof shape, "%llu,", (unsigned long long)stack->n_frames);
        write_npy("time.npy", single ? "<f4" : "<f8", shape, stack->n_frames * (single ? 4 : 8), times);
        write_dataset(group, "time", single ? H5T_NATIVE_FLOAT : H5T_NATIVE_DOUBLE, 1, extent, times);
    }
    sm_hdf5_release(group);
    H5Fclose(file);
}

int main(int argc, char **argv) {
    const struct sm_input_options options = {0};
    struct sm_input input;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    bool single = false;
    if (argc != 2) {
        return fail("usage: as_arrays MEASUREMENT");
    }
    H5dont_atexit();
    if (sm_hdf5_start(&error) != SPARSEMED_OK || sm_input_open(argv[1], &options, &input, &error) != SPARSEMED_OK) {
        return fail(error.message);
    }
    uint8_t *frames = read_frames(&input.stack);
    void *times = read_times(input.file, input.stack.n_frames, &single);
    write_all(&input.stack, frames, times, single);
    free(times);
    free(frames);
    sm_input_close(&input);
    return 0;
}
