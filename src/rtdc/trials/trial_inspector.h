/* The process that looks at files which nothing is done with, one after the other. For the trials only.
 *
 * A process for every file would take longer than the look itself. So one is kept, and replaced where it has crashed,
 * or had to be killed, or has met a file that it could not open, after which it is not to be trusted. A file on which
 * it crashed is looked at once more by a new one, as an earlier file may have been the reason. */
#ifndef RTDC_OUTPUTS_TRIAL_INSPECTOR_H
#define RTDC_OUTPUTS_TRIAL_INSPECTOR_H

#include <stddef.h>

#include "rtdc/trials/trial_looks.h"
#include "rtdc/trials/trial_watch.h"

/* How it went. */
struct sm_trial_inspection {
    enum sm_trial_outcome outcome;
    struct sm_trial_look look; /* where it was told */
};

/* Have a file looked at. In the forker.
 *
 * message   [n_bytes], a question
 * channel   to the job; where that is gone, the forker leaves, with the process that looks */
struct sm_trial_inspection sm_trial_inspect(const char *message, size_t n_bytes, int channel);

#endif
