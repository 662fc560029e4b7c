/* All steps in one process. The windows are computed one after the other, each moving on from the one before it where
 * that is less work. All images stay in memory until cleansing has seen the whole series; the program, which has
 * longer series, keeps them in files. */
#include "sparsemed/background.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sparsemed/attribution.h"
#include "sparsemed/cleansing.h"
#include "sparsemed/moving_median.h"
#include "sparsemed/offset.h"
#include "sparsemed/windows.h"

/* What lies between the frames and their background. */
struct work {
    struct sparsemed_time_axis axis;
    struct sparsemed_windows windows;
    uint8_t *images;   /* [n_windows][height][width] */
    uint8_t *profiles; /* [n_windows][height] */
    struct sparsemed_cleansing cleansing;
    struct sparsemed_attribution attribution;
};

static size_t image_bytes(const struct sparsemed_frames *frames) {
    return frames->height * frames->width;
}

static enum sparsemed_status check_size(const struct sparsemed_frames *frames, struct sparsemed_error *error) {
    if (frames->n_frames == 0 || frames->height == 0 || frames->width == 0) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "a stack of %zu frames of %zu x %zu pixels is empty",
                              frames->n_frames, frames->height, frames->width);
    }
    if (frames->height > SPARSEMED_MAX_WIDTH || frames->width > SPARSEMED_MAX_WIDTH) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "the frames have more than %u rows or columns",
                              SPARSEMED_MAX_WIDTH);
    }
    return SPARSEMED_OK;
}

static enum sparsemed_status make_axis(const struct sparsemed_frames *frames, struct sparsemed_time_axis *axis,
                                       struct sparsemed_error *error) {
    if (frames->times) {
        return sparsemed_time_axis_from_times(frames->times, frames->time_type, frames->n_frames, axis, error);
    }
    double rate = frames->frame_rate == 0 ? SPARSEMED_DEFAULT_FRAME_RATE : frames->frame_rate;
    return sparsemed_time_axis_uniform(frames->n_frames, rate, axis, error);
}

/* The image and the profile of every window. Each window but the first moves on from the one before it where that pays.
 *
 * frame   [n_frames], where each frame begins */
static void make_images(const struct sparsemed_frames *frames, const uint8_t *const *frame,
                        struct sparsemed_moving_median *median, struct work *work) {
    const struct sparsemed_windows *windows = &work->windows;
    for (size_t i = 0; i < windows->n_windows; i++) {
        uint8_t *image = work->images + i * image_bytes(frames);
        size_t start = windows->start[i], end = start + windows->kernel_size;
        size_t before = i > 0 ? windows->start[i - 1] : 0, moved = start - before;
        if (i > 0 && moved < windows->kernel_size &&
            sparsemed_moving_median_pays(moved, windows->kernel_size - moved)) {
            sparsemed_moving_median_move(median, frame + before, moved, frame + end - moved, moved);
        } else {
            sparsemed_moving_median_start(median, i > 0 ? image - image_bytes(frames) : frame[start]);
            sparsemed_moving_median_move(median, NULL, 0, frame + start, windows->kernel_size);
        }
        sparsemed_moving_median_image(median, frame + start, windows->kernel_size, image);
        sparsemed_profile(image, frames->height, frames->width, work->profiles + i * frames->height);
    }
}

static enum sparsemed_status compute_images(const struct sparsemed_frames *frames, struct work *work,
                                            struct sparsemed_error *error) {
    size_t n_windows = work->windows.n_windows;
    enum sparsemed_instruction_set set;
    struct sparsemed_moving_median *median = NULL;
    const uint8_t **frame = malloc(frames->n_frames * sizeof *frame);
    work->images = calloc(n_windows, image_bytes(frames));
    work->profiles = calloc(n_windows, frames->height);
    enum sparsemed_status status = sparsemed_instruction_set_choose(&set, error);
    if (status == SPARSEMED_OK && (!work->images || !work->profiles || !frame)) {
        status = sparsemed_fail_memory(error, "computing the background images");
    }
    if (status == SPARSEMED_OK) {
        status = sparsemed_moving_median_create(work->windows.kernel_size, image_bytes(frames), set, &median, error);
    }
    if (status == SPARSEMED_OK) {
        for (size_t j = 0; j < frames->n_frames; j++) {
            frame[j] = frames->values + j * image_bytes(frames);
        }
        make_images(frames, frame, median, work);
    }
    sparsemed_moving_median_free(median);
    free(frame);
    return status;
}

static enum sparsemed_status allocate(const struct sparsemed_frames *frames, bool offset,
                                      struct sparsemed_background *background, struct sparsemed_error *error) {
    background->images = calloc(background->n_kept, image_bytes(frames));
    background->step = malloc(background->n_kept * sizeof *background->step);
    background->map = malloc(frames->n_frames * sizeof *background->map);
    background->offsets = offset ? malloc(frames->n_frames * sizeof *background->offsets) : NULL;
    if (!background->images || !background->step || !background->map || (offset && !background->offsets)) {
        return sparsemed_fail_memory(error, "keeping the background images");
    }
    return SPARSEMED_OK;
}

static void keep_images(const struct work *work, struct sparsemed_background *background) {
    size_t bytes = background->height * background->width, n = 0;
    for (size_t i = 0; i < background->n_steps; i++) {
        if (work->cleansing.used[i]) {
            memcpy(background->images + n * bytes, work->images + work->windows.window_of_step[i] * bytes, bytes);
            background->step[n++] = i;
        }
    }
}

static void compute_offsets(const struct sparsemed_frames *frames, struct sparsemed_background *background) {
    size_t height = frames->height, width = frames->width, bytes = image_bytes(frames);
    const int64_t *map = background->map;
    uint32_t image_sum = 0;
    for (size_t j = 0; j < frames->n_frames; j++) {
        if (j == 0 || map[j] != map[j - 1]) {
            image_sum = sparsemed_top_sum(background->images + (size_t)map[j] * bytes, height, width);
        }
        uint32_t frame_sum = sparsemed_top_sum(frames->values + j * bytes, height, width);
        background->offsets[j] = sparsemed_offset(frame_sum, image_sum, height, width);
    }
}

/* All that is found out before the result can be laid out: the steps of the method up to the map. */
static enum sparsemed_status work_out(const struct sparsemed_frames *frames,
                                      const struct sparsemed_parameters *parameters, struct work *work,
                                      struct sparsemed_error *error) {
    double split_time = parameters->split_time;
    enum sparsemed_status status = make_axis(frames, &work->axis, error);
    if (status == SPARSEMED_OK) {
        status = sparsemed_windows_build(&work->axis, parameters->kernel_size, split_time, &work->windows, error);
    }
    if (status == SPARSEMED_OK) {
        status = compute_images(frames, work, error);
    }
    if (status == SPARSEMED_OK) {
        status = sparsemed_cleanse(&work->windows, work->profiles, frames->height, parameters, &work->cleansing, error);
    }
    if (status == SPARSEMED_OK) {
        status = sparsemed_attribute_frames(&work->axis, &work->cleansing, work->windows.n_steps, split_time,
                                            &work->attribution, error);
    }
    return status;
}

/* Lay out the result: the images that are kept, the map, and the offsets if they are wanted. */
static enum sparsemed_status lay_out(const struct sparsemed_frames *frames, const struct work *work, bool offset,
                                     struct sparsemed_background *background, struct sparsemed_error *error) {
    background->kernel_size = work->windows.kernel_size;
    background->n_steps = work->windows.n_steps;
    background->n_kept = work->cleansing.n_kept;
    background->enforced = work->cleansing.enforced;
    enum sparsemed_status status = allocate(frames, offset, background, error);
    if (status != SPARSEMED_OK) {
        return status;
    }
    keep_images(work, background);
    sparsemed_attribution_map(&work->attribution, 0, frames->n_frames, background->map);
    if (offset) {
        compute_offsets(frames, background);
    }
    return SPARSEMED_OK;
}

enum sparsemed_status sparsemed_background_compute(const struct sparsemed_frames *frames,
                                                   const struct sparsemed_parameters *parameters,
                                                   struct sparsemed_background *background,
                                                   struct sparsemed_error *error) {
    *background =
        (struct sparsemed_background){.n_frames = frames->n_frames, .height = frames->height, .width = frames->width};
    struct work work = {0};
    enum sparsemed_status status = sparsemed_parameters_check(parameters, error);
    if (status == SPARSEMED_OK) {
        status = check_size(frames, error);
    }
    if (status == SPARSEMED_OK) {
        assert(frames->values);
        status = work_out(frames, parameters, &work, error);
    }
    if (status == SPARSEMED_OK) {
        status = lay_out(frames, &work, parameters->offset_correction, background, error);
    }
    sparsemed_attribution_free(&work.attribution);
    sparsemed_cleansing_free(&work.cleansing);
    free(work.profiles);
    free(work.images);
    sparsemed_windows_free(&work.windows);
    sparsemed_time_axis_free(&work.axis);
    return status;
}

void sparsemed_background_free(struct sparsemed_background *background) {
    free(background->images);
    free(background->step);
    free(background->map);
    free(background->offsets);
    *background = (struct sparsemed_background){0};
}
