#include "rtdc/report/exhibit.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "rtdc/hdf5/attributes.h"
#include "rtdc/hdf5/guard.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/needs.h"
#include "rtdc/layout.h"
#include "rtdc/report/output_log.h"
#include "rtdc/trials/trial.h"

/* ---- the frames ---- */

/* Open the output as if it were a measurement: its basins lead to the frames. What is wrong with these is noted. */
static void open_frames(struct sm_exhibit *exhibit, const struct sm_input_options *options) {
    struct sparsemed_error *why = &exhibit->why_no_frames;
    exhibit->has_frames = sm_trial(SM_TRIAL_SHOWN, exhibit->path, options, why) == SPARSEMED_OK &&
                          sm_input_open(exhibit->path, options, &exhibit->input, why) == SPARSEMED_OK &&
                          sm_input_timing(&exhibit->input, &exhibit->axis, &exhibit->timing, why) == SPARSEMED_OK;
}

/* Open the file, with its frames or without. Mostly one trial does. */
static enum sparsemed_status open_file(struct sm_exhibit *exhibit, const struct sm_input_options *options,
                                       struct sparsemed_error *error) {
    open_frames(exhibit, options);
    if (exhibit->has_frames) {
        exhibit->file = exhibit->input.file;
        return SPARSEMED_OK;
    }
    if (exhibit->why_no_frames.status == SPARSEMED_STOPPED) {
        *error = exhibit->why_no_frames;
        return error->status;
    }
    sm_input_close(&exhibit->input);
    if (sm_trial(SM_TRIAL_OUTPUT, exhibit->path, options, error) != SPARSEMED_OK) {
        return error->status;
    }
    sm_reach_begin(&options->reach, exhibit->path, NULL, NULL);
    return sm_hdf5_open(exhibit->path, &exhibit->file, error);
}

/* Frames of another number are not those of this background. */
static void check_frames(struct sm_exhibit *exhibit) {
    const struct sm_stack *frames = &exhibit->input.stack, *images = &exhibit->images;
    if (exhibit->has_frames &&
        (frames->n_frames != exhibit->n_frames || frames->height != images->height || frames->width != images->width)) {
        exhibit->has_frames = false;
        sparsemed_fail(&exhibit->why_no_frames, SPARSEMED_INPUT,
                       "there are %llu frames of %zu x %zu pixels, and the background is for %llu of %zu x %zu",
                       (unsigned long long)frames->n_frames, frames->height, frames->width,
                       (unsigned long long)exhibit->n_frames, images->height, images->width);
    }
}

/* ---- the background ---- */

static enum sparsemed_status open_images(struct sm_exhibit *exhibit, struct sparsemed_error *error) {
    struct sm_feature *background = &exhibit->background;
    if (sm_feature_find(exhibit->file, exhibit->path, SM_FEATURE_IMAGE_BG, false, background, error) != SPARSEMED_OK) {
        return error->status;
    }
    exhibit->has_background = background->dataset >= 0;
    if (!exhibit->has_background) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: has no background (image_bg)", exhibit->path);
    }
    if (sm_stack_open_dataset(background->dataset, background->origin, SM_FEATURE_IMAGE_BG, &exhibit->images, error) !=
        SPARSEMED_OK) {
        return error->status;
    }
    exhibit->n_frames = background->map ? background->n_rows : exhibit->images.n_frames;
    return SPARSEMED_OK;
}

static void read_ppid(struct sm_exhibit *exhibit) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    exhibit->ppid = sm_attribute_text(exhibit->background.dataset, SM_ATTRIBUTE_PPID, NULL);
    exhibit->has_parameters =
        exhibit->ppid && sparsemed_ppid_parse(exhibit->ppid, &exhibit->parameters, &ignored) == SPARSEMED_OK;
}

/* Read the offsets, if there are any: they may be missing, and what is wrong with them is no reason to show nothing. */
static void read_offsets(struct sm_exhibit *exhibit) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    struct sm_feature feature = SM_NO_FEATURE;
    hsize_t extent[H5S_MAX_RANK] = {0};
    uint64_t n = exhibit->n_frames;
    hid_t space = H5I_INVALID_HID, type = H5I_INVALID_HID;
    if (sm_feature_find(exhibit->file, exhibit->path, SM_FEATURE_BG_OFF, false, &feature, &ignored) == SPARSEMED_OK &&
        feature.dataset >= 0 && !feature.map) {
        space = H5Dget_space(feature.dataset);
        type = H5Dget_type(feature.dataset);
    }
    bool fits = H5Sget_simple_extent_ndims(space) == 1 && H5Sget_simple_extent_dims(space, extent, NULL) == 1 &&
                extent[0] == n && (H5Tget_class(type) == H5T_FLOAT || H5Tget_class(type) == H5T_INTEGER) &&
                n <= SIZE_MAX / sizeof(double) &&
                sm_needs_check(feature.dataset, n * sizeof(double), SM_NEED_VALUES, &ignored) == SPARSEMED_OK;
    exhibit->offsets = fits ? malloc(n * sizeof *exhibit->offsets) : NULL;
    if (exhibit->offsets &&
        sm_guarded_read(feature.dataset, H5T_NATIVE_DOUBLE, exhibit->offsets, &ignored) != SPARSEMED_OK) {
        free(exhibit->offsets);
        exhibit->offsets = NULL;
    }
    sm_hdf5_release(type);
    sm_hdf5_release(space);
    sm_feature_close(&feature);
}

/* Read what is told of the background: all of it may be missing. */
static void read_tellings(struct sm_exhibit *exhibit) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    if (sm_split_table_read(exhibit->file, &exhibit->table, &ignored) != SPARSEMED_OK) {
        sm_split_table_free(&exhibit->table);
        exhibit->table = (struct sm_split_table){0};
        ignored = SPARSEMED_NO_ERROR;
    }
    sm_output_log_read(exhibit->file, &exhibit->log, &ignored);
    char *steps = sm_output_log_value(exhibit->log, "steps");
    unsigned long long n = steps ? strtoull(steps, NULL, 10) : 0;
    n = exhibit->table.n_splits > 0 ? exhibit->table.n_splits : n;
    exhibit->n_steps = n <= SPARSEMED_MAX_STEPS ? n : 0;
    free(steps);
}

enum sparsemed_status sm_exhibit_open(const char *path, const struct sm_input_options *options,
                                      struct sm_exhibit *exhibit, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    *exhibit = (struct sm_exhibit){
        .path = path,
        .has_background = true,
        .file = H5I_INVALID_HID,
        .background = SM_NO_FEATURE,
        .input = SM_NO_INPUT,
        .why_no_frames = SPARSEMED_NO_ERROR,
    };
    if (open_file(exhibit, options, error) != SPARSEMED_OK || open_images(exhibit, error) != SPARSEMED_OK) {
        return error->status;
    }
    check_frames(exhibit);
    read_ppid(exhibit);
    read_offsets(exhibit);
    read_tellings(exhibit);
    return SPARSEMED_OK;
}

uint64_t sm_exhibit_image_of(const struct sm_exhibit *exhibit, uint64_t frame) {
    assert(frame < exhibit->n_frames);
    return exhibit->background.map ? exhibit->background.map[frame] : frame;
}

double sm_exhibit_time_of(const struct sm_exhibit *exhibit, uint64_t frame) {
    if (exhibit->has_frames) {
        return exhibit->axis.time[frame];
    }
    double split_time = exhibit->has_parameters ? exhibit->parameters.split_time : 1;
    double n_steps = (double)(exhibit->n_steps > 0 ? exhibit->n_steps : exhibit->images.n_frames);
    return (double)frame * n_steps * split_time / (double)exhibit->n_frames;
}

void sm_exhibit_close(struct sm_exhibit *exhibit) {
    bool own_file = exhibit->file >= 0 && exhibit->file != exhibit->input.file;
    free(exhibit->ppid);
    free(exhibit->log);
    free(exhibit->offsets);
    sm_split_table_free(&exhibit->table);
    sparsemed_time_axis_free(&exhibit->axis);
    sm_stack_close(&exhibit->images);
    sm_feature_close(&exhibit->background);
    if (own_file) {
        H5Fclose(exhibit->file);
        sm_reach_end(NULL);
    }
    sm_input_close(&exhibit->input);
    exhibit->file = H5I_INVALID_HID;
}

/* ---- single frames ---- */

enum sparsemed_status sm_reader_open(struct sm_stack *stack, hid_t dataset, uint64_t n_more, struct sm_reader *reader,
                                     struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    uint64_t frame_bytes = (uint64_t)stack->height * stack->width, n_bytes = 0;
    uint64_t n_slab = sm_min(stack->slab_frames, SIZE_MAX / frame_bytes);
    *reader = (struct sm_reader){stack, NULL, UINT64_MAX};
    if (__builtin_mul_overflow(n_slab + n_more, frame_bytes, &n_bytes)) {
        n_bytes = UINT64_MAX;
    }
    if (sm_needs_check(dataset, n_bytes, SM_NEED_FRAMES, error) != SPARSEMED_OK) {
        return error->status;
    }
    reader->slab = malloc(n_slab * frame_bytes);
    return reader->slab ? SPARSEMED_OK : sparsemed_fail_memory(error, "reading frames");
}

const uint8_t *sm_reader_frame(struct sm_reader *reader, uint64_t frame, struct sparsemed_error *error) {
    struct sm_stack *stack = reader->stack;
    assert(frame < stack->n_frames);
    uint64_t slab = frame / stack->slab_frames;
    if (slab != reader->number) {
        reader->number = UINT64_MAX;
        if (sm_stack_read(stack, slab, reader->slab, error) != SPARSEMED_OK) {
            return NULL;
        }
        reader->number = slab;
    }
    return reader->slab + frame % stack->slab_frames * stack->height * stack->width;
}

void sm_reader_close(struct sm_reader *reader) {
    free(reader->slab);
    *reader = (struct sm_reader){NULL, NULL, UINT64_MAX};
}
