/* To be loaded before a program: every call on a file below a folder takes its time, as on a parallel file system,
 * which answers each over a network. Which ones, faults/file_calls.h tells. The environment tells
 *
 *   SLOW_FOLDER         the folder; relative paths are in it, too
 *   SLOW_MICROSECONDS   that each call takes
 *   SLOW_TOLD           file to which a line is added for each, with its name and path; empty: none
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

static const char *of_environment(const char *name) {
    const char *value = getenv(name);
    return value ? value : "";
}

/* In one go, as others write there, too. */
static void tell(const char *call, const char *path) {
    char line[4200];
    int length = snprintf(line, sizeof line, "%s %s\n", call, path);
    long file = syscall(SYS_openat, AT_FDCWD, of_environment("SLOW_TOLD"), O_WRONLY | O_CREAT | O_APPEND, 0666);
    syscall(SYS_write, file, line, length);
    syscall(SYS_close, file);
}

/* Takes its time, whatever signals come meanwhile. */
static void hold_up(const char *call, const char *path) {
    const char *folder = of_environment("SLOW_FOLDER");
    size_t length = strlen(folder);
    bool below = strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
    if (!*folder || (*path == '/' && !below)) {
        return;
    }
    int before = errno;
    long delay = 1000 * atol(of_environment("SLOW_MICROSECONDS"));
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += (end.tv_nsec + delay) / 1000000000;
    end.tv_nsec = (end.tv_nsec + delay) % 1000000000;
    while (delay > 0 && clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL) == EINTR) {
    }
    if (*of_environment("SLOW_TOLD")) {
        tell(call, path);
    }
    errno = before;
}

static void hold_up_path(const char *call, const char *path) {
    if (path && *path) {
        hold_up(call, path);
    }
}

static void hold_up_file(const char *call, int file) {
    char link[64], path[4096];
    int before = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    long length = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = '\0';
    errno = before;
    if (*path == '/') {
        hold_up(call, path);
    }
}

#define CALL(type, name, parameters, arguments, pause)                                                                 \
    type name parameters {                                                                                             \
        static type(*next) parameters;                                                                                 \
        if (!next) {                                                                                                   \
            *(void **)&next = dlsym(RTLD_NEXT, #name);                                                                 \
        }                                                                                                              \
        pause;                                                                                                         \
        return next arguments;                                                                                         \
    }
#define ON_FILE(type, name, nature, parameters, arguments, failure)                                                    \
    CALL(type, name, parameters, arguments, hold_up_file(#name, file))
#define ON_PATH(type, name, nature, parameters, arguments, failure)                                                    \
    CALL(type, name, parameters, arguments, hold_up_path(#name, path))

#include "faults/file_calls.h"

CALL(int, renameat2, (int from, const char *path, int to, const char *name, unsigned flags),
     (from, path, to, name, flags), hold_up_path("renameat2", path))
CALL(int, mkstemp, (char *path), (path), hold_up_path("mkstemp", path))
int open(const char *path, int flags, ...) {
    static int (*next)(const char *, int, ...);
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
    va_end(more);
    *(void **)&next = dlsym(RTLD_NEXT, "open");
    hold_up_path("open", path);
    return next(path, flags, mode);
}

/* What descriptors are of one opening: it ends with the last of them. */
enum { N_DESCRIPTORS = 1024 };
static _Atomic int opening[N_DESCRIPTORS], n_openings;

static void note_duplicate(int file, int copy) {
    if (file >= 0 && copy >= 0 && file < N_DESCRIPTORS && copy < N_DESCRIPTORS) {
        opening[file] = opening[file] ? opening[file] : ++n_openings;
        opening[copy] = opening[file];
    }
}

/* Forget a descriptor. Returns whether there is another one of the same opening. */
static bool is_not_the_last(int file) {
    int own = file >= 0 && file < N_DESCRIPTORS ? opening[file] : 0;
    bool has_more = false;
    if (own) {
        opening[file] = 0;
        for (int i = 0; i < N_DESCRIPTORS; i++) {
            has_more = has_more || opening[i] == own;
        }
    }
    return has_more;
}

int close(int file) {
    static int (*next)(int);
    *(void **)&next = dlsym(RTLD_NEXT, "close");
    if (!is_not_the_last(file)) {
        hold_up_file("close", file);
    }
    return next(file);
}

/* A lock; all else that it does is done without asking whoever has the file. */
int fcntl(int file, int command, ...) {
    static int (*next)(int, int, ...);
    va_list more;
    va_start(more, command);
    void *argument = va_arg(more, void *);
    va_end(more);
    *(void **)&next = dlsym(RTLD_NEXT, "fcntl");
    if (command == F_SETLK || command == F_SETLKW || command == F_OFD_SETLK || command == F_OFD_SETLKW) {
        hold_up_file("fcntl", file);
    }
    int outcome = next(file, command, argument);
    if (command == F_DUPFD || command == F_DUPFD_CLOEXEC) {
        note_duplicate(file, outcome);
    }
    return outcome;
}
