#include "rtdc/inspection/recomputation.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "rtdc/hdf5/needs.h"
#include "rtdc/layout.h"
#include "sparsemed/attribution.h"
#include "sparsemed/cleansing.h"
#include "sparsemed/instruction_set.h"
#include "sparsemed/median.h"
#include "sparsemed/offset.h"
#include "sparsemed/windows.h"

static const char remedy[] = "compute it anew: sparsemed run --force";

/* ---- the map ---- */

/* Frames whose image is not the one that they are attributed to. */
static void compare_map(const struct sparsemed_attribution *attribution, const struct sm_shown_background *background,
                        struct sm_flaws *flaws) {
    uint64_t n_wrong = 0, first = 0;
    for (size_t r = 0; r < attribution->n_runs; r++) {
        uint64_t end = r + 1 < attribution->n_runs ? attribution->run[r + 1].first_frame : background->n_frames;
        for (uint64_t frame = attribution->run[r].first_frame; frame < end; frame++) {
            if (sm_shown_background_image_of(background, frame) != attribution->run[r].image) {
                first = n_wrong == 0 ? frame : first;
                n_wrong++;
            }
        }
    }
    if (n_wrong > 0) {
        sm_flaws_add(flaws, SM_GROUP_EVENTS "/" SM_FEATURE_MAP, remedy,
                     "%llu frames have another image than follows from their times, the first is frame %llu",
                     (unsigned long long)n_wrong, (unsigned long long)first);
    }
}

/* Where every frame has an image of its own: whether they change within what is attributed to one image. */
static enum sparsemed_status compare_runs(const struct sparsemed_attribution *attribution,
                                          struct sm_shown_background *background, struct sm_flaws *flaws,
                                          struct sparsemed_error *error) {
    size_t n_bytes = background->stack.height * background->stack.width;
    uint8_t *first = malloc(n_bytes);
    uint64_t n_wrong = 0, first_wrong = 0;
    if (!first) {
        return sparsemed_fail_memory(error, "comparing images");
    }
    for (size_t r = 0; r < attribution->n_runs; r++) {
        uint64_t begin = attribution->run[r].first_frame;
        uint64_t end = r + 1 < attribution->n_runs ? attribution->run[r + 1].first_frame : background->n_frames;
        for (uint64_t frame = begin; frame < end && error->status == SPARSEMED_OK; frame++) {
            const uint8_t *image;
            if (sm_shown_background_read(background, frame, &image, error) != SPARSEMED_OK) {
                break;
            }
            if (frame == begin) {
                memcpy(first, image, n_bytes);
            }
            bool wrong = memcmp(first, image, n_bytes) != 0;
            first_wrong = wrong && n_wrong == 0 ? frame : first_wrong;
            n_wrong += wrong;
        }
    }
    if (n_wrong > 0) {
        sm_flaws_add(flaws, SM_GROUP_EVENTS "/" SM_FEATURE_IMAGE_BG, remedy,
                     "%llu frames have another image than follows from their times, the first is frame %llu",
                     (unsigned long long)n_wrong, (unsigned long long)first_wrong);
    }
    free(first);
    return error->status;
}

/* Give every frame its image anew; attribution is released by the caller. */
static enum sparsemed_status attribute(const struct sparsemed_time_axis *axis,
                                       const struct sparsemed_parameters *parameters,
                                       const struct sm_background_log *log, struct sparsemed_attribution *attribution,
                                       struct sparsemed_error *error) {
    const struct sparsemed_cleansing cleansing = {.used = log->used, .n_kept = log->n_kept};
    return sparsemed_attribute_frames(axis, &cleansing, log->n_steps, parameters->split_time, attribution, error);
}

enum sparsemed_status sm_recompute_map(const struct sparsemed_time_axis *axis,
                                       const struct sparsemed_parameters *parameters,
                                       const struct sm_background_log *log, struct sm_shown_background *background,
                                       struct sm_flaws *flaws, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK && log->used);
    struct sparsemed_attribution attribution = {0};
    if (attribute(axis, parameters, log, &attribution, error) == SPARSEMED_OK) {
        if (background->each) {
            compare_runs(&attribution, background, flaws, error);
        } else {
            compare_map(&attribution, background, flaws);
        }
    }
    sparsemed_attribution_free(&attribution);
    return error->status;
}

/* ---- images ---- */

/* What medians are computed with. */
struct medians {
    enum sparsemed_instruction_set set;
    struct sm_single_frames single;
    size_t kernel_size, frame_bytes;
    uint8_t *frames;       /* [kernel_size][frame_bytes] */
    const uint8_t **frame; /* [kernel_size], pointers into it */
    uint8_t *image;        /* [frame_bytes] */
};

static enum sparsemed_status open_medians(struct sm_input *input, size_t kernel_size, struct medians *medians,
                                          struct sparsemed_error *error) {
    size_t frame_bytes = input->stack.height * input->stack.width, n_bytes;
    *medians = (struct medians){.kernel_size = kernel_size, .frame_bytes = frame_bytes};
    if (__builtin_mul_overflow(kernel_size, frame_bytes, &n_bytes)) {
        return sparsemed_fail_memory(error, "computing images");
    }
    if (sm_single_frames_open(&input->stack, input->image.dataset, &medians->single, error) != SPARSEMED_OK ||
        sm_needs_check(input->image.dataset, n_bytes, SM_NEED_FRAMES, error) != SPARSEMED_OK ||
        sparsemed_instruction_set_choose(&medians->set, error) != SPARSEMED_OK) {
        return error->status;
    }
    medians->frames = malloc(n_bytes);
    medians->frame = malloc(kernel_size * sizeof *medians->frame);
    medians->image = calloc(frame_bytes, 1);
    if (!medians->frames || !medians->frame || !medians->image) {
        return sparsemed_fail_memory(error, "computing images");
    }
    for (size_t i = 0; i < kernel_size; i++) {
        medians->frame[i] = medians->frames + i * frame_bytes;
    }
    return SPARSEMED_OK;
}

static void close_medians(struct medians *medians) {
    sm_single_frames_close(&medians->single);
    free(medians->frames);
    free(medians->frame);
    free(medians->image);
}

/* Compute the image of a window. */
static enum sparsemed_status compute_image(struct medians *medians, size_t start, struct sparsemed_error *error) {
    for (size_t i = 0; i < medians->kernel_size; i++) {
        const uint8_t *frame;
        if (sm_single_frames_read(&medians->single, start + i, &frame, error) != SPARSEMED_OK) {
            return error->status;
        }
        memcpy(medians->frames + i * medians->frame_bytes, frame, medians->frame_bytes);
    }
    sparsemed_median_image(medians->set, medians->frame, medians->kernel_size, medians->frame_bytes, medians->image);
    return SPARSEMED_OK;
}

/* Whether number i of total is among n that are spread over all. */
static bool is_chosen(uint64_t i, uint64_t total, uint64_t n) {
    return n >= total || (i * n) / total != ((i + 1) * n) / total;
}

/* Where the background has the images of the steps that were kept: [n_kept], UINT64_MAX for one that it does not have,
 * as no frame does. To be released with free; NULL after a failure. */
static uint64_t *locate_images(const struct sparsemed_time_axis *axis, const struct sparsemed_parameters *parameters,
                               const struct sm_background_log *log, const struct sm_shown_background *background,
                               struct sparsemed_error *error) {
    struct sparsemed_attribution attribution = {0};
    uint64_t *places = malloc((size_t)log->n_kept * sizeof *places);
    if (!places) {
        sparsemed_fail_memory(error, "computing images");
    }
    for (uint64_t i = 0; i < log->n_kept && places; i++) {
        places[i] = background->each ? UINT64_MAX : i;
    }
    if (places && background->each && attribute(axis, parameters, log, &attribution, error) == SPARSEMED_OK) {
        for (size_t r = attribution.n_runs; r-- > 0;) {
            places[attribution.run[r].image] = attribution.run[r].first_frame;
        }
    }
    sparsemed_attribution_free(&attribution);
    if (error->status != SPARSEMED_OK) {
        free(places);
        return NULL;
    }
    return places;
}

/* Compare the image that was computed last with one of the background. */
static enum sparsemed_status compare_image(const struct medians *medians, struct sm_shown_background *background,
                                           uint64_t number, size_t step, struct sm_flaws *flaws,
                                           struct sparsemed_error *error) {
    const uint8_t *image;
    if (number == UINT64_MAX) {
        return SPARSEMED_OK;
    }
    if (sm_shown_background_read(background, number, &image, error) == SPARSEMED_OK &&
        memcmp(image, medians->image, medians->frame_bytes) != 0) {
        sm_flaws_add(flaws, SM_FEATURE_IMAGE_BG, remedy, "image %llu is not the median of split point %zu",
                     (unsigned long long)number, step);
    }
    return error->status;
}

static void compare_cleansing(const struct sparsemed_windows *windows, const uint8_t *profiles, size_t height,
                              const struct sparsemed_parameters *parameters, const struct sm_background_log *log,
                              struct sm_flaws *flaws, struct sparsemed_error *error) {
    struct sparsemed_cleansing cleansing = {0};
    if (sparsemed_cleanse(windows, profiles, height, parameters, &cleansing, error) == SPARSEMED_OK &&
        memcmp(cleansing.used, log->used, windows->n_steps * sizeof *log->used) != 0) {
        sm_flaws_add(flaws, SM_FEATURE_IMAGE_BG, remedy, "other split points are kept than the parameters say");
    }
    sparsemed_cleansing_free(&cleansing);
}

/* places   of locate_images */
static enum sparsemed_status recompute_images(struct sm_input *input, const struct sparsemed_windows *windows,
                                              const struct sparsemed_parameters *parameters,
                                              const struct sm_background_log *log, const uint64_t *places,
                                              struct sm_shown_background *background, uint64_t n,
                                              struct sm_flaws *flaws, struct sparsemed_error *error) {
    struct medians medians;
    size_t height = input->stack.height, at = SIZE_MAX; /* the window whose image is computed */
    bool all = n >= log->n_kept;
    uint8_t *profiles = calloc(windows->n_windows, height);
    if (!profiles) {
        sparsemed_fail_memory(error, "computing images");
    }
    medians = (struct medians){0};
    if (error->status == SPARSEMED_OK) {
        open_medians(input, windows->kernel_size, &medians, error);
    }
    uint64_t number = 0; /* of the image of the next step that is kept */
    for (size_t step = 0; step < windows->n_steps && error->status == SPARSEMED_OK; step++) {
        size_t window = windows->window_of_step[step];
        bool kept = log->used[step], chosen = kept && is_chosen(number, log->n_kept, n);
        if ((all || chosen) && window != at && compute_image(&medians, windows->start[window], error) == SPARSEMED_OK) {
            at = window;
            sparsemed_profile(medians.image, height, input->stack.width, profiles + window * height);
        }
        if (chosen && error->status == SPARSEMED_OK) {
            compare_image(&medians, background, places[number], step, flaws, error);
        }
        number += kept;
    }
    if (all && error->status == SPARSEMED_OK) {
        compare_cleansing(windows, profiles, height, parameters, log, flaws, error);
    }
    close_medians(&medians);
    free(profiles);
    return error->status;
}

/* ---- offsets ---- */

static enum sparsemed_status recompute_offsets(struct sm_input *input, struct sm_shown_background *background,
                                               uint64_t n, struct sm_flaws *flaws, struct sparsemed_error *error) {
    struct sm_single_frames single;
    size_t height = input->stack.height, width = input->stack.width;
    uint64_t n_wrong = 0, first = 0, image_at = UINT64_MAX;
    uint32_t image_sum = 0;
    sm_single_frames_open(&input->stack, input->image.dataset, &single, error);
    for (uint64_t i = 0; i < background->n_frames && error->status == SPARSEMED_OK; i++) {
        const uint8_t *frame, *image;
        uint64_t number = sm_shown_background_image_of(background, i);
        if (!is_chosen(i, background->n_frames, n)) {
            continue;
        }
        if (number != image_at && sm_shown_background_read(background, number, &image, error) == SPARSEMED_OK) {
            image_at = number;
            image_sum = sparsemed_top_sum(image, height, width);
        }
        if (error->status == SPARSEMED_OK && sm_single_frames_read(&single, i, &frame, error) == SPARSEMED_OK) {
            double offset = sparsemed_offset(sparsemed_top_sum(frame, height, width), image_sum, height, width);
            bool wrong = memcmp(&offset, &background->offsets[i], sizeof offset) != 0;
            first = wrong && n_wrong == 0 ? i : first;
            n_wrong += wrong;
        }
    }
    if (n_wrong > 0) {
        sm_flaws_add(flaws, SM_PATH_BG_OFF, remedy, "%llu offsets are wrong, the first is that of frame %llu",
                     (unsigned long long)n_wrong, (unsigned long long)first);
    }
    sm_single_frames_close(&single);
    return error->status;
}

enum sparsemed_status sm_recompute(struct sm_input *input, const struct sparsemed_time_axis *axis,
                                   const struct sparsemed_parameters *parameters, const struct sm_background_log *log,
                                   struct sm_shown_background *background, uint64_t n, struct sm_flaws *flaws,
                                   struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK && log->used);
    struct sparsemed_windows windows = {0};
    if (sparsemed_windows_build(axis, parameters->kernel_size, parameters->split_time, &windows, error) ==
        SPARSEMED_OK) {
        if (windows.n_steps != log->n_steps) {
            sm_flaws_add(flaws, SM_GROUP_LOGS, remedy, "the log tells of %llu split points, and there are %zu",
                         (unsigned long long)log->n_steps, windows.n_steps);
        } else {
            uint64_t *places = locate_images(axis, parameters, log, background, error);
            if (places &&
                recompute_images(input, &windows, parameters, log, places, background, n, flaws, error) ==
                    SPARSEMED_OK &&
                background->offsets) {
                recompute_offsets(input, background, n, flaws, error);
            }
            free(places);
        }
    }
    sparsemed_windows_free(&windows);
    return error->status;
}
