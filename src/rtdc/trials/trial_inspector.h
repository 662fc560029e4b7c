/* The process that looks at files which nothing is done with, one after the other. For the trials only.
 *
 * A process for every file would take longer than the look itself. So one is kept, which leaves when it has met a file
 * that it could not open, after which it is not to be trusted, when it has looked at very many, so that what it may
 * have lost of its memory does not add up, and when it has had nothing to do for a while. */
#ifndef RTDC_TRIALS_TRIAL_INSPECTOR_H
#define RTDC_TRIALS_TRIAL_INSPECTOR_H

#include <stdatomic.h>
#include <stdbool.h>

#include "rtdc/trials/trial_looks.h"
#include "rtdc/trials/trial_question.h"
#include "rtdc/trials/trial_watch.h"

/* How a look went: the answer to a question. */
struct sm_trial_inspection {
    enum sm_trial_outcome outcome;
    uint64_t number;           /* of the question */
    struct sm_trial_look look; /* where it was told; what counts of it (trial_looks.h) */
};

/* What an inspector works on: in memory that outlives it. */
struct sm_trial_desk {
    struct sm_trial_work work;
    atomic_bool is_answered; /* the question */
    atomic_bool is_cut_off;  /* nobody can be answered any more */
    atomic_int n_looked_at;  /* files, by the inspector that is there now, with the one at hand */
    char question[SM_TRIAL_QUESTION_BYTES];
};

/* Answer the question that is on the desk, then those that come, and end the process. */
_Noreturn void sm_trial_inspect(int channel, struct sm_trial_desk *desk);

#endif
