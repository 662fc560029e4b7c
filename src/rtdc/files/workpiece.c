#include "rtdc/files/workpiece.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "rtdc/files/retry.h"

/* Note the descriptor, which is -1 after a failure, with errno. */
static enum sparsemed_status take(int descriptor, const char *path, const char *output, struct sm_workpiece *workpiece,
                                  struct sparsemed_error *error) {
    *workpiece = (struct sm_workpiece){path, descriptor};
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

void sm_workpiece_close(struct sm_workpiece *workpiece) {
    if (workpiece->descriptor >= 0) {
        close(workpiece->descriptor);
    }
    *workpiece = SM_NO_WORKPIECE;
}
