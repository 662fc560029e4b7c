#include "rtdc/outputs/trial_forker.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "rtdc/files/retry.h"
#include "rtdc/hdf5/hdf5.h"

/* Time of a trial, which is a matter of milliseconds: so much, and more for a large file with many frames; and where it
 * waits for what is no disk, and does nothing meanwhile, as it does with a pipe, much less. */
enum { MOST_SECONDS = 60, BYTES_A_SECOND = 1 << 27, MOST_IDLE_SECONDS = 3 };

/* How long the forker waits before it looks again whether to go on. */
enum { SLICE = 20 /* milliseconds */ };

/* Memory of a trial, more for a large file: several times what needs.h lets it need. */
static const uint64_t most_memory = (uint64_t)2 << 30, most_memory_a_byte = 128;

enum { SPOILED_BYTES = 4 << 20 }; /* more than the metadata of a file takes, mostly */

/* ---- in the process of a trial ---- */

/* Fill memory that is not in use, also behind that which is, with what is no length and no address, so that HDF5 falls
 * over what it must not read here, too, and not only where the memory of a job happens to hold such a thing. */
static void spoil_memory(void) {
    H5set_free_list_limits(0, 0, 0, 0, 0, 0);
    H5garbage_collect();
#ifdef __GLIBC__
    mallopt(M_PERTURB, 0x5a);
    mallopt(M_MMAP_MAX, 0);
    mallopt(M_TRIM_THRESHOLD, INT_MAX);
    void *spoiled = malloc(SPOILED_BYTES);
    __asm__ volatile("" : : "r"(spoiled) : "memory"); /* or the compiler leaves both out */
    free(spoiled);
#endif
}

/* Take no more memory than a file is believed to need, and what HDF5 needs for it. Returns the bytes; 0 where there is
 * no limit, as the system does not tell what is taken already. */
static uint64_t limit_memory(const char *path) {
    struct stat info = {0};
    unsigned long n_pages = 0;
    FILE *taken = fopen("/proc/self/statm", "r");
    bool known = taken && fscanf(taken, "%lu", &n_pages) == 1 && stat(path, &info) == 0;
    if (taken) {
        fclose(taken);
    }
    uint64_t allowed = most_memory + most_memory_a_byte * (uint64_t)info.st_size;
    rlim_t all = (rlim_t)(n_pages * (uint64_t)sysconf(_SC_PAGESIZE) + allowed);
    return known && setrlimit(RLIMIT_AS, &(struct rlimit){all, all}) == 0 ? allowed : 0;
}

static void try_out(const struct sm_trial_question *question, const char *path, int result) {
    const char *dataset = path + strlen(path) + 1, *time = dataset + strlen(dataset) + 1;
    struct sm_input_options options = {
        .dataset = question->has_dataset ? dataset : NULL,
        .time = question->has_time ? time : NULL,
        .frame_rate = question->frame_rate,
        .slice = question->slice,
        .reach = {.n_roots = question->n_roots, .follow_links = question->follow_links},
    };
    const char *root = time + strlen(time) + 1;
    for (size_t i = 0; i < question->n_roots; i++) {
        options.reach.roots[i] = root;
        root += strlen(root) + 1;
    }
    struct sm_trial_result told = {.error = SPARSEMED_NO_ERROR};
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    uint64_t allowed = limit_memory(path);
    spoil_memory();
    sm_trial_read(question->kind, path, &options, question->split_time, &told.facts, told.others, &told.error);
    if (told.error.status == SPARSEMED_INTERNAL && allowed > 0) {
        const struct sparsemed_error reason = told.error;
        sparsemed_fail(&told.error, SPARSEMED_INPUT, "%s: %s, of which a trial may have %llu MB: is it damaged?", path,
                       reason.message, (unsigned long long)(allowed / 1000000));
    }
    /* Less than a pipe takes at once. */
    _exit(write(result, &told, sizeof told) == sizeof told ? 0 : 1);
}

/* ---- in the process that forks ---- */

/* Be out of the way of what the job hears and says, outlive the signals that are meant for it, and let a crash be one.
 */
static void stand_apart(void) {
    static const int for_the_job[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2};
    static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    for (size_t i = 0; i < sizeof for_the_job / sizeof *for_the_job; i++) {
        signal(for_the_job[i], SIG_IGN);
    }
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) {
        signal(crashes[i], SIG_DFL);
    }
#ifdef __linux__
    prctl(PR_SET_NAME, "sparsemed-trial"); /* no rank, for who looks at processes */
#endif
    int nothing = open("/dev/null", O_RDWR);
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++) {
        dup2(nothing, i);
    }
}

static double seconds_now(clockid_t clock) {
    struct timespec time = {0};
    clock_gettime(clock, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

double sm_trial_most_seconds(const char *path) {
    struct stat info;
    return MOST_SECONDS + (stat(path, &info) == 0 ? (double)(info.st_size / BYTES_A_SECOND) : 0);
}

/* Whether a process waits for something that may never come. One that waits for a disk, or for a file system that is
 * far away, is in another state. Where the system does not tell, no process is. */
static bool is_asleep(pid_t process) {
    char name[64], text[256] = "";
    snprintf(name, sizeof name, "/proc/%ld/stat", (long)process);
    int descriptor = open(name, O_RDONLY | O_CLOEXEC);
    if (descriptor >= 0) {
        ssize_t n = read(descriptor, text, sizeof text - 1);
        text[n > 0 ? n : 0] = '\0';
        close(descriptor);
    }
    const char *state = strrchr(text, ')'); /* the name of the program is in parentheses */
    return state && state[1] && state[2] == 'S';
}

/* Wait until a trial tells something or ends, or must be given up. Leaves with it where the job is gone. */
static enum sm_trial_outcome watch(pid_t trial, int result, int channel, double most) {
    clockid_t clock;
    bool has_clock = clock_getcpuclockid(trial, &clock) == 0;
    double begin = seconds_now(CLOCK_MONOTONIC), busy = begin, used = 0;
    for (;;) {
        struct pollfd events[] = {{.fd = result, .events = POLLIN}, {.fd = channel}};
        int n = poll(events, 2, SLICE);
        if (n > 0 && events[1].revents) {
            kill(trial, SIGKILL);
            _exit(0);
        }
        if (n > 0 && events[0].revents) {
            return SM_TRIAL_TOLD;
        }
        double now = seconds_now(CLOCK_MONOTONIC), used_now = has_clock ? seconds_now(clock) : now;
        if (used_now > used || !is_asleep(trial)) {
            used = used_now;
            busy = now;
        }
        if (now - begin > most || now - busy > MOST_IDLE_SECONDS) {
            kill(trial, SIGKILL);
            return now - begin > most ? SM_TRIAL_ENDLESS : SM_TRIAL_IDLE;
        }
    }
}

/* Take in what a trial has told; waits for its end. */
static void conclude(pid_t trial, int result, struct sm_trial_answer *answer) {
    ssize_t n = 0;
    int end = 0;
    if (answer->outcome == SM_TRIAL_TOLD) {
        n = SM_RETRY(read(result, &answer->result, sizeof answer->result));
    }
    SM_RETRY(waitpid(trial, &end, 0));
    if (answer->outcome == SM_TRIAL_TOLD && n != sizeof answer->result) {
        answer->outcome = WIFSIGNALED(end) && WTERMSIG(end) == SIGKILL ? SM_TRIAL_KILLED : SM_TRIAL_CRASHED;
    }
}

static struct sm_trial_answer carry_out(const char *message, int channel) {
    const char *path = message + sizeof(struct sm_trial_question);
    struct sm_trial_question question;
    memcpy(&question, message, sizeof question);
    struct sm_trial_answer answer = {.outcome = SM_TRIAL_UNTRIED};
    int result[2];
    if (pipe(result) != 0) {
        return answer;
    }
    pid_t trial = fork();
    if (trial == 0) {
#ifdef __linux__
        prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
        try_out(&question, path, result[1]);
    }
    close(result[1]);
    if (trial > 0) {
        answer.outcome = watch(trial, result[0], channel, sm_trial_most_seconds(path));
        conclude(trial, result[0], &answer);
    }
    close(result[0]);
    return answer;
}

void sm_trial_serve(int channel) {
    static char message[SM_TRIAL_QUESTION_BYTES];
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    ssize_t n;
    stand_apart();
    sm_hdf5_start(&ignored);
    /* Up to the end of the job, whatever that is. */
    while ((n = recv(channel, message, sizeof message, 0)) > 0 || (n < 0 && errno == EINTR)) {
        if (n > 0) {
            struct sm_trial_answer answer = carry_out(message, channel);
            send(channel, &answer, sizeof answer, MSG_NOSIGNAL);
        }
    }
}
