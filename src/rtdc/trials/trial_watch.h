/* Waiting for a process that tries out a file, and that may crash of it or never come to an end. For the forker only.
 */
#ifndef RTDC_TRIALS_TRIAL_WATCH_H
#define RTDC_TRIALS_TRIAL_WATCH_H

#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

#include "rtdc/trials/trial_reading.h"

/* How a trial went. */
enum sm_trial_outcome {
    SM_TRIAL_TOLD,    /* by itself: see the error, which may hold no failure */
    SM_TRIAL_CRASHED, /* it died of the file */
    SM_TRIAL_KILLED,  /* by somebody else, or as memory was out */
    SM_TRIAL_ENDLESS, /* it took too long */
    SM_TRIAL_IDLE,    /* it waited for something that did not come */
    SM_TRIAL_UNTRIED, /* there was none */
};

/* Work on one file after the other, as who watches sees it: in memory that both have. */
struct sm_trial_work {
    atomic_uint n_begun;   /* files so far, with the one at hand */
    atomic_bool under_way; /* else there is nothing to be done */
    _Atomic double most;   /* seconds that the one at hand may take */
};

/* Begin with a file, which may take so many seconds, or end with it. */
void sm_trial_work_begin(struct sm_trial_work *work, double most);
void sm_trial_work_end(struct sm_trial_work *work);

/* The most seconds that a trial of a file of so many bytes may take: one that reads frames has hours, a look at headers
 * less than others. */
double sm_trial_most_seconds(enum sm_trial_kind kind, uint64_t file_bytes);

/* Fork as fork does, but the new process ends where this one does. */
pid_t sm_trial_fork(void);

/* Let this process take no more than so many bytes of memory in addition to what it has. Returns them; 0 where there is
 * no limit, as the system does not tell what is taken already. */
uint64_t sm_trial_limit_memory(uint64_t allowed);

/* Wait until a trial tells something or ends, or must be given up: then it is killed. Leaves with it where the job is
 * gone.
 *
 * result    descriptor through which it tells
 * channel   to the job
 * work      that it does
 *
 * Returns SM_TRIAL_TOLD where there is something to read, or the end; else why it was given up. */
enum sm_trial_outcome sm_trial_watch(pid_t trial, int result, int channel, const struct sm_trial_work *work);

#endif
