/* Looking at one measurement of an archive. For src/parallel only. */
#ifndef PARALLEL_ARCHIVE_EXAMINE_H
#define PARALLEL_ARCHIVE_EXAMINE_H

#include "parallel/archive/finding.h"
#include "rtdc/trials/trial_reading.h"

/* What the first rank knows of a measurement, in brief. Plain data. */
struct sm_question {
    bool known;                         /* the journal tells of it, with these parameters and images of this kind */
    bool done;                          /* it was done, and has not failed since, and be it with others */
    bool may_pass;                      /* it has failed of what may have passed since, or was too much for that job */
    bool late;                          /* see sm_past_was_late */
    bool offset;                        /* offsets were computed */
    struct sm_file_state input, output; /* as they were then */
    uint64_t n_frames;
    int n_lost;                /* see sm_past_lost */
    struct sm_file_state lost; /* the input, when it was begun last */
};

/* Look at a measurement. Local.
 *
 * other_files   see sm_past, as text; empty where there are none
 * finding       receives what was found
 * found_files   receives the other files of what is unusable, as far as they are told (see sm_trial_learn); else ""
 * error         why it is unusable; no failure of this function */
void sm_examine(const struct sm_survey *survey, const struct sm_question *question, const char *other_files,
                const char *input, const char *output, struct sm_finding *finding, char found_files[SM_OTHERS_BYTES],
                struct sparsemed_error *error);

/* Begin to try out a measurement that is looked at next but one, as far as it is likely to be tried out then. Local.
 *
 * question, input, output   as of sm_examine */
void sm_examine_ahead(const struct sm_survey *survey, const struct sm_question *question, const char *input,
                      const char *output);

#endif
