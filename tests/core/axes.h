/* Random time axes, and the plain search that the bisection is held against. */
#ifndef TESTS_CORE_AXES_H
#define TESTS_CORE_AXES_H

#include <stddef.h>

#include "sparsemed/time_axis.h"
#include "support/random.h"

/* What the time stamps look like. */
enum axis_kind {
    AXIS_SMOOTH,        /* ascend strictly */
    AXIS_DUPLICATES,    /* ascend, many are equal */
    AXIS_CLUSTERED,     /* ascend, bursts with long pauses between them */
    AXIS_GRID,          /* small whole numbers that ascend: split points lie exactly between frames */
    AXIS_HUGE,          /* ascend, so far from zero that differences round to the same value */
    AXIS_UNSORTED,      /* any order, many are equal */
    AXIS_NEARLY_SORTED, /* ascend but for a few that are swapped */
    N_AXIS_KINDS
};

/* Make an axis of n_frames >= 2 frames; release with sparsemed_time_axis_free. */
void random_axis(struct rng *rng, enum axis_kind kind, size_t n_frames, struct sparsemed_time_axis *axis);

/* The first frame that minimizes | (time - origin) - shift |, found by looking at every frame. */
size_t naive_nearest_frame(const struct sparsemed_time_axis *axis, double origin, double shift);

#endif
