/* To be loaded before the program: calls that read much of a file, write to it or flush it take their time, or never
 * return. The environment tells which:
 *
 *   STUCK_CALL   pread, pwrite or fsync
 *   STUCK_FILE   a part of the path of the file
 *   STUCK_RANK   the only rank that it happens to; any: each of them
 *   STUCK_AT     number of the call that never returns, from 1 on; 0: all return, after some time
 *   STUCK_WHILE  a file: all is well again once it is gone
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

enum { MUCH = 4096 /* bytes; metadata is read in smaller pieces */ };

static const char *of_environment(const char *name) {
    const char *value = getenv(name);
    return value ? value : "";
}

static void hold_up(const char *call, int descriptor) {
    static long n_calls;
    const struct timespec moment = {0, 250000000};
    const char *rank = of_environment(getenv("PMI_RANK") ? "PMI_RANK" : "OMPI_COMM_WORLD_RANK");
    const char *only = of_environment("STUCK_RANK"), *while_there = of_environment("STUCK_WHILE");
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = '\0';
    if (strcmp(call, of_environment("STUCK_CALL")) != 0 || !strstr(path, of_environment("STUCK_FILE")) ||
        (*while_there && access(while_there, F_OK) != 0) ||
        (*rank && strcmp(only, "any") != 0 && strcmp(rank, only) != 0)) {
        return;
    }
    long at = atol(of_environment("STUCK_AT"));
    n_calls++;
    if (at == 0) {
        nanosleep(&moment, NULL);
    }
    while (n_calls == at) {
        pause();
    }
}

ssize_t pread(int descriptor, void *data, size_t n_bytes, off_t position) {
    static ssize_t (*next)(int, void *, size_t, off_t);
    *(void **)&next = dlsym(RTLD_NEXT, "pread");
    if (n_bytes >= MUCH) {
        hold_up("pread", descriptor);
    }
    return next(descriptor, data, n_bytes, position);
}

ssize_t pwrite(int descriptor, const void *data, size_t n_bytes, off_t position) {
    static ssize_t (*next)(int, const void *, size_t, off_t);
    *(void **)&next = dlsym(RTLD_NEXT, "pwrite");
    hold_up("pwrite", descriptor);
    return next(descriptor, data, n_bytes, position);
}

int fsync(int descriptor) {
    static int (*next)(int);
    *(void **)&next = dlsym(RTLD_NEXT, "fsync");
    hold_up("fsync", descriptor);
    return next(descriptor);
}
