/* Three kinds of processes take part. The job asks; the forker, which it starts before MPI, answers for as long as the
 * job lives; and for every question the forker forks a trial, which reads the file, writes into a pipe how that went,
 * and ends. Where nothing comes out of the pipe, the trial has crashed, or had to be killed. The job and the forker
 * talk through a pair of sockets that keeps messages whole; where the job ends, for whatever reason, its end closes,
 * and the forker leaves, with the trial that it has under way. */
#include "rtdc/outputs/trial.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rtdc/files/retry.h"
#include "rtdc/outputs/trial_forker.h"

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

/* Write down a question, to be released with free; NULL where memory is out, or it is too long. Returns its bytes. */
static size_t compose(enum sm_trial_kind kind, const char *path, const struct sm_input_options *options,
                      double split_time, char **message) {
    struct sm_trial_question question = {.kind = kind, .split_time = split_time};
    const char *texts[3 + SM_MAX_ROOTS] = {path, "", ""};
    size_t n_texts = 3;
    if (options) {
        question.frame_rate = options->frame_rate;
        question.slice = options->slice;
        question.has_dataset = options->dataset;
        question.has_time = options->time;
        question.follow_links = options->reach.follow_links;
        question.n_roots = options->reach.n_roots;
        texts[1] = options->dataset ? options->dataset : "";
        texts[2] = options->time ? options->time : "";
        memcpy(texts + n_texts, options->reach.roots, question.n_roots * sizeof *texts);
        n_texts += question.n_roots;
    }
    size_t size = sizeof question;
    for (size_t i = 0; i < n_texts; i++) {
        size += strlen(texts[i]) + 1;
    }
    char *end = *message = size <= SM_TRIAL_QUESTION_BYTES ? malloc(size) : NULL;
    if (!end) {
        return size;
    }
    memcpy(end, &question, sizeof question);
    end += sizeof question;
    for (size_t i = 0; i < n_texts; i++) {
        end = stpcpy(end, texts[i]) + 1;
    }
    return size;
}

/* Returns the bytes sent; negative after a failure, with errno. */
static ssize_t send_message(const char *message, size_t n_bytes) {
    return SM_RETRY(send(channel, message, n_bytes, MSG_NOSIGNAL));
}

/* Wait for the answer, which is SM_TRIAL_UNTRIED where there will be none. Returns false where that was to be given up.
 */
static bool await_answer(const char *path, struct sm_trial_answer *answer) {
    struct pollfd event = {.fd = channel, .events = POLLIN};
    double left = 1000 * (sm_trial_most_seconds(path) + MORE_SECONDS); /* milliseconds */
    for (; poll(&event, 1, SLICE) <= 0; left -= SLICE) {
        if (is_stopped && is_stopped(is_stopped_data)) {
            return false;
        }
        if (left < 0) {
            sm_trial_end();
            answer->outcome = SM_TRIAL_ENDLESS;
            return true;
        }
    }
    if (recv(channel, answer, sizeof *answer, MSG_DONTWAIT) != sizeof *answer) {
        answer->outcome = SM_TRIAL_UNTRIED;
    }
    return true;
}

/* Say what an answer means. */
static enum sparsemed_status report(const struct sm_trial_answer *answer, const char *path,
                                    struct sparsemed_error *error) {
    switch (answer->outcome) {
    case SM_TRIAL_TOLD:
        *error = answer->result.error;
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

/* Ask, and wait for the answer. */
static enum sparsemed_status ask(const char *path, const char *message, size_t n_bytes, struct sm_trial_answer *answer,
                                 struct sparsemed_error *error) {
    if (!message && n_bytes <= SM_TRIAL_QUESTION_BYTES) {
        return sparsemed_fail_memory(error, "trying out a file");
    }
    ssize_t sent = message ? send_message(message, n_bytes) : -1;
    if (!message || (sent < 0 && errno == EMSGSIZE)) {
        return sparsemed_fail(error, SPARSEMED_INPUT,
                              "%s: the names of its dataset and times, or of folders, are too long", path);
    }
    if (sent >= 0 && !await_answer(path, answer)) {
        sm_trial_end(); /* the forker takes the trial along */
        return sparsemed_fail(error, SPARSEMED_STOPPED, "%s: was stopped before it was done; to be run again", path);
    }
    return report(answer, path, error);
}

enum sparsemed_status sm_trial_learn(enum sm_trial_kind kind, const char *path, const struct sm_input_options *options,
                                     double split_time, struct sm_facts *facts, char others[SM_OTHERS_BYTES],
                                     struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct sm_trial_answer answer = {.outcome = SM_TRIAL_UNTRIED};
    if (channel >= 0 && strlen(path) < PATH_MAX) {
        char *message;
        size_t n_bytes = compose(kind, path, options, split_time, &message);
        ask(path, message, n_bytes, &answer, error);
        free(message);
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
