#include "rtdc/report/busy_frames.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/numbers.h"

enum { MIDDLE_GREY = 128 };

/* Frames and their images, read side by side. */
struct pair {
    struct sm_exhibit *exhibit;
    struct sm_reader frames, images;
    size_t n_pixels;
};

static enum sparsemed_status pair_open(struct sm_exhibit *exhibit, struct pair *pair, struct sparsemed_error *error) {
    *pair = (struct pair){.exhibit = exhibit, .n_pixels = exhibit->images.height * exhibit->images.width};
    if (!exhibit->has_frames) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s", exhibit->why_no_frames.message);
    }
    return sm_reader_open(&exhibit->input.stack, exhibit->input.image.dataset, 0, &pair->frames, error) == SPARSEMED_OK
               ? sm_reader_open(&exhibit->images, exhibit->background.dataset, 0, &pair->images, error)
               : error->status;
}

static void pair_close(struct pair *pair) {
    sm_reader_close(&pair->frames);
    sm_reader_close(&pair->images);
}

/* Read a frame and its image. Returns false after a failure. */
static bool pair_read(struct pair *pair, uint64_t number, const uint8_t **frame, const uint8_t **image,
                      struct sparsemed_error *error) {
    *frame = sm_reader_frame(&pair->frames, number, error);
    *image = *frame ? sm_reader_frame(&pair->images, sm_exhibit_image_of(pair->exhibit, number), error) : NULL;
    return *image;
}

static double offset_of(const struct sm_exhibit *exhibit, uint64_t frame) {
    return exhibit->offsets && isfinite(exhibit->offsets[frame]) ? exhibit->offsets[frame] : 0;
}

/* ---- choosing ---- */

static double mean_square(const uint8_t *frame, const uint8_t *image, size_t n, double offset) {
    int64_t sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        int difference = frame[i] - image[i];
        sum += difference;
        squares += difference * difference;
    }
    /* of difference - offset */
    return ((double)squares - 2 * offset * (double)sum) / (double)n + offset * offset;
}

/* The busiest frame of a slab. */
static enum sparsemed_status look_at_slab(struct pair *pair, uint64_t slab, struct sm_busy_frames *busy,
                                          struct sm_busy_frame *busiest, struct sparsemed_error *error) {
    const struct sm_stack *stack = pair->frames.stack;
    uint64_t first = slab * stack->slab_frames, end = sm_min(first + stack->slab_frames, stack->n_frames);
    *busiest = (struct sm_busy_frame){first, -1};
    for (uint64_t j = first; j < end; j++) {
        const uint8_t *frame, *image;
        if (!pair_read(pair, j, &frame, &image, error)) {
            return error->status;
        }
        double difference = mean_square(frame, image, pair->n_pixels, offset_of(pair->exhibit, j));
        if (difference > busiest->difference) {
            *busiest = (struct sm_busy_frame){j, difference};
        }
        busy->n_looked_at++;
    }
    return SPARSEMED_OK;
}

/* Put a frame where it belongs among the busiest ones. */
static void take_in(struct sm_busy_frames *busy, struct sm_busy_frame frame) {
    for (size_t i = 0; i < SM_MOST_BUSY; i++) {
        if (i == busy->n) {
            busy->list[busy->n++] = frame;
            return;
        }
        if (frame.difference > busy->list[i].difference) {
            struct sm_busy_frame less = busy->list[i];
            busy->list[i] = frame;
            frame = less;
        }
    }
}

enum sparsemed_status sm_busy_frames_find(struct sm_exhibit *exhibit, uint64_t n_slabs, struct sm_busy_frames *busy,
                                          struct sparsemed_error *error) {
    assert(n_slabs >= 1 && error->status == SPARSEMED_OK);
    struct pair pair;
    *busy = (struct sm_busy_frames){0};
    if (pair_open(exhibit, &pair, error) == SPARSEMED_OK) {
        uint64_t n_all = exhibit->input.stack.n_slabs, n = sm_min(n_all, n_slabs);
        for (uint64_t i = 0; i < n && error->status == SPARSEMED_OK; i++) {
            struct sm_busy_frame busiest;
            uint64_t slab = (uint64_t)(((double)i + 0.5) * (double)n_all / (double)n);
            if (look_at_slab(&pair, sm_min(slab, n_all - 1), busy, &busiest, error) == SPARSEMED_OK) {
                take_in(busy, busiest);
            }
        }
    }
    pair_close(&pair);
    return error->status;
}

/* ---- drawing ---- */

static struct sm_picture draw_difference(const uint8_t *frame, const uint8_t *image, size_t width, size_t height,
                                         double offset) {
    struct sm_picture picture = sm_picture_make(NULL, width, height);
    for (size_t i = 0; picture.pixels && i < width * height; i++) {
        double value = frame[i] - image[i] - offset + MIDDLE_GREY;
        picture.pixels[i] = (uint8_t)(value < 0 ? 0 : value > UINT8_MAX ? UINT8_MAX : lround(value));
    }
    return picture;
}

enum sparsemed_status sm_corrected_frame_draw(struct sm_exhibit *exhibit, uint64_t number,
                                              struct sm_corrected_frame *pictures, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    const uint8_t *frame, *image;
    struct pair pair;
    *pictures = (struct sm_corrected_frame){0};
    if (pair_open(exhibit, &pair, error) == SPARSEMED_OK && pair_read(&pair, number, &frame, &image, error)) {
        size_t width = exhibit->images.width, height = exhibit->images.height;
        *pictures = (struct sm_corrected_frame){
            sm_picture_make(frame, width, height),
            sm_picture_make(image, width, height),
            draw_difference(frame, image, width, height, 0),
            draw_difference(frame, image, width, height, offset_of(exhibit, number)),
        };
    }
    pair_close(&pair);
    return error->status;
}

void sm_corrected_frame_free(struct sm_corrected_frame *pictures) {
    sm_picture_free(&pictures->recorded);
    sm_picture_free(&pictures->background);
    sm_picture_free(&pictures->corrected);
    sm_picture_free(&pictures->levelled);
}
