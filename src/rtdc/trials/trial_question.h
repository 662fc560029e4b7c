/* A question of a job to the process that forks, as one message. For the trials only. */
#ifndef RTDC_TRIALS_TRIAL_QUESTION_H
#define RTDC_TRIALS_TRIAL_QUESTION_H

#include <stdbool.h>
#include <stddef.h>

#include "rtdc/trials/trial_reading.h"

/* What it begins with. Behind it come the path, and of its options dataset and time where they are there, and the roots
 * of its reach, each with its end. */
struct sm_trial_question {
    enum sm_trial_kind kind;
    uint64_t number;     /* of a question to an inspector; its answer has the same */
    uint64_t file_bytes; /* of the path, by which memory and time are limited; 0: they are not known */
    double frame_rate, split_time;
    struct sm_slice_request slice;
    bool has_dataset, has_time, follow_links, has_moved;
    size_t n_roots;
};

/* The beginning of a question; looks at the file. */
struct sm_trial_question sm_trial_question_of(enum sm_trial_kind kind, const char *path, double split_time);

enum { SM_TRIAL_QUESTION_BYTES = 128 * 1024 }; /* at most; a socket takes no messages of much more */

/* Write down a question.
 *
 * begin     of it; what the options tell is added
 * options   may be NULL
 * message   receives it, to be released with free; NULL where memory is out, or it is too long
 *
 * Returns its bytes. */
size_t sm_trial_question_write(const struct sm_trial_question *begin, const char *path,
                               const struct sm_input_options *options, char **message);

/* Read a question.
 *
 * question, options   receive it
 *
 * Returns the path. It and the texts of the options point into the message. */
const char *sm_trial_question_read(const char *message, struct sm_trial_question *question,
                                   struct sm_input_options *options);

/* Send an answer. Returns whether that was done; if not, who has asked waits until the socket is closed. */
bool sm_trial_send_answer(int channel, const void *answer, size_t n_bytes);

#endif
