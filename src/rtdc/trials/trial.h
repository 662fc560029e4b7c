/* Trying out a file in another process before this one opens it.
 *
 * HDF5 crashes on some files whose metadata is damaged, and on others it never returns. That must not end a job with
 * all the measurements it has in hand. So another process does first what the job will do with the file, and tells how
 * that went, or dies of it. A job opens only what has passed.
 */
#ifndef RTDC_TRIALS_TRIAL_H
#define RTDC_TRIALS_TRIAL_H

#include "rtdc/files/moved_files.h"
#include "rtdc/trials/trial_reading.h"

/* Tell what is behind the reach's list of files that were moved, which questions do not carry: once, before any file is
 * tried out.
 *
 * SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_trial_tell_moved(const struct sm_moved_files *files, struct sparsemed_error *error);

/* Try a file out, as sm_trial_read does. Takes some milliseconds, and at most a minute, or more where the file has
 * gigabytes; a trial that waits for something else than a disk is given up within seconds. A path that is too long for
 * the system passes, as it cannot be opened.
 *
 * SPARSEMED_USAGE, SPARSEMED_INPUT: what opening and reading the file would tell, or HDF5 crashes on it, or it does not
 * come to an end. SPARSEMED_INTERNAL: out of memory. SPARSEMED_STOPPED: that was asked for; from then on every file
 * passes. */
enum sparsemed_status sm_trial(enum sm_trial_kind kind, const char *path, const struct sm_input_options *options,
                               struct sparsemed_error *error);

/* The same, and tell what is known of the measurement then.
 *
 * split_time, facts   see sm_facts_gather
 * others              after a failure, see sm_trial_read; NULL: not asked for */
enum sparsemed_status sm_trial_learn(enum sm_trial_kind kind, const char *path, const struct sm_input_options *options,
                                     double split_time, struct sm_facts *facts, char others[SM_OTHERS_BYTES],
                                     struct sparsemed_error *error);

/* Begin to try out a file that sm_trial_learn will be asked for soon, with the same arguments: at most SM_TRIALS_AHEAD
 * (trial_processes.h) may be asked for in between. What is not asked for then is forgotten. Returns at once, mostly;
 * fails never. */
void sm_trial_ahead(enum sm_trial_kind kind, const char *path, const struct sm_input_options *options,
                    double split_time);

#endif
