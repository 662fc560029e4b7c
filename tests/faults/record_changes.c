/* To be loaded before the program: whatever it, HDF5 or MPI-IO changes in a folder, and when it is flushed to disk, is
 * recorded, by all ranks into one file (trace.h). Flushing itself is left out, which the test has no need of.
 *
 *   RECORD_FOLDER   the folder, absolute, in which the job also works: relative paths are taken for such in it
 *   RECORD_TRACE    the file, somewhere else */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "faults/trace.h"

/* The next function of a name. */
#define NEXT(type, name, parameters)                                                                                   \
    static type(*next) parameters;                                                                                     \
    if (!next) {                                                                                                       \
        *(void **)&next = dlsym(RTLD_NEXT, #name);                                                                     \
    }

/* The part of a path from the folder on; NULL elsewhere. */
static const char *inside(const char *path) {
    const char *folder = getenv("RECORD_FOLDER");
    size_t length = folder ? strlen(folder) : 0;
    if (!folder || (*path == '/' && strncmp(path, folder, length) != 0)) {
        return NULL;
    }
    path += *path == '/' ? length : 0;
    while (*path == '/' || (path[0] == '.' && path[1] == '/')) {
        path++;
    }
    return path;
}

/* The path of an open file, from the folder on; NULL elsewhere. */
static const char *path_of(int descriptor, char path[4096]) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, 4095);
    path[length < 0 ? 0 : length] = '\0';
    return *path == '/' ? inside(path) : NULL;
}

static void record(enum trace_kind kind, uint64_t file, uint64_t at, const char *path, const char *to, const void *data,
                   size_t n_bytes) {
    static int trace = -1;
    NEXT(int, open, (const char *, int, ...))
    int before = errno;
    if (trace < 0) {
        trace = next(getenv("RECORD_TRACE"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    }
    struct trace_entry entry = {kind, file, at, n_bytes, strlen(path), strlen(to)};
    const struct iovec parts[] = {{&entry, sizeof entry},
                                  {(void *)path, entry.path_length},
                                  {(void *)to, entry.to_length},
                                  {(void *)data, n_bytes}};
    if (writev(trace, parts, 4) < 0) { /* in one go, as other ranks write there, too */
        abort();
    }
    errno = before;
}

static void record_on(enum trace_kind kind, int descriptor, uint64_t at, const void *data, size_t n_bytes) {
    char path[4096];
    struct stat info;
    const char *ours = path_of(descriptor, path);
    if (ours && fstat(descriptor, &info) == 0) {
        bool folder = S_ISDIR(info.st_mode);
        record(folder ? TRACE_SYNC_FOLDER : kind, info.st_ino, at, folder ? ours : "", "", data, n_bytes);
    }
}

static void record_paths(enum trace_kind kind, const char *path, const char *to) {
    if (inside(path)) {
        record(kind, 0, 0, inside(path), inside(to), NULL, 0);
    }
}

int open(const char *path, int flags, ...) {
    NEXT(int, open, (const char *, int, ...))
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
    va_end(more);
    bool is_new = (flags & O_CREAT) && access(path, F_OK) != 0;
    int descriptor = next(path, flags, mode);
    struct stat info;
    if (descriptor >= 0 && is_new && inside(path) && fstat(descriptor, &info) == 0) {
        record(TRACE_MAKE_FILE, info.st_ino, 0, inside(path), "", NULL, 0);
    } else if (descriptor >= 0 && (flags & O_TRUNC)) {
        record_on(TRACE_TRUNCATE, descriptor, 0, NULL, 0);
    }
    return descriptor;
}

ssize_t write(int descriptor, const void *data, size_t n_bytes) {
    NEXT(ssize_t, write, (int, const void *, size_t))
    ssize_t n = next(descriptor, data, n_bytes);
    if (n > 0 && getenv("RECORD_FOLDER")) {
        int before = errno;
        off_t end = lseek(descriptor, 0, SEEK_CUR);
        errno = before;
        record_on(TRACE_WRITE, descriptor, (uint64_t)(end - n), data, (size_t)n);
    }
    return n;
}

ssize_t pwrite(int descriptor, const void *data, size_t n_bytes, off_t at) {
    NEXT(ssize_t, pwrite, (int, const void *, size_t, off_t))
    ssize_t n = next(descriptor, data, n_bytes, at);
    if (n > 0) {
        record_on(TRACE_WRITE, descriptor, (uint64_t)at, data, (size_t)n);
    }
    return n;
}

int ftruncate(int descriptor, off_t length) {
    NEXT(int, ftruncate, (int, off_t))
    int outcome = next(descriptor, length);
    if (outcome == 0) {
        record_on(TRACE_TRUNCATE, descriptor, (uint64_t)length, NULL, 0);
    }
    return outcome;
}

int fsync(int descriptor) {
    record_on(TRACE_SYNC_FILE, descriptor, 0, NULL, 0);
    return 0;
}

int fdatasync(int descriptor) {
    return fsync(descriptor);
}

int rename(const char *from, const char *to) {
    NEXT(int, rename, (const char *, const char *))
    int outcome = next(from, to);
    if (outcome == 0) {
        record_paths(TRACE_RENAME, from, to);
    }
    return outcome;
}

int renameat2(int folder, const char *from, int to_folder, const char *to, unsigned flags) {
    NEXT(int, renameat2, (int, const char *, int, const char *, unsigned))
    int outcome = next(folder, from, to_folder, to, flags);
    if (outcome == 0) {
        record_paths(TRACE_RENAME, from, to);
    }
    return outcome;
}

int link(const char *from, const char *to) {
    NEXT(int, link, (const char *, const char *))
    int outcome = next(from, to);
    if (outcome == 0) {
        record_paths(TRACE_LINK, from, to);
    }
    return outcome;
}

int unlink(const char *path) {
    NEXT(int, unlink, (const char *))
    int outcome = next(path);
    if (outcome == 0) {
        record_paths(TRACE_UNLINK, path, "");
    }
    return outcome;
}

int mkdir(const char *path, mode_t mode) {
    NEXT(int, mkdir, (const char *, mode_t))
    int outcome = next(path, mode);
    if (outcome == 0) {
        record_paths(TRACE_MAKE_FOLDER, path, "");
    }
    return outcome;
}

/* No file shares the blocks of another: that could not be recorded. */
int ioctl(int descriptor, unsigned long request, ...) {
    NEXT(int, ioctl, (int, unsigned long, ...))
    char path[4096];
    va_list more;
    va_start(more, request);
    void *argument = va_arg(more, void *);
    va_end(more);
    if (getenv("RECORD_FOLDER") && path_of(descriptor, path)) {
        errno = EOPNOTSUPP;
        return -1;
    }
    return next(descriptor, request, argument);
}
