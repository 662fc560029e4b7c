/* The processes of trials as the job has them: two that fork one for every trial, and inspectors, which look at
 * one file after the other. */
#ifndef RTDC_TRIALS_TRIAL_PROCESSES_H
#define RTDC_TRIALS_TRIAL_PROCESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "rtdc/trials/trial_question.h"
#include "rtdc/trials/trial_watch.h"

/* Start them. Once, and before MPI starts: a process that has MPI had better not fork. Where they cannot be started,
 * and where they are gone, every file passes, and who wants facts reads them himself. */
void sm_trial_start(void);

/* From now on trials ask again and again, every few hundredths of a second, whether to go on.
 *
 * stopped   called with data while a trial is waited for; returns whether it must be given up. NULL: nobody is asked */
void sm_trial_listen(bool (*stopped)(void *data), void *data);

/* End them; nothing where there are none. */
void sm_trial_end(void);

enum { SM_TRIALS_AHEAD = 3 }; /* files that are tried out ahead of the one whose turn it is */

/* ---- for trial.c and trial_inspection.c only ---- */

/* Who is asked. More than one of a kind let a job wait for several files at a time, where a file system is slow. */
enum {
    SM_TRIAL_FORKERS = SM_TRIALS_AHEAD + 1, /* the first ones */
    SM_TRIAL_FIRST_INSPECTOR = SM_TRIAL_FORKERS,
    SM_TRIAL_INSPECTORS = 2,
    SM_TRIAL_ASKED = SM_TRIAL_FORKERS + SM_TRIAL_INSPECTORS
};

/* The number of the process of a forker; 0 where it is not there any more. */
pid_t sm_trial_forker(int whom);

/* End one of them. */
void sm_trial_give_up(int whom);

/* Send a message.
 *
 * whom    is asked
 * flags   as of send, besides MSG_NOSIGNAL
 *
 * Returns its bytes; negative with errno after a failure, which is ENOTCONN where nobody is there to be asked. */
ssize_t sm_trial_send(int whom, const void *message, size_t n_bytes, int flags);

/* Ask about a file.
 *
 * question   the beginning, see sm_trial_question_write
 * flags      as above
 *
 * Returns whether that was asked: not after a failure; nor where nobody is there, where what was asked before fills the
 * socket (MSG_DONTWAIT), or where the path is too long for any system: there an answer is no failure of the file.
 *
 * SPARSEMED_INPUT: texts of the options are too long. SPARSEMED_INTERNAL: out of memory. */
bool sm_trial_ask(int whom, const struct sm_trial_question *question, const char *path,
                  const struct sm_input_options *options, int flags, struct sparsemed_error *error);

/* Wait for an answer, and hear whether to go on meanwhile.
 *
 * question      is to be answered next
 * path          of the file, for the message
 * answer        [size], receives it
 * least         bytes that any answer has
 *
 * Returns SM_TRIAL_TOLD; SM_TRIAL_UNTRIED where there will be none, also after a failure; SM_TRIAL_ENDLESS where there
 * was none for too long, and who was asked was ended.
 *
 * SPARSEMED_STOPPED: that was asked for, and all processes were ended. */
enum sm_trial_outcome sm_trial_hear(int whom, const struct sm_trial_question *question, const char *path, void *answer,
                                    size_t size, size_t least, struct sparsemed_error *error);

/* Say what an outcome means.
 *
 * told   by who was asked */
enum sparsemed_status sm_trial_report(enum sm_trial_outcome outcome, const struct sparsemed_error *told,
                                      const char *path, struct sparsemed_error *error);

#endif
