/* What is found out about files that nothing is done with, in the process that looks at one after the other. For the
 * trials only. */
#ifndef RTDC_TRIALS_TRIAL_LOOKS_H
#define RTDC_TRIALS_TRIAL_LOOKS_H

#include "rtdc/inspection/comparison.h"
#include "rtdc/inspection/headers.h"
#include "rtdc/inspection/verification.h"
#include "rtdc/trials/trial_reading.h"

/* What a look has brought. Plain data. */
struct sm_trial_look {
    struct sparsemed_error error;
    union {
        struct {
            struct sm_headers headers;
            struct sparsemed_error problem;
        };
        struct sm_comparison comparison;
        struct sm_flaws flaws;
    };
};

/* Bytes of what a look of this kind brings, from the beginning of the struct on. */
size_t sm_trial_look_bytes(enum sm_trial_kind kind);

/* Look.
 *
 * kind      SM_TRIAL_HEADERS or one after it
 * path      of the file; of two the first
 * options   its reach; of two the path of the other one in its dataset; of one to verify how much to recompute, as text
 * look      receives what was found; the error tells whether that succeeded, as sm_headers_read,
 *           sm_compare_backgrounds or sm_verify_output does */
void sm_trial_look_at(enum sm_trial_kind kind, const char *path, const struct sm_input_options *options,
                      struct sm_trial_look *look);

#endif
