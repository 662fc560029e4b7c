/* A window is never stored here, but only the counts of its values around the medians: 17 bytes a pixel, however many
 * frames it has. Letting a frame in and letting it go is one pass over it each. As long as the medians stay within what
 * is counted, and in a measurement most do, an image costs no more than looking at the counts. Where one does not, its
 * group of pixels is counted anew, for which all frames of the window must still be there.
 *
 * All groups of the image that are whole are handed to the kernels at once; the last one, which may be shorter, goes by
 * way of median_group.c. */
#include "sparsemed/moving_median.h"

#include <assert.h>
#include <stdlib.h>

#include "core/median/median_group.h"
#include "core/numbers.h"

struct sparsemed_moving_median {
    enum sparsemed_instruction_set set;
    size_t max_frames, n_pixels;
    bool started;
    size_t n_frames;                     /* in the window */
    struct sparsemed_group_state *state; /* [n_pixels / SPARSEMED_GROUP, rounded up] */
};

enum sparsemed_status sparsemed_moving_median_create(size_t max_frames, size_t n_pixels,
                                                     enum sparsemed_instruction_set set,
                                                     struct sparsemed_moving_median **moving,
                                                     struct sparsemed_error *error) {
    assert(max_frames >= 1 && max_frames <= INT32_MAX && n_pixels >= 1);
    assert(sparsemed_instruction_set_is_available(set));
    *moving = NULL;
    struct sparsemed_moving_median *created = malloc(sizeof *created);
    struct sparsemed_group_state *state =
        aligned_alloc(SPARSEMED_GROUP, sm_divide_up(n_pixels, SPARSEMED_GROUP) * sizeof *state);
    if (!created || !state) {
        free(created);
        free(state);
        return sparsemed_fail_memory(error, "preparing the median");
    }
    *created =
        (struct sparsemed_moving_median){.set = set, .max_frames = max_frames, .n_pixels = n_pixels, .state = state};
    *moving = created;
    return SPARSEMED_OK;
}

void sparsemed_moving_median_free(struct sparsemed_moving_median *moving) {
    if (moving) {
        free(moving->state);
        free(moving);
    }
}

static struct sparsemed_group group_at(const struct sparsemed_moving_median *moving, size_t first) {
    return sparsemed_group_at(moving->set, first, moving->n_pixels, moving->max_frames);
}

void sparsemed_moving_median_start(struct sparsemed_moving_median *moving, const uint8_t *image) {
    moving->started = true;
    moving->n_frames = 0;
    for (size_t first = 0; first < moving->n_pixels; first += SPARSEMED_GROUP) {
        const struct sparsemed_group group = group_at(moving, first);
        sparsemed_group_start(&group, image, &moving->state[first / SPARSEMED_GROUP]);
    }
}

void sparsemed_moving_median_move(struct sparsemed_moving_median *moving, const uint8_t *const *leaving,
                                  size_t n_leaving, const uint8_t *const *entering, size_t n_entering) {
    assert(moving->started && n_leaving <= moving->n_frames);
    moving->n_frames += n_entering - n_leaving;
    assert(moving->n_frames <= moving->max_frames);
    const struct sparsemed_frame_list leaving_frames = {leaving, n_leaving}, entering_frames = {entering, n_entering};
    size_t n_whole = moving->n_pixels / SPARSEMED_GROUP;
    const struct sparsemed_group rest = group_at(moving, n_whole * SPARSEMED_GROUP);
    rest.kernels->count(&leaving_frames, &entering_frames, 0, n_whole, rest.n_planes, moving->state);
    if (rest.n_pixels > 0) {
        sparsemed_group_count(&rest, &leaving_frames, &entering_frames, &moving->state[n_whole]);
    }
}

void sparsemed_moving_median_image(struct sparsemed_moving_median *moving, const uint8_t *const *frames,
                                   size_t n_frames, uint8_t *image) {
    assert(moving->started && n_frames >= 1 && n_frames == moving->n_frames);
    const struct sparsemed_frame_list window = {frames, n_frames};
    size_t n_whole = moving->n_pixels / SPARSEMED_GROUP;
    const struct sparsemed_group any = group_at(moving, 0);
    for (size_t i = 0; i * SPARSEMED_GROUP < moving->n_pixels; i++) {
        i += any.kernels->resolve(&moving->state[i], n_whole - i, n_frames, any.n_planes, image + i * SPARSEMED_GROUP);
        if (i * SPARSEMED_GROUP < moving->n_pixels) { /* a group that is to be searched for, or the last pixels */
            const struct sparsemed_group group = group_at(moving, i * SPARSEMED_GROUP);
            sparsemed_group_conclude(&group, &window, &moving->state[i], image);
        }
    }
}
