/* A question of a job to the process that forks, as one message. For the trials only. */
#ifndef RTDC_OUTPUTS_TRIAL_QUESTION_H
#define RTDC_OUTPUTS_TRIAL_QUESTION_H

#include <stdbool.h>
#include <stddef.h>

#include "rtdc/trials/trial_reading.h"

/* What it begins with. Behind it come the path, and of its options dataset and time where they are there, and the roots
 * of its reach, each with its end. */
struct sm_trial_question {
    enum sm_trial_kind kind;
    double frame_rate, split_time;
    struct sm_slice_request slice;
    bool has_dataset, has_time, follow_links;
    size_t n_roots;
};

enum { SM_TRIAL_QUESTION_BYTES = 128 * 1024 }; /* at most; a socket takes no messages of much more */

/* Write down a question.
 *
 * options   may be NULL
 * message   receives it, to be released with free; NULL where memory is out, or it is too long
 *
 * Returns its bytes. */
size_t sm_trial_question_write(enum sm_trial_kind kind, const char *path, const struct sm_input_options *options,
                               double split_time, char **message);

/* Read a question.
 *
 * question, options   receive it
 *
 * Returns the path. It and the texts of the options point into the message. */
const char *sm_trial_question_read(const char *message, struct sm_trial_question *question,
                                   struct sm_input_options *options);

#endif
