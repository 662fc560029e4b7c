/* Windows are worked on in the order of frames, which is that of the split points only where time ascends. So the
 * starts of all split points are sorted and made unique, and each split point is told which of them is its own. */
#include "sparsemed/windows.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#include "core/numbers.h"

static int compare_starts(const void *left, const void *right) {
    size_t a = *(const size_t *)left, b = *(const size_t *)right;
    return a < b ? -1 : a > b;
}

/* Sort starts[n] and drop repetitions. Returns how many are left. Mostly they ascend already. */
static size_t sort_unique(size_t *starts, size_t n) {
    bool ascending = true;
    for (size_t i = 1; i < n && ascending; i++) {
        ascending = starts[i - 1] <= starts[i];
    }
    if (!ascending) {
        qsort(starts, n, sizeof *starts, compare_starts);
    }
    size_t n_unique = 0;
    for (size_t i = 0; i < n; i++) {
        if (n_unique == 0 || starts[i] != starts[n_unique - 1]) {
            starts[n_unique++] = starts[i];
        }
    }
    return n_unique;
}

/* First frame of the window of a split point: the frame nearest to it, or as far back as a whole window needs. */
static size_t window_start(const struct sparsemed_time_axis *axis, double step_time, size_t kernel_size) {
    size_t start = sparsemed_nearest_frame(axis, step_time, 0);
    return (size_t)sm_min(start, axis->n_frames - kernel_size);
}

enum sparsemed_status sparsemed_windows_build(const struct sparsemed_time_axis *axis, int64_t kernel_size,
                                              double split_time, struct sparsemed_windows *windows,
                                              struct sparsemed_error *error) {
    *windows = (struct sparsemed_windows){0};
    assert(kernel_size >= 1 && split_time > 0);
    size_t n_steps;
    enum sparsemed_status status = sparsemed_count_steps(axis, split_time, &n_steps, error);
    if (status != SPARSEMED_OK) {
        return status;
    }
    windows->n_steps = n_steps;
    windows->kernel_size = (size_t)sm_min((uint64_t)kernel_size, axis->n_frames);
    windows->start = malloc(n_steps * sizeof *windows->start);
    windows->window_of_step = malloc(n_steps * sizeof *windows->window_of_step);
    size_t *start_of_step = malloc(n_steps * sizeof *start_of_step);
    if (!windows->start || !windows->window_of_step || !start_of_step) {
        free(start_of_step);
        return sparsemed_fail_memory(error, "planning the windows");
    }
    for (size_t i = 0; i < n_steps; i++) {
        start_of_step[i] = window_start(axis, sparsemed_step_time(i, split_time), windows->kernel_size);
        windows->start[i] = start_of_step[i];
    }
    windows->n_windows = sort_unique(windows->start, n_steps);
    for (size_t i = 0; i < n_steps; i++) {
        const size_t *found =
            bsearch(&start_of_step[i], windows->start, windows->n_windows, sizeof *found, compare_starts);
        windows->window_of_step[i] = (uint32_t)(found - windows->start);
    }
    free(start_of_step);
    return SPARSEMED_OK;
}

void sparsemed_windows_free(struct sparsemed_windows *windows) {
    free(windows->start);
    free(windows->window_of_step);
    *windows = (struct sparsemed_windows){0};
}
