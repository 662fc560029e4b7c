/* The time axis of a measurement, from what its file tells. */
#ifndef RTDC_TIMING_H
#define RTDC_TIMING_H

#include <hdf5.h>
#include <stdbool.h>
#include <stdint.h>

#include "rtdc/files/used_files.h"
#include "rtdc/frames/slice.h"
#include "sparsemed/status.h"
#include "sparsemed/time_axis.h"

/* What a time axis was made from, best first. */
enum sm_timing { SM_TIMING_TIME, SM_TIMING_FRAME, SM_TIMING_RATE, SM_TIMING_GUESS };

/* Read the time axis: from the feature time, else frame and a frame rate, else the rate alone, else
 * SPARSEMED_DEFAULT_FRAME_RATE. The rate is the attribute "imaging:frame rate", else the one that is given. Features
 * may be in basins. Reads the whole dataset; for the planning process.
 *
 * file         open for reading
 * file_name    its path
 * frame_rate   frames a second, where the file has no rate; 0: not known
 * slice        the frames that count, of those that the file has
 * axis         receives the axis; release with sparsemed_time_axis_free, also after a failure
 * timing       receives what it was made from
 * files        the files on the way to the feature are added to it, if there is one
 *
 * SPARSEMED_INPUT: a basin that should have the feature cannot be used, not as many stamps as frames there, not
 * numbers, damaged, so that a feature or the rate may be there, or not a valid axis (see time_axis.h). */
enum sparsemed_status sm_timing_read(hid_t file, const char *file_name, double frame_rate, const struct sm_slice *slice,
                                     struct sparsemed_time_axis *axis, enum sm_timing *timing,
                                     struct sm_used_files *files, struct sparsemed_error *error);

/* Read the time axis from a dataset anywhere in a file that holds time stamps.
 *
 * file        open for reading
 * file_name   its path
 * path        of the dataset
 * slice       the frames that count, of those that there are
 * axis        receives the axis; release with sparsemed_time_axis_free, also after a failure
 *
 * SPARSEMED_INPUT: no such dataset, not as many stamps as frames, not numbers, damaged, or not a valid axis (see
 * time_axis.h). */
enum sparsemed_status sm_timing_read_dataset(hid_t file, const char *file_name, const char *path,
                                             const struct sm_slice *slice, struct sparsemed_time_axis *axis,
                                             struct sparsemed_error *error);

/* Whether a file tells its frame rate; one that is invalid or damaged does not. */
bool sm_timing_has_rate(hid_t file);

#endif
