/* Trying out a file in another process before this one opens it.
 *
 * HDF5 crashes on some files whose metadata is damaged, and on others it never returns. That must not end a job with
 * all the measurements it has in hand. So another process reads first what the job will read, and dies of it instead.
 */
#ifndef RTDC_TRIAL_H
#define RTDC_TRIAL_H

#include "rtdc/input_options.h"
#include "sparsemed/status.h"

/* Start the process that forks one for every trial. Once, and before MPI starts: a process that has MPI had better not
 * fork. Where it cannot be started, and where it is gone, every file passes. */
void sm_trial_start(void);

/* Try a file out: its attributes, logs, tables and basins; and with options the frames' time stamps, and where their
 * chunks are. Takes some milliseconds. What is plainly wrong with the file is not told here: opening it does.
 *
 * options   how it is read as an input; NULL where it is none
 *
 * SPARSEMED_INPUT: HDF5 crashes on it, or does not come to an end. */
enum sparsemed_status sm_trial(const char *path, const struct sm_input_options *options, struct sparsemed_error *error);

/* End that process; nothing where there is none. */
void sm_trial_end(void);

#endif
