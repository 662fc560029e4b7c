#include "core/median/median_group.h"

#include <string.h>

const struct sm_frame_list sm_no_frames = {NULL, 0};

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
    memset(state->base, 0, sizeof state->base);
    memcpy(state->base, image + group->first, group->n_pixels);
    for (size_t x = 0; x < SM_GROUP; x++) { /* one below the guess, so that it is in the middle of the bracket */
        uint8_t guess = state->base[x];
        guess = guess < SM_MIN_BASE + 1 ? SM_MIN_BASE + 1 : guess;
        guess = guess > SM_MAX_BASE + 1 ? SM_MAX_BASE + 1 : guess;
        state->base[x] = (uint8_t)(guess - 1);
    }
}

/* The last pixels of the frames: nothing can be read behind them. */
static void count_last(const struct sm_group *group, const struct sm_frame_list *list, bool leaving,
                       struct sm_group_state *state) {
    for (size_t i = 0; i < list->n_frames; i++) {
        uint8_t pixels[SM_GROUP] = {0};
        const uint8_t *const frame = pixels;
        const struct sm_frame_list one = {&frame, 1};
        memcpy(pixels, list->frames[i] + group->first, group->n_pixels);
        group->kernels->count(leaving ? &one : &sm_no_frames, leaving ? &sm_no_frames : &one, 0, 1, group->n_planes,
                              state);
    }
}

void sm_group_count(const struct sm_group *group, const struct sm_frame_list *left, const struct sm_frame_list *came,
                    struct sm_group_state *state) {
    if (group->n_pixels == SM_GROUP) {
        group->kernels->count(left, came, group->first, 1, group->n_planes, state);
    } else {
        count_last(group, left, true, state);
        count_last(group, came, false, state);
    }
}

/* Each pixel keeps the range its median can lie in. The next thresholds begin at the end of it that is nearer, plus a
 * leap that doubles but never takes more than half of the range: near the guess that is faster than bisection, and
 * elsewhere not much slower. */
void sm_group_conclude(const struct sm_group *group, const struct sm_frame_list *window, struct sm_group_state *state,
                       uint8_t *image) {
    uint8_t medians[SM_GROUP];
    struct sm_group_range range;
    memset(range.low, 0, sizeof range.low);
    memset(range.high, UINT8_MAX, sizeof range.high);
    for (unsigned leap = 0; group->kernels->resolve(state, 1, window->n_frames, group->n_planes, medians) == 0;
         leap = leap < 64 ? 2 * leap + 1 : UINT8_MAX) {
        group->kernels->shift(state, window->n_frames, group->n_planes, leap, &range);
        clear(group, state);
        sm_group_count(group, &sm_no_frames, window, state);
    }
    memcpy(image + group->first, medians, group->n_pixels);
}
