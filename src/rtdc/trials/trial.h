/* Trying out a file in another process before this one opens it.
 *
 * HDF5 crashes on some files whose metadata is damaged, and on others it never returns. That must not end a job with
 * all the measurements it has in hand. So another process does first what the job will do with the file, and tells how
 * that went, or dies of it. A job opens only what has passed.
 */
#ifndef RTDC_OUTPUTS_TRIAL_H
#define RTDC_OUTPUTS_TRIAL_H

#include <stdbool.h>

#include "rtdc/inspection/comparison.h"
#include "rtdc/inspection/headers.h"
#include "rtdc/inspection/verification.h"
#include "rtdc/trials/trial_reading.h"

/* Start the two processes that fork one for every trial. Once, and before MPI starts: a process that has MPI had better
 * not fork. Where they cannot be started, and where they are gone, every file passes, and who wants facts reads them
 * himself. */
void sm_trial_start(void);

/* From now on trials ask again and again, every few hundredths of a second, whether to go on.
 *
 * stopped   called with data while a trial is waited for; returns whether it must be given up. NULL: nobody is asked */
void sm_trial_listen(bool (*stopped)(void *data), void *data);

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

/* Begin to try out a file that sm_trial_learn will be asked for next but one, with the same arguments: the one before
 * it is tried out at the same time. What is not asked for then is forgotten. Returns at once, mostly; fails never. */
void sm_trial_ahead(enum sm_trial_kind kind, const char *path, const struct sm_input_options *options,
                    double split_time);

/* Look at the headers of a file, as sm_headers_read does, in another process. That one looks at one file after the
 * other, so that it costs little more than the look itself.
 *
 * reach, headers, problem   see sm_headers_read
 *
 * SPARSEMED_INPUT: what that tells, or as above. SPARSEMED_INTERNAL, SPARSEMED_STOPPED: as above. */
enum sparsemed_status sm_trial_headers(const char *path, const struct sm_reach *reach, struct sm_headers *headers,
                                       struct sparsemed_error *problem, struct sparsemed_error *error);

/* Compare the backgrounds of two files, as sm_compare_backgrounds does, in another process.
 *
 * SPARSEMED_INPUT: what that tells, or as above; where HDF5 crashes, the message names the first file.
 * SPARSEMED_INTERNAL, SPARSEMED_STOPPED: as above. */
enum sparsemed_status sm_trial_compare(const char *const paths[2], const struct sm_reach *reach,
                                       struct sm_comparison *comparison, struct sparsemed_error *error);

/* Verify an output, as sm_verify_output does, in another process.
 *
 * SPARSEMED_INPUT: HDF5 crashes on it, or does not come to an end. SPARSEMED_INTERNAL, SPARSEMED_STOPPED: as above. */
enum sparsemed_status sm_trial_verify(const char *path, const struct sm_reach *reach, uint64_t n_recompute,
                                      struct sm_flaws *flaws, struct sparsemed_error *error);

/* End these processes; nothing where there are none. */
void sm_trial_end(void);

#endif
