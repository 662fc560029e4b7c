/* The process that forks one for every trial, and what the job and it say to each other. For trial.c only. */
#ifndef RTDC_OUTPUTS_TRIAL_FORKER_H
#define RTDC_OUTPUTS_TRIAL_FORKER_H

#include <stdbool.h>
#include <stddef.h>

#include "rtdc/outputs/trial_reading.h"

/* A question, and behind it the path, and of its options dataset and time where they are there, and the roots of its
 * reach, each with its end. */
struct sm_trial_question {
    enum sm_trial_kind kind;
    double frame_rate, split_time;
    struct sm_slice_request slice;
    bool has_dataset, has_time, follow_links;
    size_t n_roots;
};

enum { SM_TRIAL_QUESTION_BYTES = 128 * 1024 }; /* at most; a socket takes no messages of much more */

/* How a trial went. */
enum sm_trial_outcome {
    SM_TRIAL_TOLD,    /* by itself: see the error, which may hold no failure */
    SM_TRIAL_CRASHED, /* it died of the file */
    SM_TRIAL_KILLED,  /* by somebody else, or as memory was out */
    SM_TRIAL_ENDLESS, /* it took too long */
    SM_TRIAL_IDLE,    /* it waited for something that did not come */
    SM_TRIAL_UNTRIED, /* there was none */
};

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

/* The most seconds that a trial of a file may take. */
double sm_trial_most_seconds(const char *path);

/* Answer questions, each a message, until the other end of the socket is closed. A trial that is under way then ends,
 * too. */
void sm_trial_serve(int channel);

#endif
