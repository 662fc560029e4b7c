/* In a program that this is linked into, and in one that it is loaded before: functions of the system that fail.
 * Loaded, it arms itself as the environment tells:
 *
 *   FAILING_KIND, FAILING_ERROR, FAILING_CALL, FAILING_FOLDER   the members of struct failing_plan
 *   FAILING_ON       "on" where all calls from the first one on fail
 *   FAILING_RANK     the only rank that it happens to
 *   FAILING_IN       which process counts its calls: "job", "forker", or "trial" (every one from 1 on)
 *   FAILING_TOLD     file to which a line is added that tells what has failed; with FAILING_CALL=0 nothing fails, and
 * all that counts is told */
#include "faults/failing_calls.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <link.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

static struct {
    bool is_on; /* in this process */
    struct failing_plan plan;
    int error;
    long n_calls;
    const char *process; /* of which calls count */
    pid_t job;
    uintptr_t begin, end; /* where the program's own code is */
    char told[4200];
} state;

static const char *of_environment(const char *name) {
    const char *value = getenv(name);
    return value ? value : "";
}

/* The first object is the program. */
static int find_code(struct dl_phdr_info *object, size_t size, void *data) {
    (void)size;
    (void)data;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[i];
        if (part->p_type == PT_LOAD && (part->p_flags & PF_X)) {
            state.begin = object->dlpi_addr + part->p_vaddr;
            state.end = state.begin + part->p_memsz;
        }
    }
    return 1;
}

static int error_of(const struct failing_plan *plan) {
    return strcmp(plan->kind, "EIO") == 0      ? EIO
           : strcmp(plan->kind, "ENOSPC") == 0 ? ENOSPC
           : strcmp(plan->kind, "EINTR") == 0  ? EINTR
           : strcmp(plan->kind, "memory") == 0 ? ENOMEM
                                               : plan->error;
}

void failing_calls_arm(const struct failing_plan *plan) {
    dl_iterate_phdr(find_code, NULL);
    state.plan = *plan;
    state.error = error_of(plan);
    state.n_calls = 0;
    state.process = "job";
    state.job = getpid();
    *state.told = '\0';
    state.is_on = true;
}

const char *failing_calls_disarm(void) {
    state.is_on = false;
    return *state.told ? state.told : NULL;
}

__attribute__((constructor)) static void heed_environment(void) {
    const struct failing_plan plan = {
        .kind = of_environment("FAILING_KIND"),
        .error = atoi(of_environment("FAILING_ERROR")),
        .first = atol(of_environment("FAILING_CALL")),
        .persists = strcmp(of_environment("FAILING_ON"), "on") == 0,
        .folder = of_environment("FAILING_FOLDER"),
    };
    const char *rank = of_environment(getenv("PMI_RANK") ? "PMI_RANK" : "OMPI_COMM_WORLD_RANK");
    if (*plan.kind && strcmp(program_invocation_short_name, "sparsemed") == 0 &&
        (!*rank || strcmp(rank, of_environment("FAILING_RANK")) == 0)) {
        failing_calls_arm(&plan);
        state.process = of_environment("FAILING_IN");
    }
}

static bool is_process(void) {
    const char *which = getpid() == state.job ? "job" : getppid() == state.job ? "forker" : "trial";
    return strcmp(which, state.process) == 0;
}

/* Whether code is the program's own. */
static bool is_own(const void *code) {
    return (uintptr_t)code >= state.begin && (uintptr_t)code < state.end;
}

/* Into a file, too, as not every process has a standard error. */
static void tell(const char *call, const void *caller, const char *what) {
    char line[sizeof state.told + 1];
    Dl_info object = {.dli_fname = ""};
    dladdr(caller, &object);
    const char *slash = strrchr(object.dli_fname, '/');
    const char *whose = is_own(caller) ? "program" : slash ? slash + 1 : object.dli_fname;
    snprintf(state.told, sizeof state.told, "%s %s %s", call, whose, what);
    int length = snprintf(line, sizeof line, "%s\n", state.told);
    long file = syscall(SYS_openat, AT_FDCWD, of_environment("FAILING_TOLD"), O_WRONLY | O_CREAT | O_APPEND, 0666);
    syscall(SYS_write, file, line, length);
    syscall(SYS_close, file);
}

/* Whether a call that counts fails; sets errno. */
static bool fails(const char *call, const void *caller, const char *what) {
    if (!is_process()) {
        return false;
    }
    state.n_calls++;
    if (state.n_calls == state.plan.first || state.plan.first == 0) {
        tell(call, caller, what);
    }
    bool failed = state.plan.first > 0 &&
                  (state.n_calls == state.plan.first || (state.n_calls > state.plan.first && state.plan.persists));
    errno = failed ? state.error : errno;
    return failed;
}

/* ---- files ---- */

/* What can become of a call. */
enum { PLAIN = 0, TAKES_SPACE = 1, CAN_BE_INTERRUPTED = 2 };

static bool counts(int nature) {
    return state.is_on && (state.error == EIO || (state.error == ENOSPC && (nature & TAKES_SPACE)) ||
                           (state.error == EINTR && (nature & CAN_BE_INTERRUPTED)));
}

/* The file that a descriptor leads to; "" where there is none. */
static const char *follow(const char *link, char path[4096]) {
    int before = errno;
    long length = syscall(SYS_readlinkat, AT_FDCWD, link, path, 4095);
    path[length < 0 ? 0 : length] = '\0';
    errno = before;
    return path;
}

static bool fails_with(const char *call, const void *caller, int nature, const char *path) {
    static const char descriptors[] = "/proc/self/fd/";
    char file[4096];
    if (!counts(nature) || !path || !*path) {
        return false;
    }
    if (strncmp(path, descriptors, strlen(descriptors)) == 0) {
        path = follow(path, file);
    }
    bool ours = *path != '/' || strncmp(path, state.plan.folder, strlen(state.plan.folder)) == 0;
    return *path && ours && fails(call, caller, path);
}

static bool fails_on(const char *call, const void *caller, int nature, int descriptor) {
    char link[64], path[4096];
    if (!counts(nature)) {
        return false;
    }
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    return *follow(link, path) == '/' && fails_with(call, caller, nature, path);
}

#define CALLER __builtin_return_address(0)

/* Replaces a function by one that fails under a condition. */
#define CALL(type, name, parameters, arguments, condition, failure)                                                    \
    type name parameters {                                                                                             \
        static type(*next) parameters;                                                                                 \
        if (!next) {                                                                                                   \
            *(void **)&next = dlsym(RTLD_NEXT, #name);                                                                 \
        }                                                                                                              \
        return (condition) ? failure : next arguments;                                                                 \
    }
#define ON_FILE(type, name, nature, parameters, arguments, failure)                                                    \
    CALL(type, name, parameters, arguments, fails_on(#name, CALLER, nature, file), failure)
#define ON_PATH(type, name, nature, parameters, arguments, failure)                                                    \
    CALL(type, name, parameters, arguments, fails_with(#name, CALLER, nature, path), failure)

#include "faults/file_calls.h"

CALL(int, renameat2, (int from, const char *path, int to, const char *name, unsigned flags),
     (from, path, to, name, flags), fails_with("renameat2", CALLER, TAKES_SPACE, path), -1)
CALL(int, mkstemp, (char *path), (path), fails_with("mkstemp", CALLER, TAKES_SPACE | CAN_BE_INTERRUPTED, path), -1)
CALL(struct dirent *, readdir, (DIR * folder), (folder), fails_on("readdir", CALLER, PLAIN, dirfd(folder)), NULL)
CALL(FTS *, fts_open, (char *const *paths, int options, int (*compare)(const FTSENT **, const FTSENT **)),
     (paths, options, compare), fails_with("fts_open", CALLER, PLAIN, *paths), NULL)
CALL(FTSENT *, fts_read, (FTS * tree), (tree), fails_with("fts_read", CALLER, PLAIN, tree->fts_path), NULL)

int open(const char *path, int flags, ...) {
    static int (*next)(const char *, int, ...);
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
    va_end(more);
    *(void **)&next = dlsym(RTLD_NEXT, "open");
    int nature = CAN_BE_INTERRUPTED | (flags & O_CREAT ? TAKES_SPACE : 0);
    return fails_with("open", CALLER, nature, path) ? -1 : next(path, flags, mode);
}

/* A lock. It is given up in any case. */
int fcntl(int file, int command, ...) {
    static int (*next)(int, int, ...);
    va_list more;
    va_start(more, command);
    void *argument = va_arg(more, void *);
    va_end(more);
    *(void **)&next = dlsym(RTLD_NEXT, "fcntl");
    bool locks = command == F_SETLK || command == F_SETLKW || command == F_OFD_SETLK || command == F_OFD_SETLKW;
    bool gives_up = locks && ((struct flock *)argument)->l_type == F_UNLCK;
    bool failed = locks && !gives_up && fails_on("fcntl", CALLER, CAN_BE_INTERRUPTED, file);
    return failed ? -1 : next(file, command, argument);
}

/* The descriptor is closed in any case. */
int close(int file) {
    static int (*next)(int);
    *(void **)&next = dlsym(RTLD_NEXT, "close");
    bool failed = fails_on("close", CALLER, TAKES_SPACE | CAN_BE_INTERRUPTED, file);
    int outcome = next(file);
    errno = failed ? state.error : errno;
    return failed ? -1 : outcome;
}

/* The stream must know of the failure: it gets to read a folder instead. */
ssize_t getline(char **line, size_t *size, FILE *stream) {
    static ssize_t (*next)(char **, size_t *, FILE *);
    *(void **)&next = dlsym(RTLD_NEXT, "getline");
    if (state.is_on && state.error == EIO && fails_on("getline", CALLER, PLAIN, fileno(stream))) {
        int folder = open("/", O_RDONLY);
        dup2(folder, fileno(stream));
    }
    return next(line, size, stream);
}

/* ---- memory and processes ---- */

static bool fails_for_program(const char *kind, const char *call, const void *caller) {
    return state.is_on && strcmp(state.plan.kind, kind) == 0 && is_own(caller) && fails(call, caller, kind);
}

#define OF_PROGRAM(type, name, kind, parameters, arguments, failure)                                                   \
    CALL(type, name, parameters, arguments, fails_for_program(kind, #name, CALLER), failure)

OF_PROGRAM(void *, malloc, "memory", (size_t size), (size), NULL)
OF_PROGRAM(void *, realloc, "memory", (void *old, size_t size), (old, size), NULL)
OF_PROGRAM(void *, calloc, "memory", (size_t n, size_t size), (n, size), NULL)
OF_PROGRAM(void *, aligned_alloc, "memory", (size_t alignment, size_t size), (alignment, size), NULL)
OF_PROGRAM(char *, strdup, "memory", (const char *text), (text), NULL)
OF_PROGRAM(char *, strndup, "memory", (const char *text, size_t n), (text, n), NULL)
OF_PROGRAM(FILE *, open_memstream, "memory", (char **text, size_t *size), (text, size), NULL)

OF_PROGRAM(pid_t, fork, "process", (void), (), -1)
OF_PROGRAM(pid_t, waitpid, "process", (pid_t process, int *status, int options), (process, status, options), -1)
OF_PROGRAM(int, pipe, "process", (int ends[2]), (ends), -1)
OF_PROGRAM(int, socketpair, "process", (int domain, int type, int protocol, int ends[2]),
           (domain, type, protocol, ends), -1)
OF_PROGRAM(int, poll, "process", (struct pollfd * events, nfds_t n, int wait), (events, n, wait), -1)
OF_PROGRAM(ssize_t, send, "process", (int socket, const void *data, size_t n, int flags), (socket, data, n, flags), -1)
OF_PROGRAM(ssize_t, recv, "process", (int socket, void *data, size_t n, int flags), (socket, data, n, flags), -1)
