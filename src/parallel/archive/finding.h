/* What is to be looked at of the measurements of an archive, and what is found. */
#ifndef PARALLEL_ARCHIVE_FINDING_H
#define PARALLEL_ARCHIVE_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parallel/measurement/job.h"
#include "rtdc/files/file_state.h"
#include "rtdc/trials/facts.h"

/* What to look at. */
struct sm_survey {
    const struct sm_job *job; /* of every measurement, but for its paths */
    bool retry_failed;
    bool clear;               /* remove what jobs that died have left beside the outputs */
    bool steps;               /* count the split points */
    void (*poll)(void *data); /* called again and again on every rank, to do something else for a moment; may be NULL */
    void *poll_data;
};

enum sm_verdict {
    SM_TO_DO,
    SM_DONE_BEFORE,   /* the journal and the output agree on that */
    SM_FAILED_BEFORE, /* and the input, with the files that it leads to, is as it was */
    SM_UNUSABLE,
};

/* What was found about a measurement. Plain data but for the texts. */
struct sm_finding {
    enum sm_verdict verdict;
    struct sm_file_state input;

    /* Of what cannot be done, or has failed before. */
    enum sparsemed_status status;
    char *reason;      /* NULL where memory was out */
    char *other_files; /* that it leads to, as JSON (see sm_trial_read); NULL: none, or it has failed before */

    struct sm_facts facts; /* of what is to do; of what was done before only the frames */

    /* Of what is to do. */
    bool suspect; /* it was under way when a job died: nothing else is to be, when it is tried again */
    bool late;    /* it took longer than it might: to be tried when all else is done; no suspect then */
    bool ours;    /* the output there was made before, and may be replaced */
};

/* Cost of a measurement (paces.h). */
double sm_finding_cost(const struct sm_finding *finding);

/* Release [n] findings; NULL is fine. */
void sm_findings_free(struct sm_finding *findings, size_t n);

#endif
