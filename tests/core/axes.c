#include "core/axes.h"

#include <math.h>
#include <stdlib.h>

#include "support/unit_test.h"

/* Time from one frame to the next. */
static double random_gap(struct rng *rng, enum axis_kind kind) {
    switch (kind) {
    case AXIS_DUPLICATES:
        return rng_below(rng, 3) == 0 ? 0.25 * (double)rng_below(rng, 3) : 0;
    case AXIS_CLUSTERED:
        return rng_below(rng, 20) == 0 ? 50 + rng_unit(rng) : 1e-4 * rng_unit(rng);
    case AXIS_GRID:
        return (double)(1 + rng_below(rng, 3));
    case AXIS_HUGE:
        return 2.0 * (double)rng_below(rng, 4);
    default:
        return 1e-3 + rng_unit(rng);
    }
}

static void shuffle(struct rng *rng, double *times, size_t n_frames, size_t n_swaps) {
    for (size_t i = 0; i < n_swaps; i++) {
        size_t a = rng_below(rng, n_frames), b = rng_below(rng, n_frames);
        double time = times[a];
        times[a] = times[b];
        times[b] = time;
    }
}

void random_axis(struct rng *rng, enum axis_kind kind, size_t n_frames, struct sparsemed_time_axis *axis) {
    double *times = malloc(n_frames * sizeof *times);
    assert_non_null(times);
    times[0] = kind == AXIS_HUGE ? 0 : 100 * rng_unit(rng);
    for (size_t i = 1; i < n_frames; i++) {
        double far = kind == AXIS_HUGE && i == 1 ? 0x1p53 : 0;
        times[i] = times[i - 1] + far + random_gap(rng, kind == AXIS_UNSORTED ? AXIS_DUPLICATES : kind);
    }
    if (kind == AXIS_UNSORTED || kind == AXIS_NEARLY_SORTED) {
        shuffle(rng, times, n_frames, kind == AXIS_UNSORTED ? 3 * n_frames : 1 + n_frames / 50);
    }
    if (times[n_frames - 1] <= times[0]) { /* the duration must be above zero */
        times[n_frames - 1] = times[0] + 3;
    }
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sparsemed_time_axis_from_times(times, SPARSEMED_FLOAT64, n_frames, axis, &error), SPARSEMED_OK);
    free(times);
}

size_t naive_nearest_frame(const struct sparsemed_time_axis *axis, double origin, double shift) {
    size_t nearest = 0;
    double least = INFINITY;
    for (size_t i = 0; i < axis->n_frames; i++) {
        double distance = fabs((axis->time[i] - origin) - shift);
        if (distance < least) {
            least = distance;
            nearest = i;
        }
    }
    return nearest;
}
