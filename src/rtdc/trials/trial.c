/* Three kinds of processes take part. The job asks; the forker, which it starts before MPI, answers for as long as the
 * job lives; and for every question the forker forks a trial, which reads the file, writes into a pipe how that went,
 * and ends. Where nothing comes out of the pipe, the trial has crashed, or had to be killed. The job and the forker
 * talk through a pair of sockets that keeps messages whole; where the job ends, for whatever reason, its end closes,
 * and the forker leaves, with the trial that it has under way. */
#include "rtdc/trials/trial.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rtdc/files/retry.h"
#include "rtdc/trials/trial_forker.h"
#include "rtdc/trials/trial_inspector.h"
#include "rtdc/trials/trial_moved.h"
#include "rtdc/trials/trial_question.h"

/* How long the job waits before it looks again whether to go on, and how much longer than a trial may take: the forker
 * itself may be stopped, or wait for the end of a process that a disk holds up. */
enum { SLICE = 20 /* milliseconds */, MORE_SECONDS = 30 };

static int channel = -1; /* to the process that forks */
static pid_t forker;

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
        sm_trial_serve(channel);
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
    }
    if (forker > 0) {
        kill(forker, SIGKILL); /* it may be stopped */
        waitpid(forker, NULL, 0);
        forker = 0;
    }
}

void sm_trial_listen(bool (*stopped)(void *data), void *data) {
    is_stopped = stopped;
    is_stopped_data = data;
}

/* Returns the bytes sent; negative after a failure, with errno. */
static ssize_t send_message(const char *message, size_t n_bytes) {
    return SM_RETRY(send(channel, message, n_bytes, MSG_NOSIGNAL));
}

enum sparsemed_status sm_trial_tell_moved(const struct sm_moved_files *files, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    char *message = malloc(SM_TRIAL_MOVED_BYTES);
    if (!message) {
        return sparsemed_fail_memory(error, "listing files");
    }
    for (size_t done = 0; channel >= 0 && done < files->n_bytes;) {
        ssize_t sent = send_message(message, sm_trial_moved_write(files, &done, message));
        if (sent < 0) {
            sm_trial_end(); /* without it no file is tried out */
        }
    }
    free(message);
    return SPARSEMED_OK;
}

/* Wait for the answer.
 *
 * answer, size   receives it, an outcome first, which is SM_TRIAL_UNTRIED where there will be no answer
 *
 * Returns false where that was to be given up. */
static bool await_answer(const struct sm_trial_question *question, void *answer, size_t size) {
    struct pollfd event = {.fd = channel, .events = POLLIN};
    enum sm_trial_outcome *outcome = answer;
    double left =
        1000 * (sm_trial_most_seconds(question->kind, question->file_bytes) + MORE_SECONDS); /* milliseconds */
    for (; poll(&event, 1, SLICE) <= 0; left -= SLICE) {
        if (is_stopped && is_stopped(is_stopped_data)) {
            return false;
        }
        if (left < 0) {
            sm_trial_end();
            *outcome = SM_TRIAL_ENDLESS;
            return true;
        }
    }
    if (recv(channel, answer, size, MSG_DONTWAIT) != (ssize_t)size) {
        *outcome = SM_TRIAL_UNTRIED;
    }
    return true;
}

/* Say what an outcome means.
 *
 * told   by the trial itself */
static enum sparsemed_status report(enum sm_trial_outcome outcome, const struct sparsemed_error *told, const char *path,
                                    struct sparsemed_error *error) {
    switch (outcome) {
    case SM_TRIAL_TOLD:
        *error = *told;
        return error->status;
    case SM_TRIAL_CRASHED:
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: is damaged: HDF5 crashes on it", path);
    case SM_TRIAL_KILLED:
        return sparsemed_fail(error, SPARSEMED_INPUT,
                              "%s: the process that tried it out was killed; is there memory enough for it?", path);
    case SM_TRIAL_ENDLESS:
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: is damaged: HDF5 does not come to an end with it", path);
    case SM_TRIAL_IDLE:
        return sparsemed_fail(error, SPARSEMED_INPUT,
                              "%s: leads to something that does not answer, such as a pipe or a device", path);
    default:
        return SPARSEMED_OK;
    }
}

/* Ask, and wait for the answer; see await_answer. */
static enum sparsemed_status ask(enum sm_trial_kind kind, const char *path, const struct sm_input_options *options,
                                 double split_time, void *answer, size_t size, struct sparsemed_error *error) {
    if (channel < 0 || strlen(path) >= PATH_MAX) {
        return SPARSEMED_OK;
    }
    char *message;
    const struct sm_trial_question question = sm_trial_question_of(kind, path, split_time);
    size_t n_bytes = sm_trial_question_write(&question, path, options, &message);
    ssize_t sent = message ? send_message(message, n_bytes) : -1;
    if (!message && n_bytes <= SM_TRIAL_QUESTION_BYTES) {
        sparsemed_fail_memory(error, "trying out a file");
    } else if (!message || (sent < 0 && errno == EMSGSIZE)) {
        sparsemed_fail(error, SPARSEMED_INPUT, "%s: the names of its dataset and times, or of folders, are too long",
                       path);
    } else if (sent >= 0 && !await_answer(&question, answer, size)) {
        sm_trial_end(); /* the forker takes the trial along */
        sparsemed_fail(error, SPARSEMED_STOPPED, "%s: was stopped before it was done; to be run again", path);
    }
    free(message);
    return error->status;
}

enum sparsemed_status sm_trial_learn(enum sm_trial_kind kind, const char *path, const struct sm_input_options *options,
                                     double split_time, struct sm_facts *facts, char others[SM_OTHERS_BYTES],
                                     struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct sm_trial_answer answer = {.outcome = SM_TRIAL_UNTRIED};
    if (ask(kind, path, options, split_time, &answer, sizeof answer, error) == SPARSEMED_OK) {
        report(answer.outcome, &answer.result.error, path, error);
    }
    if (answer.outcome == SM_TRIAL_UNTRIED && error->status == SPARSEMED_OK && facts) {
        sm_trial_read(kind, path, options, split_time, facts, answer.result.others, error);
    } else if (facts) {
        *facts = answer.result.facts;
    }
    if (others) {
        strcpy(others, answer.result.others);
    }
    return error->status;
}

enum sparsemed_status sm_trial(enum sm_trial_kind kind, const char *path, const struct sm_input_options *options,
                               struct sparsemed_error *error) {
    return sm_trial_learn(kind, path, options, 0, NULL, NULL, error);
}

/* Have a look taken in that process, or take it here. */
static enum sparsemed_status look_at(enum sm_trial_kind kind, const char *path, const struct sm_input_options *options,
                                     struct sm_trial_look *look, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct sm_trial_inspection answer = {.outcome = SM_TRIAL_UNTRIED};
    if (ask(kind, path, options, 0, &answer, sizeof answer, error) == SPARSEMED_OK) {
        report(answer.outcome, &answer.look.error, path, error);
    }
    if (answer.outcome == SM_TRIAL_UNTRIED && error->status == SPARSEMED_OK) {
        sm_trial_look_at(kind, path, options, &answer.look);
        *error = answer.look.error;
    }
    *look = answer.look;
    return error->status;
}

enum sparsemed_status sm_trial_headers(const char *path, const struct sm_reach *reach, struct sm_headers *headers,
                                       struct sparsemed_error *problem, struct sparsemed_error *error) {
    const struct sm_input_options options = {.reach = *reach};
    struct sm_trial_look look;
    look_at(SM_TRIAL_HEADERS, path, &options, &look, error);
    *headers = look.headers;
    *problem = look.problem;
    return error->status;
}

enum sparsemed_status sm_trial_compare(const char *const paths[2], const struct sm_reach *reach,
                                       struct sm_comparison *comparison, struct sparsemed_error *error) {
    const struct sm_input_options options = {.dataset = paths[1], .reach = *reach};
    struct sm_trial_look look;
    look_at(SM_TRIAL_COMPARE, paths[0], &options, &look, error);
    *comparison = look.comparison;
    return error->status;
}

enum sparsemed_status sm_trial_verify(const char *path, const struct sm_reach *reach, uint64_t n_recompute,
                                      struct sm_flaws *flaws, struct sparsemed_error *error) {
    char number[32];
    snprintf(number, sizeof number, "%llu", (unsigned long long)n_recompute);
    const struct sm_input_options options = {.dataset = number, .reach = *reach};
    struct sm_trial_look look;
    look_at(SM_TRIAL_VERIFY, path, &options, &look, error);
    *flaws = look.flaws;
    return error->status;
}
