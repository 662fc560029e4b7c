/* When each frame was taken, and the split points of the measurement.
 *
 * Method: sparse median background of dcnum, sections "time axis" and "split points". */
#ifndef SPARSEMED_TIME_AXIS_H
#define SPARSEMED_TIME_AXIS_H

#include <stdbool.h>
#include <stddef.h>

#include "sparsemed/status.h"

/* Frames a second that are assumed where a measurement tells nothing of its timing. */
#define SM_DEFAULT_FRAME_RATE 3600.0

/* Most split points a measurement may have; each costs some bytes on the planning process. */
#define SM_MAX_STEPS 100000000

/* Number type in which time stamps or frame numbers are stored. */
enum sm_number_type { SM_FLOAT64, SM_FLOAT32, SM_INT64, SM_UINT64 };

struct sm_time_axis {
    size_t n_frames;
    double *time;          /* [n_frames], seconds since the first frame, finite */
    size_t *order;         /* [n_frames], frames by ascending time, ties by frame; NULL where time ascends by itself */
    double duration;       /* seconds, > 0 */
    bool single_precision; /* time stamps are float32: the number of split points is computed in float32 */
};

/* Make a time axis from stored time stamps. The first is subtracted in the stored type.
 *
 * times      [n_frames] of the given type, seconds; borrowed
 * n_frames   >= 1
 * axis       receives the axis; release with sm_time_axis_free, also after a failure
 *
 * SM_INPUT: a stamp is NaN or infinite, or the duration is not above zero. SM_INTERNAL: out of memory. */
enum sm_status sm_time_axis_from_times(const void *times, enum sm_number_type type, size_t n_frames,
                                       struct sm_time_axis *axis, struct sm_error *error);

/* Make a time axis from frame numbers [n_frames] and a frame rate (frames a second, > 0). As above otherwise;
 * SM_INPUT also where the rate is not above zero or not finite. */
enum sm_status sm_time_axis_from_frame_numbers(const double *numbers, size_t n_frames, double frame_rate,
                                               struct sm_time_axis *axis, struct sm_error *error);

/* Make a time axis of evenly spaced frames that last n_frames / frame_rate * 1.5 seconds (not every frame of a
 * measurement is stored). Errors as above. */
enum sm_status sm_time_axis_uniform(size_t n_frames, double frame_rate, struct sm_time_axis *axis,
                                    struct sm_error *error);

/* Release what the axis holds; an axis that is all zero is fine. */
void sm_time_axis_free(struct sm_time_axis *axis);

/* Number of split points, one every split_time seconds from the first frame on; split point i is at
 * sm_step_time(i, split_time).
 *
 * split_time   seconds, > 0
 *
 * SM_INPUT: more than SM_MAX_STEPS. */
enum sm_status sm_count_steps(const struct sm_time_axis *axis, double split_time, size_t *n_steps,
                              struct sm_error *error);

/* Time of a split point in seconds. A product and not a running sum: the rounding is part of the result. */
static inline double sm_step_time(size_t step, double split_time) {
    return (double)step * split_time;
}

/* The first frame that minimizes | (time - origin) - shift |, by bisection: O(log n_frames).
 *
 * With shift = 0 it is the frame nearest to a split point. Rounding keeps the distance monotone on each side of its
 * zero, so the minima are one run of the ordered frames. Where time does not ascend by itself the run is scanned. */
size_t sm_nearest_frame(const struct sm_time_axis *axis, double origin, double shift);

#endif
