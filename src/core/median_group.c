#include "core/median_group.h"

#include <string.h>

struct sm_group sm_group_at(enum sm_instruction_set set, size_t first, size_t n_pixels, size_t max_frames) {
    int n_planes = 1;
    while (max_frames >> 8 * n_planes) {
        n_planes++;
    }
    size_t left = n_pixels - first;
    return (struct sm_group){sm_median_kernels_of(set), first, left < SM_GROUP ? left : SM_GROUP, n_planes};
}

static void clear(const struct sm_group *group, struct sm_group_state *state) {
    memset(state->count, 0, (size_t)group->n_planes * sizeof *state->count);
}

void sm_group_start(const struct sm_group *group, const uint8_t *image, struct sm_group_state *state) {
    clear(group, state);
    memset(state->base, SM_MIN_BASE, sizeof state->base);
    for (size_t x = 0; x < group->n_pixels; x++) {
        int base = image[group->first + x] - 1;
        state->base[x] = (uint8_t)(base < SM_MIN_BASE ? SM_MIN_BASE : base > SM_MAX_BASE ? SM_MAX_BASE : base);
    }
}

void sm_group_count(const struct sm_group *group, const uint8_t *const *frames, size_t n_frames, bool leaving,
                    struct sm_group_state *state) {
    if (group->n_pixels == SM_GROUP) {
        group->kernels->count(frames, n_frames, group->first, 1, leaving, group->n_planes, state);
        return;
    }
    for (size_t i = 0; i < n_frames; i++) { /* the last pixels of a frame: nothing can be read behind them */
        uint8_t pixels[SM_GROUP] = {0};
        const uint8_t *const frame = pixels;
        memcpy(pixels, frames[i] + group->first, group->n_pixels);
        group->kernels->count(&frame, 1, 0, 1, leaving, group->n_planes, state);
    }
}

/* Each pixel keeps the range its median can lie in. The next thresholds begin at the end of it that is nearer, plus a
 * leap that doubles but never takes more than half of the range: near the guess that is faster than bisection, and
 * elsewhere not much slower. */
void sm_group_conclude(const struct sm_group *group, const uint8_t *const *frames, size_t n_frames,
                       struct sm_group_state *state, uint8_t *image) {
    _Alignas(SM_GROUP) uint8_t median[SM_GROUP];
    struct sm_group_range range;
    memset(range.low, 0, sizeof range.low);
    memset(range.high, UINT8_MAX, sizeof range.high);
    for (unsigned leap = 0; !group->kernels->resolve(state, n_frames, group->n_planes, median);
         leap = leap < 64 ? 2 * leap + 1 : UINT8_MAX) {
        group->kernels->shift(state, n_frames, group->n_planes, leap, &range);
        clear(group, state);
        sm_group_count(group, frames, n_frames, false, state);
    }
    memcpy(image + group->first, median, group->n_pixels);
}
