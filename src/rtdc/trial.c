/* Three kinds of processes take part. The job asks; the forker, which it starts before MPI, answers for as long as the
 * job lives; and for every question the forker forks a trial, which reads the file, writes into a pipe how that went,
 * and ends. Where nothing comes out of the pipe, the trial has crashed, or had to be killed. The job and the forker
 * talk through a pair of sockets that keeps messages whole; where the job ends, for whatever reason, its end closes,
 * and the forker leaves, with the trial that it has under way. */
#include "rtdc/trial.h"

#include <assert.h>
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

#include "rtdc/hdf5/hdf5.h"

/* Time of a trial, which is a matter of milliseconds: so much, and more for a large file with many frames; and where it
 * waits for what is no disk, and does nothing meanwhile, as it does with a pipe, much less. */
enum { MOST_SECONDS = 60, BYTES_A_SECOND = 1 << 27, MOST_IDLE_SECONDS = 3 };

/* How long forker and job wait before they look again whether to go on. */
enum { SLICE = 20 /* milliseconds */ };

/* A question, and behind it the path, and of its options dataset and time where they are there, each with its end. */
struct question {
    enum sm_trial_kind kind;
    double frame_rate;
    bool has_dataset, has_time;
};

enum { SPOILED_BYTES = 4 << 20 };

enum { QUESTION_BYTES = 128 * 1024 }; /* at most; a socket takes no messages of much more */

enum outcome { TOLD, CRASHED, KILLED, ENDLESS, IDLE, UNTRIED };

struct answer {
    enum outcome outcome;
    struct sparsemed_error error; /* where it was told */
};

static int channel = -1; /* to the process that forks, or in it */
static pid_t forker;

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

static void try_out(const struct question *question, const char *path, int result) {
    const char *dataset = path + strlen(path) + 1, *time = dataset + strlen(dataset) + 1;
    const struct sm_input_options options = {
        .dataset = question->has_dataset ? dataset : NULL,
        .time = question->has_time ? time : NULL,
        .frame_rate = question->frame_rate,
    };
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    spoil_memory();
    sm_trial_read(question->kind, path, &options, &error);
    /* Less than a pipe takes at once. */
    _exit(write(result, &error, sizeof error) == sizeof error ? 0 : 1);
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

static double most_seconds(const char *path) {
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
static enum outcome watch(pid_t trial, int result, double most) {
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
            return TOLD;
        }
        double now = seconds_now(CLOCK_MONOTONIC), used_now = has_clock ? seconds_now(clock) : now;
        if (used_now > used || !is_asleep(trial)) {
            used = used_now;
            busy = now;
        }
        if (now - begin > most || now - busy > MOST_IDLE_SECONDS) {
            kill(trial, SIGKILL);
            return now - begin > most ? ENDLESS : IDLE;
        }
    }
}

/* Take in what a trial has told; waits for its end. */
static void conclude(pid_t trial, int result, struct answer *answer) {
    ssize_t n = 0;
    int end = 0;
    if (answer->outcome == TOLD) {
        do {
            n = read(result, &answer->error, sizeof answer->error);
        } while (n < 0 && errno == EINTR);
    }
    while (waitpid(trial, &end, 0) < 0 && errno == EINTR) {
    }
    if (answer->outcome == TOLD && n != sizeof answer->error) {
        answer->outcome = WIFSIGNALED(end) && WTERMSIG(end) == SIGKILL ? KILLED : CRASHED;
    }
}

static struct answer carry_out(const char *message) {
    const char *path = message + sizeof(struct question);
    struct question question;
    memcpy(&question, message, sizeof question);
    struct answer answer = {.outcome = UNTRIED};
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
        answer.outcome = watch(trial, result[0], most_seconds(path));
        conclude(trial, result[0], &answer);
    }
    close(result[0]);
    return answer;
}

static void serve_trials(void) {
    static char message[QUESTION_BYTES];
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    ssize_t n;
    stand_apart();
    sm_hdf5_start(&ignored);
    /* Up to the end of the job, whatever that is. */
    while ((n = recv(channel, message, sizeof message, 0)) > 0 || (n < 0 && errno == EINTR)) {
        if (n > 0) {
            struct answer answer = carry_out(message);
            send(channel, &answer, sizeof answer, MSG_NOSIGNAL);
        }
    }
}

/* ---- in the job ---- */

static bool (*is_stopped)(void *data);
static void *is_stopped_data;

void sm_trial_start(void) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        return;
    }
    forker = fork();
    channel = ends[forker == 0];
    close(ends[forker != 0]);
    if (forker == 0) {
        serve_trials();
        _exit(0);
    }
    if (forker < 0) {
        sm_trial_end();
    }
}

void sm_trial_end(void) {
    if (channel >= 0) {
        close(channel);
        channel = -1;
        waitpid(forker, NULL, 0);
    }
}

void sm_trial_listen(bool (*stopped)(void *data), void *data) {
    is_stopped = stopped;
    is_stopped_data = data;
}

/* Write down a question, to be released with free. Returns its bytes; 0 where memory is out, or it is too long. */
static size_t compose(enum sm_trial_kind kind, const char *path, const struct sm_input_options *options,
                      char **message) {
    struct question question = {.kind = kind};
    const char *texts[3] = {path, "", ""};
    if (options) {
        question.frame_rate = options->frame_rate;
        question.has_dataset = options->dataset;
        question.has_time = options->time;
        texts[1] = options->dataset ? options->dataset : "";
        texts[2] = options->time ? options->time : "";
    }
    size_t size = sizeof question;
    for (int i = 0; i < 3; i++) {
        size += strlen(texts[i]) + 1;
    }
    char *end = *message = size <= QUESTION_BYTES ? malloc(size) : NULL;
    if (!end) {
        return 0;
    }
    memcpy(end, &question, sizeof question);
    end += sizeof question;
    for (int i = 0; i < 3; i++) {
        end = stpcpy(end, texts[i]) + 1;
    }
    return size;
}

/* Returns the bytes sent; negative after a failure, with errno. */
static ssize_t send_message(const char *message, size_t n_bytes) {
    ssize_t sent;
    do {
        sent = send(channel, message, n_bytes, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent;
}

/* Wait for the answer, which is UNTRIED where there will be none. Returns false where that was to be given up. */
static bool await_answer(struct answer *answer) {
    struct pollfd event = {.fd = channel, .events = POLLIN};
    while (poll(&event, 1, SLICE) <= 0) {
        if (is_stopped && is_stopped(is_stopped_data)) {
            return false;
        }
    }
    if (recv(channel, answer, sizeof *answer, MSG_DONTWAIT) != sizeof *answer) {
        answer->outcome = UNTRIED;
    }
    return true;
}

/* Say what an answer means. */
static enum sparsemed_status report(const struct answer *answer, const char *path, struct sparsemed_error *error) {
    switch (answer->outcome) {
    case TOLD:
        *error = answer->error;
        return error->status;
    case CRASHED:
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: is damaged: HDF5 crashes on it", path);
    case KILLED:
        return sparsemed_fail(error, SPARSEMED_INPUT,
                              "%s: the process that tried it out was killed; is there memory enough for it?", path);
    case ENDLESS:
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: is damaged: HDF5 does not come to an end with it", path);
    case IDLE:
        return sparsemed_fail(error, SPARSEMED_INPUT,
                              "%s: leads to something that does not answer, such as a pipe or a device", path);
    default:
        return SPARSEMED_OK;
    }
}

enum sparsemed_status sm_trial(enum sm_trial_kind kind, const char *path, const struct sm_input_options *options,
                               struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    char *message;
    if (channel < 0 || strlen(path) >= PATH_MAX) {
        return SPARSEMED_OK;
    }
    size_t n_bytes = compose(kind, path, options, &message);
    ssize_t sent = n_bytes > 0 ? send_message(message, n_bytes) : -1;
    bool too_long = n_bytes == 0 || (sent < 0 && errno == EMSGSIZE);
    free(message);
    if (too_long) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: the names of its dataset and times are too long", path);
    }
    struct answer answer = {.outcome = UNTRIED};
    if (sent >= 0 && !await_answer(&answer)) {
        sm_trial_end(); /* the forker takes the trial along */
        return sparsemed_fail(error, SPARSEMED_STOPPED, "%s: was stopped before it was done; to be run again", path);
    }
    return report(&answer, path, error);
}
