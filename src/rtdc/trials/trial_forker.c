#include "rtdc/trials/trial_forker.h"

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
#include "rtdc/trials/trial_moved.h"
#include "rtdc/trials/trial_overseer.h"
#include "rtdc/trials/trial_question.h"

/* Memory of a trial, more for a large file: several times what needs.h lets it need. */
static const uint64_t most_memory = (uint64_t)2 << 30, most_memory_a_byte = 128;

enum {
    SPOILED_BYTES = 4 << 20, /* more than the metadata of a file takes, mostly */
    SPOILED = 0x5a
};

/* ---- in the process of a trial ---- */

/* Let memory that HDF5 gets, and gives back, be filled with what is no length and no address, as that is which is not
 * in use (see spoil_memory). */
static void spoil_as_it_goes(void) {
    H5set_free_list_limits(0, 0, 0, 0, 0, 0);
    H5garbage_collect();
#ifdef __GLIBC__
    mallopt(M_PERTURB, SPOILED);
#endif
}

/* Take no more memory than a file is believed to need, and what HDF5 needs for it. Returns the bytes; 0 where there is
 * no limit. */
static uint64_t limit_memory(uint64_t file_bytes) {
    uint64_t more;
    bool fits = !__builtin_mul_overflow(most_memory_a_byte, file_bytes, &more) &&
                !__builtin_add_overflow(most_memory, more, &more);
    return fits ? sm_trial_limit_memory(more) : 0;
}

static void try_out(const struct sm_trial_question *question, const char *path, const struct sm_input_options *options,
                    int result) {
    struct sm_trial_result told = {.error = SPARSEMED_NO_ERROR};
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    uint64_t allowed = limit_memory(question->file_bytes);
    spoil_as_it_goes();
    sm_trial_read(question->kind, path, options, question->split_time, &told.facts, told.others, &told.error);
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

/* Fill memory that is not in use with what is no length and no address, also behind that which will be, so that HDF5
 * falls over what it must not read in a trial, too, and not only where the memory of a job happens to hold such a
 * thing. Trials find it so: each touches only what it needs. */
static void spoil_memory(void) {
#ifdef __GLIBC__
    mallopt(M_MMAP_MAX, 0);
    mallopt(M_TRIM_THRESHOLD, INT_MAX);
    void *spoiled = malloc(SPOILED_BYTES);
    if (spoiled) {
        memset(spoiled, SPOILED, SPOILED_BYTES);
        __asm__ volatile("" : : "r"(spoiled) : "memory"); /* or the compiler leaves it out */
    }
    free(spoiled);
#endif
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
    struct sm_trial_question question;
    struct sm_input_options options;
    const char *path = sm_trial_question_read(message, &question, &options);
    struct sm_trial_answer answer = {.outcome = SM_TRIAL_UNTRIED};
    int result[2];
    if (pipe(result) != 0) {
        return answer;
    }
    pid_t trial = sm_trial_fork();
    if (trial == 0) {
        try_out(&question, path, &options, result[1]);
    }
    close(result[1]);
    if (trial > 0) {
        struct sm_trial_work work = {0};
        sm_trial_work_begin(&work, sm_trial_most_seconds(question.kind, question.file_bytes));
        answer.outcome = sm_trial_watch(trial, result[0], channel, &work);
        conclude(trial, result[0], &answer);
    }
    close(result[0]);
    return answer;
}

/* Returns false where that is not possible. */
static bool answer(const char *message, size_t n_bytes, int channel) {
    enum sm_trial_kind kind;
    memcpy(&kind, message, sizeof kind);
    if (kind == SM_TRIAL_MOVED) {
        sm_trial_moved_take(message, n_bytes);
        return true;
    }
    struct sm_trial_answer trial = carry_out(message, channel);
    return sm_trial_send_answer(channel, &trial, sizeof trial);
}

/* Take the next message. Returns false where the job is gone, or cannot be answered. */
static bool serve_one(int channel) {
    static char message[SM_TRIAL_QUESTION_BYTES];
    ssize_t n = SM_RETRY(recv(channel, message, sizeof message, 0));
    return n > 0 && answer(message, (size_t)n, channel);
}

/* Start who oversees an inspector. Where that fails the job finds its socket closed.
 *
 * events   [n], all sockets; the inspector's is one of them, and is left to it */
static void start_overseer(struct pollfd *inspector, const struct pollfd *events, int n) {
    if (sm_trial_fork() == 0) {
        for (int i = 0; i < n; i++) {
            if (events[i].fd >= 0 && events[i].fd != inspector->fd) {
                close(events[i].fd);
            }
        }
        sm_trial_oversee(inspector->fd);
        _exit(0);
    }
    close(inspector->fd);
    inspector->fd = -1;
}

void sm_trial_serve(int channel, const int *inspectors, int n_inspectors) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    struct pollfd events[1 + SM_TRIAL_MOST_INSPECTORS] = {{.fd = channel, .events = POLLIN}};
    bool goes_on = true;
    stand_apart();
    sm_hdf5_start(&ignored);
    spoil_memory();
    for (int i = 0; i < n_inspectors; i++) {
        events[1 + i] = (struct pollfd){.fd = inspectors[i], .events = POLLIN};
    }
    /* Up to the end of the job, whatever that is. */
    while (goes_on && SM_RETRY(poll(events, (nfds_t)n_inspectors + 1, -1)) > 0) {
        bool told = events[0].revents;
        goes_on = !told || serve_one(channel);
        /* What the job has told before it asks an inspector is taken in before, too. */
        for (int i = 1; i <= n_inspectors && !told; i++) {
            if (events[i].revents) {
                start_overseer(&events[i], events, 1 + n_inspectors);
            }
        }
    }
}
