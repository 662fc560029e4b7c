#include "rtdc/inspection/shown_background.h"

#include <assert.h>
#include <stdlib.h>

#include "core/numbers.h"
#include "rtdc/hdf5/guard.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/needs.h"
#include "rtdc/layout.h"

/* Values of a list; 0 where a dataset is none. */
static uint64_t count_values(hid_t dataset) {
    hsize_t extent[H5S_MAX_RANK] = {0};
    hid_t space = H5Dget_space(dataset);
    int rank = H5Sget_simple_extent_dims(space, extent, NULL);
    sm_hdf5_release(space);
    return rank == 1 ? extent[0] : 0;
}

/* Read the rows of a feature of numbers, through its map. */
static enum sparsemed_status read_offsets(struct sm_shown_background *background, const struct sm_feature *feature,
                                          struct sparsemed_error *error) {
    uint64_t n_there = count_values(feature->dataset), n_rows = feature->map ? feature->n_rows : n_there;
    if (n_there == 0) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "is no list of numbers");
    }
    if (n_rows != background->n_frames) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%llu offsets for %llu frames", (unsigned long long)n_rows,
                              (unsigned long long)background->n_frames);
    }
    if (sm_needs_check(feature->dataset, sm_min(n_there, UINT64_MAX / sizeof(double)) * sizeof(double), SM_NEED_VALUES,
                       error) != SPARSEMED_OK) {
        return error->status;
    }
    double *values = malloc(n_there * sizeof *values);
    background->offsets = malloc(n_rows * sizeof *background->offsets);
    if (!values || !background->offsets) {
        sparsemed_fail_memory(error, "reading offsets");
    } else if (sm_guarded_read(feature->dataset, H5T_NATIVE_DOUBLE, values, error) == SPARSEMED_OK) {
        for (uint64_t i = 0; i < n_rows; i++) {
            background->offsets[i] = values[feature->map ? feature->map[i] : i];
        }
    }
    free(values);
    return error->status;
}

static enum sparsemed_status open_offsets(struct sm_shown_background *background, struct sparsemed_error *error) {
    struct sm_feature feature;
    if (sm_feature_find(background->file, background->path, SM_FEATURE_BG_OFF, false, &feature, error) ==
            SPARSEMED_OK &&
        feature.dataset >= 0 && read_offsets(background, &feature, error) != SPARSEMED_OK) {
        sparsemed_fail_where(error, "%s: %s", feature.origin, SM_FEATURE_BG_OFF);
    }
    sm_feature_close(&feature);
    return error->status;
}

static enum sparsemed_status open_images(struct sm_shown_background *background, struct sparsemed_error *error) {
    struct sm_feature *images = &background->images;
    struct sm_stack *stack = &background->stack;
    if (sm_feature_find(background->file, background->path, SM_FEATURE_IMAGE_BG, false, images, error) !=
        SPARSEMED_OK) {
        return error->status;
    }
    if (images->dataset < 0) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: has no background", background->path);
    }
    if (sm_stack_open_dataset(images->dataset, images->origin, SM_FEATURE_IMAGE_BG, stack, error) != SPARSEMED_OK) {
        return error->status;
    }
    background->each = !images->map;
    background->n_frames = images->map ? images->n_rows : stack->n_frames;
    return sm_single_frames_open(stack, images->dataset, &background->single, error) == SPARSEMED_OK
               ? SPARSEMED_OK
               : sparsemed_fail_where(error, "%s: %s", images->origin, SM_FEATURE_IMAGE_BG);
}

enum sparsemed_status sm_shown_background_open(const char *path, const struct sm_reach *reach,
                                               struct sm_shown_background *background, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    *background = SM_NO_SHOWN_BACKGROUND;
    background->path = path;
    sm_reach_begin(reach, path, NULL, NULL);
    if (sm_hdf5_open(path, &background->file, error) == SPARSEMED_OK &&
        open_images(background, error) == SPARSEMED_OK) {
        open_offsets(background, error);
    }
    return error->status;
}

uint64_t sm_shown_background_image_of(const struct sm_shown_background *background, uint64_t frame) {
    return background->images.map ? background->images.map[frame] : frame;
}

enum sparsemed_status sm_shown_background_read(struct sm_shown_background *background, uint64_t number,
                                               const uint8_t **image, struct sparsemed_error *error) {
    return sm_single_frames_read(&background->single, number, image, error);
}

void sm_shown_background_close(struct sm_shown_background *background) {
    sm_single_frames_close(&background->single);
    sm_stack_close(&background->stack);
    sm_feature_close(&background->images);
    free(background->offsets);
    if (background->file >= 0) {
        H5Fclose(background->file);
        sm_reach_end(NULL);
    }
    *background = SM_NO_SHOWN_BACKGROUND;
}
