/* To be loaded before the program: something that changes an unfinished output, or gives it its name, fails. The
 * environment tells what, on every rank by itself:
 *
 *   FAILING_CALL    number of the first call that fails, from 1 on
 *   FAILING_ERROR   error number that it fails with
 *   FAILING_ON      "once", or "on" where all calls from there on fail
 *   FAILING_RANK    the only rank that it happens to
 *
 * A line on standard error tells when it has happened. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static const char *of_environment(const char *name) {
    const char *value = getenv(name);
    return value ? value : "";
}

/* Whether this call fails; sets errno. */
static bool fails(const char *path) {
    static long n_calls;
    const char *rank = of_environment("OMPI_COMM_WORLD_RANK");
    if (!strstr(path, ".sparsemed-part") || (*rank && strcmp(rank, of_environment("FAILING_RANK")) != 0)) {
        return false;
    }
    long first = atol(of_environment("FAILING_CALL"));
    n_calls++;
    if (n_calls != first && (n_calls < first || strcmp(of_environment("FAILING_ON"), "on") != 0)) {
        return false;
    }
    if (n_calls == first) {
        fputs("the disk fails\n", stderr);
    }
    errno = atoi(of_environment("FAILING_ERROR"));
    return true;
}

static bool fails_on(int descriptor) {
    char link[64], path[4096];
    int before = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = '\0';
    errno = before;
    return fails(path);
}

ssize_t pwrite(int descriptor, const void *data, size_t n_bytes, off_t position) {
    static ssize_t (*next)(int, const void *, size_t, off_t);
    *(void **)&next = dlsym(RTLD_NEXT, "pwrite");
    return fails_on(descriptor) ? -1 : next(descriptor, data, n_bytes, position);
}

int ftruncate(int descriptor, off_t length) {
    static int (*next)(int, off_t);
    *(void **)&next = dlsym(RTLD_NEXT, "ftruncate");
    return fails_on(descriptor) ? -1 : next(descriptor, length);
}

int fallocate(int descriptor, int mode, off_t position, off_t length) {
    static int (*next)(int, int, off_t, off_t);
    *(void **)&next = dlsym(RTLD_NEXT, "fallocate");
    return fails_on(descriptor) ? -1 : next(descriptor, mode, position, length);
}

int fsync(int descriptor) {
    static int (*next)(int);
    *(void **)&next = dlsym(RTLD_NEXT, "fsync");
    return fails_on(descriptor) ? -1 : next(descriptor);
}

off_t lseek(int descriptor, off_t position, int from) {
    static off_t (*next)(int, off_t, int);
    *(void **)&next = dlsym(RTLD_NEXT, "lseek");
    return fails_on(descriptor) ? -1 : next(descriptor, position, from);
}

int link(const char *from, const char *to) {
    static int (*next)(const char *, const char *);
    *(void **)&next = dlsym(RTLD_NEXT, "link");
    return fails(from) ? -1 : next(from, to);
}

int rename(const char *from, const char *to) {
    static int (*next)(const char *, const char *);
    *(void **)&next = dlsym(RTLD_NEXT, "rename");
    return fails(from) ? -1 : next(from, to);
}
