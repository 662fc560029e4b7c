#include "sparsemed/moving_median.h"

#include <stdlib.h>
#include <string.h>

#include "core/median_kernel.h"

struct sm_moving_median {
    const struct sm_median_kernels *kernels;
    struct sm_median *median; /* for the pixels that are no whole group, and windows that are too long to be counted */
    size_t n_frames, n_pixels, n_groups;
    struct sm_group_state *state; /* [n_groups] */
    uint8_t *column;              /* [n_frames][SM_GROUP] */
    const uint8_t **rest;         /* [n_frames], where the last pixels of the frames begin */
};

enum sm_status sm_moving_median_create(size_t n_frames, size_t n_pixels, enum sm_instruction_set set,
                                       struct sm_moving_median **moving, struct sm_error *error) {
    struct sm_moving_median *created = calloc(1, sizeof *created);
    if (!created) {
        return sm_fail_memory(error, "preparing the median");
    }
    *created =
        (struct sm_moving_median){.kernels = sm_median_kernels_of(set), .n_frames = n_frames, .n_pixels = n_pixels};
    created->n_groups = n_frames <= SM_MAX_COUNTED ? n_pixels / SM_GROUP : 0;
    created->state = aligned_alloc(SM_GROUP, (created->n_groups + 1) * sizeof *created->state);
    created->column = aligned_alloc(SM_GROUP, n_frames * SM_GROUP);
    created->rest = malloc(n_frames * sizeof *created->rest);
    if (!created->state || !created->column || !created->rest) {
        sm_moving_median_free(created);
        return sm_fail_memory(error, "preparing the median");
    }
    if (sm_median_create(n_frames, set, &created->median, error) != SM_OK) {
        sm_moving_median_free(created);
        return error->status;
    }
    *moving = created;
    return SM_OK;
}

void sm_moving_median_free(struct sm_moving_median *moving) {
    if (moving) {
        sm_median_free(moving->median);
        free(moving->state);
        free(moving->column);
        free(moving->rest);
        free(moving);
    }
}

/* Take the medians of a group that has been counted, or find them anew.
 *
 * guess   the group's part of the image; replaced by the result */
static void conclude(struct sm_moving_median *moving, const uint8_t *const *frames, size_t group, uint8_t *guess) {
    _Alignas(SM_GROUP) uint8_t result[SM_GROUP];
    if (!moving->kernels->resolve(&moving->state[group], moving->n_frames, result)) {
        memcpy(result, guess, SM_GROUP);
        moving->kernels->gather(frames, moving->n_frames, group * SM_GROUP, moving->column);
        moving->kernels->find(moving->column, moving->n_frames, result, &moving->state[group]);
    }
    memcpy(guess, result, SM_GROUP);
}

/* The pixels behind the last group; they are few, unless nothing is counted. */
static void rest_of_image(struct sm_moving_median *moving, const uint8_t *const *frames, uint8_t *image) {
    size_t first = moving->n_groups * SM_GROUP;
    for (size_t i = 0; i < moving->n_frames; i++) {
        moving->rest[i] = frames[i] + first;
    }
    sm_median_image(moving->median, moving->rest, moving->n_frames, moving->n_pixels - first, image + first);
}

void sm_moving_median_start(struct sm_moving_median *moving, const uint8_t *const *frames, uint8_t *image) {
    for (size_t group = 0; group < moving->n_groups; group++) {
        _Alignas(SM_GROUP) uint8_t guess[SM_GROUP];
        memcpy(guess, image + group * SM_GROUP, SM_GROUP);
        moving->kernels->start(guess, &moving->state[group]);
        moving->kernels->count(frames, moving->n_frames, group * SM_GROUP, false, &moving->state[group]);
        conclude(moving, frames, group, image + group * SM_GROUP);
    }
    rest_of_image(moving, frames, image);
}

void sm_moving_median_move(struct sm_moving_median *moving, const uint8_t *const *left, size_t n_moved,
                           const uint8_t *const *frames, uint8_t *image) {
    const uint8_t *const *came = frames + moving->n_frames - n_moved;
    for (size_t group = 0; group < moving->n_groups; group++) {
        moving->kernels->count(left, n_moved, group * SM_GROUP, true, &moving->state[group]);
        moving->kernels->count(came, n_moved, group * SM_GROUP, false, &moving->state[group]);
        conclude(moving, frames, group, image + group * SM_GROUP);
    }
    rest_of_image(moving, frames, image);
}
