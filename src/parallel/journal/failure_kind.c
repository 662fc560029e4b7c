#include "parallel/journal/failure_kind.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

const char *const sm_failure_words[] = {
    [SM_FAILURE_OTHER] = "other",
    [SM_FAILURE_DISK] = "disk",
    [SM_FAILURE_TIMEOUT] = "timeout",
    [SM_FAILURE_MEMORY] = "memory",
};

static bool is_of_disk(const struct sparsemed_error *failure) {
    static const int errors[] = {EIO, ESTALE, ENOSPC, EDQUOT, ETIMEDOUT, ENOTCONN, ESHUTDOWN};
    bool told = strstr(failure->message, "is the disk full?");
    for (size_t i = 0; i < sizeof errors / sizeof *errors && !told; i++) {
        told = strstr(failure->message, strerror(errors[i]));
    }
    return told && (failure->status == SPARSEMED_INPUT || failure->status == SPARSEMED_OUTPUT);
}

enum sm_failure_kind sm_failure_kind(const struct sparsemed_error *failure) {
    return failure->status == SPARSEMED_TIMED_OUT   ? SM_FAILURE_TIMEOUT
           : failure->status == SPARSEMED_TOO_LARGE ? SM_FAILURE_MEMORY
           : is_of_disk(failure)                    ? SM_FAILURE_DISK
                                                    : SM_FAILURE_OTHER;
}

bool sm_failure_may_pass(enum sm_failure_kind kind) {
    return kind == SM_FAILURE_DISK || kind == SM_FAILURE_TIMEOUT;
}

double sm_failure_pause(int n_tried) {
    const double first = 1, most = 300, factor = 4;
    double pause = first;
    for (int i = 1; i < n_tried && pause < most; i++) {
        pause *= factor;
    }
    return pause < most ? pause : most;
}
