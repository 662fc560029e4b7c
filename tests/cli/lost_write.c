/* To be loaded before the program: one write to an unfinished output is lost, and nobody is told but the test, in a
 * line on standard error. The environment variable LOST_WRITE is its number, from 1 on; every rank counts its own. */
#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static bool is_of_output(int descriptor) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = '\0';
    return strstr(path, ".sparsemed-part") != NULL;
}

static bool is_lost(int descriptor) {
    static long n_writes;
    const char *number = getenv("LOST_WRITE");
    bool lost = number && is_of_output(descriptor) && ++n_writes == atol(number);
    if (lost) {
        fputs("a write is lost\n", stderr);
    }
    return lost;
}

ssize_t pwrite(int descriptor, const void *data, size_t n_bytes, off_t position) {
    static ssize_t (*next)(int, const void *, size_t, off_t);
    *(void **)&next = dlsym(RTLD_NEXT, "pwrite");
    return is_lost(descriptor) ? (ssize_t)n_bytes : next(descriptor, data, n_bytes, position);
}

ssize_t pwritev(int descriptor, const struct iovec *parts, int n_parts, off_t position) {
    static ssize_t (*next)(int, const struct iovec *, int, off_t);
    *(void **)&next = dlsym(RTLD_NEXT, "pwritev");
    ssize_t n_bytes = 0;
    for (int i = 0; i < n_parts; i++) {
        n_bytes += (ssize_t)parts[i].iov_len;
    }
    return is_lost(descriptor) ? n_bytes : next(descriptor, parts, n_parts, position);
}
