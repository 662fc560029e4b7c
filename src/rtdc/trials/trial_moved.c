#include "rtdc/trials/trial_moved.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/numbers.h"
#include "rtdc/trials/trial_reading.h"

static struct sm_moved_files taken;

size_t sm_trial_moved_write(const struct sm_moved_files *files, size_t *done, char *message) {
    const enum sm_trial_kind kind = SM_TRIAL_MOVED;
    size_t n = sm_min(files->n_bytes - *done, SM_TRIAL_MOVED_BYTES - sizeof kind);
    memcpy(message, &kind, sizeof kind);
    memcpy(message + sizeof kind, (const char *)files->bytes + *done, n);
    *done += n;
    return sizeof kind + n;
}

void sm_trial_moved_take(const char *message, size_t n_bytes) {
    size_t n = n_bytes - sizeof(enum sm_trial_kind);
    char *bytes = realloc(taken.bytes, taken.n_bytes + n);
    if (!bytes) {
        _exit(1);
    }
    memcpy(bytes + taken.n_bytes, message + sizeof(enum sm_trial_kind), n);
    taken = (struct sm_moved_files){taken.n_bytes + n, bytes};
}

const struct sm_moved_files *sm_trial_moved(void) {
    return &taken;
}
