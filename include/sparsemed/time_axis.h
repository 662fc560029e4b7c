/* When each frame was taken, and the split points of the measurement.
 *
 * Method: src/core/README.md, "Time axis" and "Split points". */
#ifndef SPARSEMED_TIME_AXIS_H
#define SPARSEMED_TIME_AXIS_H

#include <stdbool.h>
#include <stddef.h>

#include "sparsemed/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Frames a second that are assumed where a measurement tells nothing of its timing. */
#define SPARSEMED_DEFAULT_FRAME_RATE 3600.0

/* Most split points a measurement may have; each costs some bytes on the planning process. */
#define SPARSEMED_MAX_STEPS 100000000

/* Number type in which time stamps or frame numbers are stored. */
enum sparsemed_number_type { SPARSEMED_FLOAT64, SPARSEMED_FLOAT32, SPARSEMED_INT64, SPARSEMED_UINT64 };

struct sparsemed_time_axis {
    size_t n_frames;
    double *time;          /* [n_frames], seconds since the first frame, finite */
    size_t *order;         /* [n_frames], frames by ascending time, ties by frame; NULL where time ascends by itself */
    double duration;       /* seconds, > 0 */
    bool single_precision; /* time stamps are float32: the number of split points is computed in float32 */
};

/* ---- making an axis ----
 *
 * n_frames     >= 1
 * frame_rate   frames a second
 * axis         receives the axis; release with sparsemed_time_axis_free, also after a failure
 *
 * SPARSEMED_INPUT: a time is NaN or infinite, the duration is not above zero, or the frame rate is not above zero or
 * not finite. SPARSEMED_INTERNAL: out of memory. */

/* From stored time stamps. The first is subtracted in the stored type.
 *
 * times   [n_frames] of the given type, seconds; borrowed */
enum sparsemed_status sparsemed_time_axis_from_times(const void *times, enum sparsemed_number_type type,
                                                     size_t n_frames, struct sparsemed_time_axis *axis,
                                                     struct sparsemed_error *error);

/* From frame numbers and a frame rate.
 *
 * numbers   [n_frames]; borrowed */
enum sparsemed_status sparsemed_time_axis_from_frame_numbers(const double *numbers, size_t n_frames, double frame_rate,
                                                             struct sparsemed_time_axis *axis,
                                                             struct sparsemed_error *error);

/* From a frame rate alone: evenly spaced frames that last n_frames / frame_rate * 1.5 seconds (not every frame of a
 * measurement is stored). */
enum sparsemed_status sparsemed_time_axis_uniform(size_t n_frames, double frame_rate, struct sparsemed_time_axis *axis,
                                                  struct sparsemed_error *error);

/* Release what the axis holds; an axis that is all zero is fine. */
void sparsemed_time_axis_free(struct sparsemed_time_axis *axis);

/* ---- asking it ---- */

/* Number of split points, one every split_time seconds from the first frame on; split point i is at
 * sparsemed_step_time(i, split_time).
 *
 * split_time   seconds, > 0
 *
 * SPARSEMED_INPUT: more than SPARSEMED_MAX_STEPS. */
enum sparsemed_status sparsemed_count_steps(const struct sparsemed_time_axis *axis, double split_time, size_t *n_steps,
                                            struct sparsemed_error *error);

/* Time of a split point in seconds. A product and not a running sum: the rounding is part of the result. */
static inline double sparsemed_step_time(size_t step, double split_time) {
    return (double)step * split_time;
}

/* The first frame that minimizes | (time - origin) - shift |, by bisection: O(log n_frames).
 *
 * With shift = 0 it is the frame nearest to a split point. Rounding keeps the distance monotone on each side of its
 * zero, so the minima are one run of the ordered frames. Where time does not ascend by itself the run is scanned. */
size_t sparsemed_nearest_frame(const struct sparsemed_time_axis *axis, double origin, double shift);

#ifdef __cplusplus
}
#endif

#endif
