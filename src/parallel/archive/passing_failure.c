#include "parallel/archive/passing_failure.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

bool sm_failure_may_pass(const struct sparsemed_error *failure) {
    static const int errors[] = {EIO, ESTALE, ENOSPC, EDQUOT, ETIMEDOUT};
    bool may_pass = strstr(failure->message, "is the disk full?");
    for (size_t i = 0; i < sizeof errors / sizeof *errors && !may_pass; i++) {
        may_pass = strstr(failure->message, strerror(errors[i]));
    }
    return may_pass && (failure->status == SPARSEMED_INPUT || failure->status == SPARSEMED_OUTPUT);
}

double sm_failure_pause(int n_tried) {
    const double first = 1, most = 300, factor = 4;
    double pause = first;
    for (int i = 1; i < n_tried && pause < most; i++) {
        pause *= factor;
    }
    return pause < most ? pause : most;
}
