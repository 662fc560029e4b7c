/* Three kinds of processes take part. The job asks; the forker, which it starts before MPI, answers for as long as the
 * job lives; and for every question the forker forks a trial, which reads the file and ends: well, by a crash, or by
 * the limit of its processor time. How it ended is the answer. The job and the forker talk through a pair of sockets
 * that keeps messages whole; where the job ends, for whatever reason, its end closes, and the forker leaves, too. */
#include "rtdc/trial.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "rtdc/basin_copy.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/input.h"
#include "rtdc/metadata.h"

/* Processor time of a trial, which is a matter of milliseconds: so much, and more for a large file with many frames. */
enum { LEAST_SECONDS = 60, BYTES_A_SECOND = 1 << 27 };

/* A question: what the file is, then its path, and of its options dataset and time, each with its end. */
enum { QUESTION_BYTES = 1 + 3 * PATH_MAX };
enum { INPUT = 'i', OUTPUT = 'o' };

static int channel = -1; /* to the process that forks, or in it */
static pid_t forker;

/* ---- in the process of a trial; whatever it finds is of no interest ---- */

/* Read what an output takes over. */
static void read_metadata(hid_t file, const char *path) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    hid_t memory = sm_hdf5_create_in_memory();
    if (memory >= 0) {
        sm_metadata_copy(file, memory, 0, &ignored);
        ignored = SPARSEMED_NO_ERROR;
        sm_basins_copy(file, path, memory, path, 0, &ignored);
        H5Fclose(memory);
    }
}

static void read_input(const char *path, const struct sm_input_options *options) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    struct sm_input input;
    if (sm_input_open(path, options, &input, &ignored) == SPARSEMED_OK) {
        struct sparsemed_time_axis axis;
        enum sm_timing timing;
        sm_input_timing(&input, &axis, &timing, &ignored);
        sparsemed_time_axis_free(&axis);
    }
    if (input.file >= 0 && ignored.status == SPARSEMED_OK) {
        hsize_t n_chunks;
        H5Dget_num_chunks(input.image.dataset, H5S_ALL, &n_chunks); /* walks through all of their index */
        read_metadata(input.file, path);
    }
    sm_input_close(&input);
}

static void read_output(const char *path) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    hid_t file;
    if (sm_hdf5_open(path, &file, &ignored) == SPARSEMED_OK) {
        read_metadata(file, path);
        H5Fclose(file);
    }
}

static void limit_time(const char *path) {
    struct stat info;
    rlim_t seconds = LEAST_SECONDS;
    if (stat(path, &info) == 0) {
        seconds += (rlim_t)(info.st_size / BYTES_A_SECOND);
    }
    setrlimit(RLIMIT_CPU, &(struct rlimit){seconds, seconds + 1});
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
}

static void try_out(const char *question) {
    const char *path = question + 1, *dataset = path + strlen(path) + 1, *time = dataset + strlen(dataset) + 1;
    const struct sm_input_options options = {.dataset = *dataset ? dataset : NULL, .time = *time ? time : NULL};
    limit_time(path);
    if (question[0] == INPUT) {
        read_input(path, &options);
    } else {
        read_output(path);
    }
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

static void serve_trials(void) {
    char question[QUESTION_BYTES];
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    stand_apart();
    sm_hdf5_start(&ignored);
    while (recv(channel, question, sizeof question, 0) > 0) { /* up to the end of the job, whatever that is */
        int outcome = 0;
        pid_t trial = fork();
        if (trial == 0) {
            try_out(question);
            _exit(0);
        }
        if (trial > 0) {
            waitpid(trial, &outcome, 0);
        }
        send(channel, &outcome, sizeof outcome, MSG_NOSIGNAL);
    }
}

/* ---- in the job ---- */

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

/* Ask for a trial. Returns false where there is no answer. */
static bool ask_for_trial(const char *question, size_t n_bytes, int *outcome) {
    if (channel < 0 || send(channel, question, n_bytes, MSG_NOSIGNAL) < 0) {
        return false;
    }
    ssize_t n;
    do {
        n = recv(channel, outcome, sizeof *outcome, 0);
    } while (n < 0 && errno == EINTR);
    return n == sizeof *outcome;
}

enum sparsemed_status sm_trial(const char *path, const struct sm_input_options *options,
                               struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    char question[QUESTION_BYTES];
    const char *dataset = options && options->dataset ? options->dataset : "";
    const char *time = options && options->time ? options->time : "";
    int outcome, n_bytes = snprintf(question, sizeof question, "%c%s%c%s%c%s", options ? INPUT : OUTPUT, path, '\0',
                                    dataset, '\0', time);
    if (n_bytes >= (int)sizeof question || !ask_for_trial(question, (size_t)n_bytes + 1, &outcome) || outcome == 0) {
        return SPARSEMED_OK;
    }
    if (WIFSIGNALED(outcome) && (WTERMSIG(outcome) == SIGXCPU || WTERMSIG(outcome) == SIGKILL)) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: is damaged: HDF5 does not come to an end with it", path);
    }
    return sparsemed_fail(error, SPARSEMED_INPUT, "%s: is damaged: HDF5 crashes on it", path);
}
