/* The process that forks one for every trial, and what the job and it say to each other. For trial.c only. */
#ifndef RTDC_TRIALS_TRIAL_FORKER_H
#define RTDC_TRIALS_TRIAL_FORKER_H

#include "rtdc/trials/trial_reading.h"
#include "rtdc/trials/trial_watch.h"

/* What a trial tells: it succeeded, with these facts, or failed. */
struct sm_trial_result {
    struct sparsemed_error error;
    struct sm_facts facts;
    char others[SM_OTHERS_BYTES]; /* after a failure */
};

struct sm_trial_answer {
    enum sm_trial_outcome outcome;
    struct sm_trial_result result; /* where it was told */
};

enum { SM_TRIAL_MOST_INSPECTORS = 8 };

/* Answer questions, each a message, until the other end of the socket is closed. A trial that is under way then ends,
 * too. Where an inspector is asked for the first time, it is started.
 *
 * inspectors   [n_inspectors], at most SM_TRIAL_MOST_INSPECTORS sockets by which they are asked; taken over */
void sm_trial_serve(int channel, const int *inspectors, int n_inspectors);

#endif
