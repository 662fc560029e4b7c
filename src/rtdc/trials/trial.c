/* Several kinds of processes take part. The job asks. The forkers, which it starts before MPI, live as long as the job
 * does; for every question a forker forks a trial, which reads the file, writes into a pipe how that went, and ends.
 * Where nothing comes out of the pipe, the trial has crashed, or had to be killed. There are some of them, so that the
 * job can have files tried out that it will ask for next: forkers have these questions, and one is free for any other.
 * Files that are only looked at go to inspectors (trial_inspection.c). */
#include "rtdc/trials/trial.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/trials/trial_forker.h"
#include "rtdc/trials/trial_moved.h"
#include "rtdc/trials/trial_processes.h"

/* What a forker was asked ahead. */
static struct pending {
    struct sm_trial_question question; /* whose answer nobody has waited for yet */
    char *path;                        /* NULL: there is none */
    pid_t process;                     /* that was asked */
    unsigned since;                    /* questions that were asked ahead before */
} pendings[SM_TRIAL_FORKERS];

/* Send a list of files to a forker. */
static void tell_moved(int forker, const struct sm_moved_files *files, char *message) {
    for (size_t done = 0; sm_trial_forker(forker) > 0 && done < files->n_bytes;) {
        size_t n_bytes = sm_trial_moved_write(files, &done, message);
        if (sm_trial_send(forker, message, n_bytes, 0) < 0) {
            sm_trial_give_up(forker); /* without it no file is tried out */
        }
    }
}

enum sparsemed_status sm_trial_tell_moved(const struct sm_moved_files *files, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    char *message = malloc(SM_TRIAL_MOVED_BYTES);
    if (!message) {
        return sparsemed_fail_memory(error, "listing files");
    }
    for (int i = 0; i < SM_TRIAL_FORKERS; i++) {
        tell_moved(i, files, message);
    }
    free(message);
    return SPARSEMED_OK;
}

/* ---- which forker ---- */

static bool has_pending(int forker) {
    return pendings[forker].path && pendings[forker].process == sm_trial_forker(forker);
}

static bool is_pending(int forker, enum sm_trial_kind kind, const char *path, double split_time) {
    const struct pending *pending = &pendings[forker];
    return has_pending(forker) && pending->question.kind == kind && pending->question.split_time == split_time &&
           strcmp(pending->path, path) == 0;
}

/* The forker that has this question; -1 where none has. */
static int find_pending(enum sm_trial_kind kind, const char *path, double split_time) {
    int forker = SM_TRIAL_FORKERS - 1;
    while (forker >= 0 && !is_pending(forker, kind, path, split_time)) {
        forker--;
    }
    return forker;
}

/* A forker without a question; else the one that was asked first. The first one where there is none any more. */
static int find_forker(void) {
    int found = 0;
    for (int i = 1; i < SM_TRIAL_FORKERS; i++) {
        bool better = sm_trial_forker(found) == 0 || !has_pending(i) ||
                      (has_pending(found) && pendings[i].since < pendings[found].since);
        found = sm_trial_forker(i) > 0 && better ? i : found;
    }
    return found;
}

static void drop_pending(int forker) {
    free(pendings[forker].path);
    pendings[forker].path = NULL;
}

/* Wait for an answer. */
static void hear(int forker, const struct sm_trial_question *question, const char *path, struct sm_trial_answer *answer,
                 struct sparsemed_error *error) {
    enum sm_trial_outcome heard = sm_trial_hear(forker, question, path, answer, sizeof *answer, sizeof *answer, error);
    answer->outcome = heard == SM_TRIAL_TOLD ? answer->outcome : heard;
}

/* Have a forker without a question: an answer that nobody asks for is waited for, and dropped.
 *
 * path   for which it is wanted, for the message */
static enum sparsemed_status make_free(int forker, const char *path, struct sparsemed_error *error) {
    struct sm_trial_answer dropped;
    if (has_pending(forker)) {
        drop_pending(forker);
        hear(forker, &pendings[forker].question, path, &dropped, error);
    }
    return error->status;
}

/* Ask, unless that was done ahead, and wait for the answer. */
static void ask(enum sm_trial_kind kind, const char *path, const struct sm_input_options *options, double split_time,
                struct sm_trial_answer *answer, struct sparsemed_error *error) {
    int asked = find_pending(kind, path, split_time), forker = find_forker();
    if (asked >= 0) {
        drop_pending(asked);
        hear(asked, &pendings[asked].question, path, answer, error);
    } else if (sm_trial_forker(forker) > 0 && make_free(forker, path, error) == SPARSEMED_OK) {
        const struct sm_trial_question question = sm_trial_question_of(kind, path, split_time);
        if (sm_trial_ask(forker, &question, path, options, 0, error)) {
            hear(forker, &question, path, answer, error);
        }
    }
}

static bool all_are_there(void) {
    int n = 0;
    while (n < SM_TRIAL_FORKERS && sm_trial_forker(n) > 0) {
        n++;
    }
    return n == SM_TRIAL_FORKERS;
}

void sm_trial_ahead(enum sm_trial_kind kind, const char *path, const struct sm_input_options *options,
                    double split_time) {
    static unsigned n_asked;
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    int forker = find_forker();
    if (!all_are_there() || find_pending(kind, path, split_time) >= 0 ||
        make_free(forker, path, &ignored) != SPARSEMED_OK) {
        return;
    }
    struct pending pending = {sm_trial_question_of(kind, path, split_time), strdup(path), sm_trial_forker(forker),
                              n_asked++};
    drop_pending(forker); /* of a process that is there no more */
    if (!pending.path || !sm_trial_ask(forker, &pending.question, path, options, 0, &ignored)) {
        free(pending.path);
        pending.path = NULL;
    }
    pendings[forker] = pending;
}

enum sparsemed_status sm_trial_learn(enum sm_trial_kind kind, const char *path, const struct sm_input_options *options,
                                     double split_time, struct sm_facts *facts, char others[SM_OTHERS_BYTES],
                                     struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct sm_trial_answer answer = {.outcome = SM_TRIAL_UNTRIED};
    ask(kind, path, options, split_time, &answer, error);
    if (error->status == SPARSEMED_OK) {
        sm_trial_report(answer.outcome, &answer.result.error, path, error);
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
