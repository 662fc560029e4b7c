/* The time axis of a measurement, from what its file tells. */
#ifndef RTDC_TIMING_H
#define RTDC_TIMING_H

#include <hdf5.h>
#include <stdint.h>

#include "sparsemed/status.h"
#include "sparsemed/time_axis.h"

/* What a time axis was made from, best first. */
enum sm_timing { SM_TIMING_TIME, SM_TIMING_FRAME, SM_TIMING_RATE, SM_TIMING_GUESS };

/* Read the time axis: from the feature time, else frame and the attribute "imaging:frame rate", else that attribute
 * alone, else SM_DEFAULT_FRAME_RATE. Features may be in basins. Reads the whole dataset; for the planning process.
 *
 * file        open for reading
 * file_name   its path
 * n_frames    of the images
 * axis        receives the axis; release with sm_time_axis_free, also after a failure
 * timing      receives what it was made from
 *
 * SM_INPUT: a basin that should have the feature cannot be used, not as many stamps as frames, not numbers, damaged, or
 * not a valid axis (see time_axis.h). */
enum sm_status sm_timing_read(hid_t file, const char *file_name, uint64_t n_frames, struct sm_time_axis *axis,
                              enum sm_timing *timing, struct sm_error *error);

#endif
