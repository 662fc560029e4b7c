/* To be loaded before the program: faults of a file system that pass. The environment variable FAULTS names a folder; a
 * file there is taken away by the next read of a measurement, of frames and not of metadata, which then has that fault:
 *
 *   eio    it fails
 *   hang   it never returns
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { MUCH = 65537 /* bytes; metadata is read in smaller pieces */ };

static bool is_of_measurement(int descriptor) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = '\0';
    return strstr(path, "/long/");
}

/* Whether the fault was waiting for somebody; it has only one. */
static bool takes(const char *fault) {
    char path[4096];
    const char *folder = getenv("FAULTS");
    snprintf(path, sizeof path, "%s/%s", folder ? folder : "/nowhere", fault);
    return unlink(path) == 0;
}

ssize_t pread(int descriptor, void *data, size_t n_bytes, off_t position) {
    static ssize_t (*next)(int, void *, size_t, off_t);
    *(void **)&next = dlsym(RTLD_NEXT, "pread");
    if (n_bytes >= MUCH && is_of_measurement(descriptor)) {
        if (takes("eio")) {
            errno = EIO;
            return -1;
        }
        if (takes("hang")) {
            for (;;) {
                pause();
            }
        }
    }
    return next(descriptor, data, n_bytes, position);
}
