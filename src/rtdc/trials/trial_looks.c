#include "rtdc/trials/trial_looks.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>

size_t sm_trial_look_bytes(enum sm_trial_kind kind) {
    const struct sm_trial_look *look = NULL;
    return kind == SM_TRIAL_HEADERS ? offsetof(struct sm_trial_look, problem) + sizeof look->problem : sizeof *look;
}

void sm_trial_look_at(enum sm_trial_kind kind, const char *path, const struct sm_input_options *options,
                      struct sm_trial_look *look) {
    const char *const both[2] = {path, options->dataset};
    *look = (struct sm_trial_look){.error = SPARSEMED_NO_ERROR};
    switch (kind) {
    case SM_TRIAL_COMPARE:
        sm_compare_backgrounds(both, &options->reach, &look->comparison, &look->error);
        break;
    case SM_TRIAL_VERIFY:
        sm_verify_output(path, &options->reach, strtoull(options->dataset, NULL, 10), &look->flaws, &look->error);
        break;
    default:
        assert(kind == SM_TRIAL_HEADERS);
        sm_headers_read(path, &options->reach, &look->headers, &look->problem, &look->error);
    }
}
