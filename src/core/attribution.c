/* The map is handed on as runs of frames with the same image: there are about as many of them as images, and they are
 * what all processes are told. It is made frame by frame all the same, as a later image overwrites an earlier one where
 * time runs backwards. */
#include "sparsemed/attribution.h"

#include <assert.h>
#include <stdlib.h>

/* Give each frame its image: the kept split points in order, each from where the one before it ended. */
static void fill_map(const struct sparsemed_time_axis *axis, const struct sparsemed_cleansing *cleansing,
                     size_t n_steps, double split_time, uint32_t *map) {
    size_t begin = 0;
    uint32_t image = 0;
    for (size_t i = 0; i < n_steps; i++) {
        if (!cleansing->used[i]) {
            continue;
        }
        size_t end = sparsemed_nearest_frame(axis, sparsemed_step_time(i, split_time), split_time / 2);
        for (size_t j = begin; j < end; j++) {
            map[j] = image;
        }
        begin = end; /* may lie before the old begin where time does not ascend: later images then overwrite */
        image++;
    }
    assert(image == cleansing->n_kept);
    for (size_t j = begin; j < axis->n_frames; j++) {
        map[j] = image - 1;
    }
}

static size_t count_runs(const uint32_t *map, size_t n_frames) {
    size_t n_runs = 1;
    for (size_t j = 1; j < n_frames; j++) {
        n_runs += map[j] != map[j - 1];
    }
    return n_runs;
}

enum sparsemed_status sparsemed_attribute_frames(const struct sparsemed_time_axis *axis,
                                                 const struct sparsemed_cleansing *cleansing, size_t n_steps,
                                                 double split_time, struct sparsemed_attribution *attribution,
                                                 struct sparsemed_error *error) {
    assert(axis->n_frames >= 1 && n_steps >= 1 && cleansing->n_kept >= 1 && split_time > 0);
    *attribution = (struct sparsemed_attribution){0};
    uint32_t *map = malloc(axis->n_frames * sizeof *map);
    if (!map) {
        return sparsemed_fail_memory(error, "giving frames their images");
    }
    fill_map(axis, cleansing, n_steps, split_time, map);
    size_t n_runs = count_runs(map, axis->n_frames);
    attribution->run = malloc(n_runs * sizeof *attribution->run);
    if (!attribution->run) {
        free(map);
        return sparsemed_fail_memory(error, "giving frames their images");
    }
    for (size_t j = 0; j < axis->n_frames; j++) {
        if (j == 0 || map[j] != map[j - 1]) {
            attribution->run[attribution->n_runs++] = (struct sparsemed_frame_run){j, map[j]};
        }
    }
    free(map);
    return SPARSEMED_OK;
}

void sparsemed_attribution_free(struct sparsemed_attribution *attribution) {
    free(attribution->run);
    *attribution = (struct sparsemed_attribution){0};
}

/* Index of the run that a frame belongs to. */
static size_t find_run(const struct sparsemed_attribution *attribution, uint64_t frame) {
    size_t low = 0, high = attribution->n_runs;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (attribution->run[middle].first_frame <= frame) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

void sparsemed_attribution_map(const struct sparsemed_attribution *attribution, uint64_t first_frame, size_t n_frames,
                               int64_t *map) {
    assert(attribution->n_runs >= 1);
    size_t run = find_run(attribution, first_frame);
    for (size_t j = 0; j < n_frames; j++) {
        while (run + 1 < attribution->n_runs && attribution->run[run + 1].first_frame <= first_frame + j) {
            run++;
        }
        map[j] = (int64_t)attribution->run[run].image;
    }
}
