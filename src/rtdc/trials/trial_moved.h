/* The list of files that were moved, as the process that forks gets it from the job: in pieces, as it may be long. For
 * the trials only. */
#ifndef RTDC_TRIALS_TRIAL_MOVED_H
#define RTDC_TRIALS_TRIAL_MOVED_H

#include <stddef.h>

#include "rtdc/files/moved_files.h"

enum { SM_TRIAL_MOVED_BYTES = 64 * 1024 }; /* of a message, at most */

/* Write down the next piece.
 *
 * done      bytes of the list that were sent before, at first 0; receives how many these are now
 * message   [SM_TRIAL_MOVED_BYTES], receives it: as questions do, it begins with its kind, SM_TRIAL_MOVED
 *
 * Returns its bytes. */
size_t sm_trial_moved_write(const struct sm_moved_files *files, size_t *done, char *message);

/* Take in a piece. Ends the process where memory is out: then no file is tried out. */
void sm_trial_moved_take(const char *message, size_t n_bytes);

/* What was taken in so far. */
const struct sm_moved_files *sm_trial_moved(void);

#endif
