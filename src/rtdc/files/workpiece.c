#include "rtdc/files/workpiece.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rtdc/files/retry.h"

/* Note the descriptor, which is -1 after a failure, with errno. */
static enum sparsemed_status take(int descriptor, const char *path, const char *output, struct sm_workpiece *workpiece,
                                  struct sparsemed_error *error) {
    *workpiece = (struct sm_workpiece){path, descriptor, NULL};
    return descriptor >= 0 ? SPARSEMED_OK
                           : sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: cannot be opened for writing: %s", output,
                                            strerror(errno));
}

enum sparsemed_status sm_workpiece_share(const struct sm_temporary *temporary, const char *path,
                                         struct sm_workpiece *workpiece, struct sparsemed_error *error) {
    assert(temporary->path && error->status == SPARSEMED_OK);
    return take(fcntl(temporary->descriptor, F_DUPFD_CLOEXEC, 0), path, temporary->output, workpiece, error);
}

enum sparsemed_status sm_workpiece_open(const char *path, const char *output, struct sm_workpiece *workpiece,
                                        struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    sm_workpiece_close(workpiece);
    return take(SM_RETRY(open(path, O_RDWR | O_CLOEXEC)), path, output, workpiece, error);
}

enum sparsemed_status sm_workpiece_keep_in_memory(const struct sm_temporary *temporary, struct sm_workpiece *workpiece,
                                                  struct sparsemed_error *error) {
    assert(workpiece->descriptor >= 0 && !workpiece->memory && error->status == SPARSEMED_OK);
    workpiece->memory = calloc(1, sizeof *workpiece->memory);
    if (!workpiece->memory) {
        return sparsemed_fail_memory(error, "making the output");
    }
    workpiece->memory->descriptor = workpiece->descriptor;
    workpiece->memory->state = temporary->state;
    return SPARSEMED_OK;
}

enum sparsemed_status sm_workpiece_flush(struct sm_workpiece *workpiece, const char *output,
                                         struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    if (!workpiece->memory || sm_memory_file_flush(workpiece->memory)) {
        return SPARSEMED_OK;
    }
    return errno ? sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: could not be written: %s", output, strerror(errno))
                 : sparsemed_fail(error, SPARSEMED_OUTPUT,
                                  "%s: does not read back as it was written; is the disk full?", output);
}

void sm_workpiece_close(struct sm_workpiece *workpiece) {
    if (workpiece->memory) {
        sm_memory_file_free(workpiece->memory);
        free(workpiece->memory);
    }
    if (workpiece->descriptor >= 0) {
        close(workpiece->descriptor);
    }
    *workpiece = SM_NO_WORKPIECE;
}
