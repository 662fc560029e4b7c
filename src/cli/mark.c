#include "cli/mark.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rtdc/files/retry.h"

enum { MARK_SIZE = sizeof "255\n" }; /* of the longest one, and a byte that shows a longer file */

/* Whether an open file is a mark: a number and the end of the line, or nothing. */
static bool is_mark(int descriptor) {
    char text[MARK_SIZE];
    struct stat info;
    if (fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode)) {
        return false;
    }
    ssize_t length = SM_RETRY(pread(descriptor, text, sizeof text, 0));
    return length == 0 || (length > 1 && length < MARK_SIZE && text[length - 1] == '\n' &&
                           strspn(text, "0123456789") == (size_t)length - 1);
}

/* Replace what is in an open mark. Returns whether that went well; errno tells. */
static bool replace_text(int descriptor, const char *text) {
    size_t length = strlen(text);
    return SM_RETRY(ftruncate(descriptor, 0)) == 0 &&
           SM_RETRY(pwrite(descriptor, text, length, 0)) == (ssize_t)length && SM_RETRY(fsync(descriptor)) == 0;
}

static enum sparsemed_status write_mark(const char *path, const char *text, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    /* A pipe is not waited for: it is no mark. */
    int descriptor = SM_RETRY(open(path, O_RDWR | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0666));
    bool foreign = descriptor >= 0 ? !is_mark(descriptor) : errno == EISDIR;
    bool written = descriptor >= 0 && !foreign && replace_text(descriptor, text);
    int problem = written ? 0 : errno;
    if (descriptor >= 0 && close(descriptor) != 0 && written) {
        problem = errno;
    }
    if (foreign) {
        sparsemed_fail(error, SPARSEMED_USAGE, "--mark %s: exists and is no mark; name another file", path);
    } else if (problem != 0) {
        sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: the mark could not be written: %s", path, strerror(problem));
    }
    return error->status;
}

enum sparsemed_status sm_mark_begin(const char *path, struct sparsemed_error *error) {
    return write_mark(path, "", error);
}

enum sparsemed_status sm_mark_end(const char *path, int exit_status, struct sparsemed_error *error) {
    assert(exit_status >= 0 && exit_status <= 255);
    char text[MARK_SIZE];
    snprintf(text, sizeof text, "%d\n", exit_status);
    return write_mark(path, text, error);
}
