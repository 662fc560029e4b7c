/* What goes on around the kernels, for one group of pixels: laying thresholds around a guess, counting, and where
 * medians turn out to lie elsewhere, laying them anew until all are found.
 *
 * The kernels know whole groups only. The last pixels of a frame are copied, with zeros behind them, as nothing behind
 * the frame may be read; what comes out for the zeros is dropped. */
#include "core/median/median_group.h"

#include <assert.h>
#include <string.h>

#include "core/numbers.h"

static const struct sparsemed_median_kernels *const kernels[SPARSEMED_N_INSTRUCTION_SETS] = {
    [SPARSEMED_PORTABLE] = &sparsemed_median_portable,
#if SPARSEMED_X86_KERNELS
    [SPARSEMED_AVX2] = &sparsemed_median_avx2,
    [SPARSEMED_AVX512BW] = &sparsemed_median_avx512bw,
#elif SPARSEMED_ARM64_KERNELS
    [SPARSEMED_NEON] = &sparsemed_median_neon,
#endif
};

const struct sparsemed_frame_list sparsemed_no_frames = {NULL, 0};

struct sparsemed_group sparsemed_group_at(enum sparsemed_instruction_set set, size_t first, size_t n_pixels,
                                          size_t max_frames) {
    assert(sparsemed_instruction_set_is_available(set));
    int n_planes = 1;
    while (max_frames >> 8 * n_planes) {
        n_planes++;
    }
    size_t n_ahead = n_pixels - first;
    return (struct sparsemed_group){kernels[set], first, (size_t)sm_min(n_ahead, SPARSEMED_GROUP), n_planes};
}

static void clear(const struct sparsemed_group *group, struct sparsemed_group_state *state) {
    memset(state->count, 0, (size_t)group->n_planes * sizeof *state->count);
}

void sparsemed_group_start(const struct sparsemed_group *group, const uint8_t *image,
                           struct sparsemed_group_state *state) {
    clear(group, state);
    memset(state->base, 0, sizeof state->base);
    memcpy(state->base, image + group->first, group->n_pixels);
    for (size_t x = 0; x < SPARSEMED_GROUP; x++) { /* one below the guess, so that it is in the middle of the bracket */
        uint64_t guess = sm_max(state->base[x], SPARSEMED_MIN_BASE + 1);
        state->base[x] = (uint8_t)(sm_min(guess, SPARSEMED_MAX_BASE + 1) - 1);
    }
}

/* The last pixels of the frames: nothing can be read behind them. */
static void count_last(const struct sparsemed_group *group, const struct sparsemed_frame_list *list, bool leaving,
                       struct sparsemed_group_state *state) {
    for (size_t i = 0; i < list->n_frames; i++) {
        uint8_t pixels[SPARSEMED_GROUP] = {0};
        const uint8_t *const frame = pixels;
        const struct sparsemed_frame_list one = {&frame, 1};
        memcpy(pixels, list->frames[i] + group->first, group->n_pixels);
        group->kernels->count(leaving ? &one : &sparsemed_no_frames, leaving ? &sparsemed_no_frames : &one, 0, 1,
                              group->n_planes, state);
    }
}

void sparsemed_group_count(const struct sparsemed_group *group, const struct sparsemed_frame_list *leaving,
                           const struct sparsemed_frame_list *entering, struct sparsemed_group_state *state) {
    if (group->n_pixels == SPARSEMED_GROUP) {
        group->kernels->count(leaving, entering, group->first, 1, group->n_planes, state);
    } else {
        count_last(group, leaving, true, state);
        count_last(group, entering, false, state);
    }
}

/* Each pixel keeps the range its median can lie in. The next thresholds begin at the end of it that is nearer, plus a
 * leap that doubles but never takes more than half of the range: near the guess that is faster than bisection, and
 * elsewhere not much slower. */
void sparsemed_group_conclude(const struct sparsemed_group *group, const struct sparsemed_frame_list *window,
                              struct sparsemed_group_state *state, uint8_t *image) {
    uint8_t medians[SPARSEMED_GROUP];
    struct sparsemed_group_range range;
    memset(range.low, 0, sizeof range.low);
    memset(range.high, UINT8_MAX, sizeof range.high);
    for (unsigned leap = 0; group->kernels->resolve(state, 1, window->n_frames, group->n_planes, medians) == 0;
         leap = leap < 64 ? 2 * leap + 1 : UINT8_MAX) {
        group->kernels->shift(state, window->n_frames, group->n_planes, leap, &range);
        clear(group, state);
        sparsemed_group_count(group, &sparsemed_no_frames, window, state);
    }
    memcpy(image + group->first, medians, group->n_pixels);
}
