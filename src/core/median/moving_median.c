#include "sparsemed/moving_median.h"

#include <stdlib.h>

#include "core/median/median_group.h"

struct sm_moving_median {
    enum sm_instruction_set set;
    size_t max_frames, n_pixels;
    struct sm_group_state *state; /* [n_pixels / SM_GROUP, rounded up] */
};

enum sm_status sm_moving_median_create(size_t max_frames, size_t n_pixels, enum sm_instruction_set set,
                                       struct sm_moving_median **moving, struct sm_error *error) {
    struct sm_moving_median *created = malloc(sizeof *created);
    struct sm_group_state *state = aligned_alloc(SM_GROUP, (n_pixels / SM_GROUP + 1) * sizeof *state);
    if (!created || !state) {
        free(created);
        free(state);
        return sm_fail_memory(error, "preparing the median");
    }
    *created = (struct sm_moving_median){set, max_frames, n_pixels, state};
    *moving = created;
    return SM_OK;
}

void sm_moving_median_free(struct sm_moving_median *moving) {
    if (moving) {
        free(moving->state);
        free(moving);
    }
}

static struct sm_group group_at(const struct sm_moving_median *moving, size_t first) {
    return sm_group_at(moving->set, first, moving->n_pixels, moving->max_frames);
}

void sm_moving_median_start(struct sm_moving_median *moving, const uint8_t *image) {
    for (size_t first = 0; first < moving->n_pixels; first += SM_GROUP) {
        const struct sm_group group = group_at(moving, first);
        sm_group_start(&group, image, &moving->state[first / SM_GROUP]);
    }
}

void sm_moving_median_move(struct sm_moving_median *moving, const uint8_t *const *left, size_t n_left,
                           const uint8_t *const *came, size_t n_came) {
    const struct sm_frame_list leaving = {left, n_left}, coming = {came, n_came};
    size_t n_whole = moving->n_pixels / SM_GROUP;
    const struct sm_group rest = group_at(moving, n_whole * SM_GROUP);
    rest.kernels->count(&leaving, &coming, 0, n_whole, rest.n_planes, moving->state);
    if (rest.n_pixels > 0) {
        sm_group_count(&rest, &leaving, &coming, &moving->state[n_whole]);
    }
}

void sm_moving_median_image(struct sm_moving_median *moving, const uint8_t *const *frames, size_t n_frames,
                            uint8_t *image) {
    const struct sm_frame_list window = {frames, n_frames};
    size_t n_whole = moving->n_pixels / SM_GROUP;
    const struct sm_group any = group_at(moving, 0);
    for (size_t i = 0; i * SM_GROUP < moving->n_pixels; i++) {
        i += any.kernels->resolve(&moving->state[i], n_whole - i, n_frames, any.n_planes, image + i * SM_GROUP);
        if (i * SM_GROUP < moving->n_pixels) { /* a group that is to be searched for, or the last pixels */
            const struct sm_group group = group_at(moving, i * SM_GROUP);
            sm_group_conclude(&group, &window, &moving->state[i], image);
        }
    }
}
