/* Three kinds of processes take part. The job asks; the forkers, which it starts before MPI, answer for as long as the
 * job lives; and for every question a forker forks a trial, which reads the file, writes into a pipe how that went,
 * and ends. Where nothing comes out of the pipe, the trial has crashed, or had to be killed. The job and a forker
 * talk through a pair of sockets that keeps messages whole; where the job ends, for whatever reason, its end closes,
 * and the forker leaves, with the trial that it has under way. There are two of them, so that the job can have a file
 * tried out that it will ask for next: one forker has that question, the other one is free for any. */
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

enum { N_FORKERS = 2 };

/* A process that forks, and what it was asked ahead. */
static struct forker {
    pid_t process;
    int channel;                      /* to it; -1: there is none */
    struct sm_trial_question pending; /* whose answer nobody has waited for yet */
    char *pending_path;               /* NULL: there is none */
    unsigned pending_since;           /* questions that were asked ahead before */
} forkers[N_FORKERS] = {{.channel = -1}, {.channel = -1}};

static bool (*is_stopped)(void *data);
static void *is_stopped_data;

static void end_forker(struct forker *forker) {
    if (forker->channel >= 0) {
        close(forker->channel);
    }
    if (forker->process > 0) {
        kill(forker->process, SIGKILL); /* it may be stopped */
        waitpid(forker->process, NULL, 0);
    }
    free(forker->pending_path);
    *forker = (struct forker){.channel = -1};
}

static void start_forker(struct forker *forker) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        return;
    }
    forker->process = fork();
    if (forker->process == 0) {
        for (int i = 0; i < N_FORKERS; i++) {
            close(forkers[i].channel); /* or it would keep one open that the job has closed */
        }
        close(ends[0]);
        sm_trial_serve(ends[1]);
        _exit(0);
    }
    forker->channel = ends[0];
    close(ends[1]);
    if (forker->process < 0) {
        end_forker(forker);
    }
}

void sm_trial_start(void) {
    for (int i = 0; i < N_FORKERS; i++) {
        start_forker(&forkers[i]);
    }
}

void sm_trial_end(void) {
    for (int i = 0; i < N_FORKERS; i++) {
        end_forker(&forkers[i]);
    }
}

void sm_trial_listen(bool (*stopped)(void *data), void *data) {
    is_stopped = stopped;
    is_stopped_data = data;
}

/* Returns the bytes sent; negative after a failure, with errno. */
static ssize_t send_message(const struct forker *forker, const char *message, size_t n_bytes) {
    return SM_RETRY(send(forker->channel, message, n_bytes, MSG_NOSIGNAL));
}

/* Send a list of files to a forker. */
static void tell_moved(struct forker *forker, const struct sm_moved_files *files, char *message) {
    for (size_t done = 0; forker->channel >= 0 && done < files->n_bytes;) {
        size_t n_bytes = sm_trial_moved_write(files, &done, message);
        if (send_message(forker, message, n_bytes) < 0) {
            end_forker(forker); /* without it no file is tried out */
        }
    }
}

enum sparsemed_status sm_trial_tell_moved(const struct sm_moved_files *files, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    char *message = malloc(SM_TRIAL_MOVED_BYTES);
    if (!message) {
        return sparsemed_fail_memory(error, "listing files");
    }
    for (int i = 0; i < N_FORKERS; i++) {
        tell_moved(&forkers[i], files, message);
    }
    free(message);
    return SPARSEMED_OK;
}

/* Wait for the answer.
 *
 * answer, size   receives it, an outcome first, which is SM_TRIAL_UNTRIED where there will be no answer
 *
 * Returns false where that was to be given up. */
static bool await_answer(struct forker *forker, const struct sm_trial_question *question, void *answer, size_t size) {
    struct pollfd event = {.fd = forker->channel, .events = POLLIN};
    enum sm_trial_outcome *outcome = answer;
    double left =
        1000 * (sm_trial_most_seconds(question->kind, question->file_bytes) + MORE_SECONDS); /* milliseconds */
    for (; poll(&event, 1, SLICE) <= 0; left -= SLICE) {
        if (is_stopped && is_stopped(is_stopped_data)) {
            return false;
        }
        if (left < 0) {
            end_forker(forker);
            *outcome = SM_TRIAL_ENDLESS;
            return true;
        }
    }
    if (recv(forker->channel, answer, size, MSG_DONTWAIT) != (ssize_t)size) {
        *outcome = SM_TRIAL_UNTRIED;
    }
    return true;
}

/* ---- which forker ---- */

static bool is_pending(const struct forker *forker, enum sm_trial_kind kind, const char *path, double split_time) {
    return forker->pending_path && forker->pending.kind == kind && forker->pending.split_time == split_time &&
           strcmp(forker->pending_path, path) == 0;
}

/* The forker that has this question. NULL: none has. */
static struct forker *find_pending(enum sm_trial_kind kind, const char *path, double split_time) {
    for (struct forker *forker = forkers; forker < forkers + N_FORKERS; forker++) {
        if (is_pending(forker, kind, path, split_time)) {
            return forker;
        }
    }
    return NULL;
}

/* A forker without a question; else the one that was asked first. NULL: there is none. */
static struct forker *find_forker(void) {
    struct forker *found = NULL;
    for (struct forker *forker = forkers; forker < forkers + N_FORKERS; forker++) {
        bool better =
            !found || !forker->pending_path || (found->pending_path && forker->pending_since < found->pending_since);
        found = forker->channel >= 0 && better ? forker : found;
    }
    return found;
}

/* Wait for the answer to what a forker was asked ahead; see await_answer. */
static bool await_pending(struct forker *forker, void *answer, size_t size) {
    free(forker->pending_path);
    forker->pending_path = NULL;
    return await_answer(forker, &forker->pending, answer, size);
}

/* Have a forker without a question: an answer that nobody asks for is waited for, and dropped. Returns false where that
 * was to be given up. */
static bool make_free(struct forker *forker) {
    struct sm_trial_answer dropped;
    return !forker->pending_path || await_pending(forker, &dropped, sizeof dropped);
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

static enum sparsemed_status fail_stopped(const char *path, struct sparsemed_error *error) {
    sm_trial_end(); /* the forkers take their trials along */
    return sparsemed_fail(error, SPARSEMED_STOPPED, "%s: was stopped before it was done; to be run again", path);
}

/* Send a question. Returns whether an answer is to be waited for; if not, that may be a failure. */
static bool send_question(struct forker *forker, const struct sm_trial_question *question, const char *path,
                          const struct sm_input_options *options, struct sparsemed_error *error) {
    char *message;
    size_t n_bytes = sm_trial_question_write(question, path, options, &message);
    ssize_t sent = message ? send_message(forker, message, n_bytes) : -1;
    if (!message && n_bytes <= SM_TRIAL_QUESTION_BYTES) {
        sparsemed_fail_memory(error, "trying out a file");
    } else if (!message || (sent < 0 && errno == EMSGSIZE)) {
        sparsemed_fail(error, SPARSEMED_INPUT, "%s: the names of its dataset and times, or of folders, are too long",
                       path);
    }
    free(message);
    return sent >= 0;
}

/* Ask, unless that was done ahead, and wait for the answer; see await_answer. */
static enum sparsemed_status ask(enum sm_trial_kind kind, const char *path, const struct sm_input_options *options,
                                 double split_time, void *answer, size_t size, struct sparsemed_error *error) {
    struct forker *asked = find_pending(kind, path, split_time), *forker = asked ? asked : find_forker();
    if (!forker || strlen(path) >= PATH_MAX) {
        return SPARSEMED_OK;
    }
    if (asked) {
        return await_pending(asked, answer, size) ? SPARSEMED_OK : fail_stopped(path, error);
    }
    const struct sm_trial_question question = sm_trial_question_of(kind, path, split_time);
    if (!make_free(forker)) {
        return fail_stopped(path, error);
    }
    return !send_question(forker, &question, path, options, error) || await_answer(forker, &question, answer, size)
               ? error->status
               : fail_stopped(path, error);
}

void sm_trial_ahead(enum sm_trial_kind kind, const char *path, const struct sm_input_options *options,
                    double split_time) {
    static unsigned n_asked;
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    struct forker *forker = find_forker();
    if (!forker || forkers[0].channel < 0 || forkers[1].channel < 0 || strlen(path) >= PATH_MAX ||
        find_pending(kind, path, split_time) || !make_free(forker)) {
        return;
    }
    forker->pending = sm_trial_question_of(kind, path, split_time);
    forker->pending_path = strdup(path);
    forker->pending_since = n_asked++;
    if (!forker->pending_path || !send_question(forker, &forker->pending, path, options, &ignored)) {
        free(forker->pending_path);
        forker->pending_path = NULL;
    }
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
