/* An inspector looks at one file after the other, so that a look costs little more than itself. Questions are numbered.
 * Number n goes to inspector n modulo their number, and each answers in the order in which it was asked: so a few files
 * ahead can be asked about, and the inspectors never wait for the job. An answer with a lower number than the one that
 * is waited for is of a question that was given up. */
#include "rtdc/trials/trial_inspection.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "rtdc/trials/trial_inspector.h"
#include "rtdc/trials/trial_processes.h"

/* Looks at headers that are asked for ahead: few enough for questions and answers to find room in the sockets. */
enum { MOST_AHEAD = 16 * SM_TRIAL_INSPECTORS };

/* Questions without an answer: those with the numbers from next up to end. */
static struct {
    uint64_t next, end;
    char *paths[MOST_AHEAD]; /* number n has place n modulo MOST_AHEAD */
} asked = {.next = SM_TRIAL_INSPECTORS, .end = SM_TRIAL_INSPECTORS};

static char **path_of(uint64_t number) {
    return &asked.paths[number % MOST_AHEAD];
}

static int inspector_of(uint64_t number) {
    return SM_TRIAL_FIRST_INSPECTOR + (int)(number % SM_TRIAL_INSPECTORS);
}

/* The beginning of the next question. The time that a look at headers may take does not depend on how large the file
 * is. */
static struct sm_trial_question begin_question(enum sm_trial_kind kind, const char *path) {
    struct sm_trial_question question = {.kind = kind};
    if (kind != SM_TRIAL_HEADERS) {
        question = sm_trial_question_of(kind, path, 0);
    }
    question.number = asked.end;
    return question;
}

static void drop_next(void) {
    free(*path_of(asked.next));
    *path_of(asked.next) = NULL;
    asked.next++;
}

/* Give up what was asked ahead. The next question goes to the first inspector: who asks one after the other needs no
 * more. */
static void begin_anew(void) {
    while (asked.next < asked.end) {
        drop_next();
    }
    asked.end += SM_TRIAL_INSPECTORS - asked.end % SM_TRIAL_INSPECTORS;
    asked.next = asked.end;
}

/* Returns whether that was asked. */
static bool ask(const struct sm_trial_question *question, const char *path, const struct sm_input_options *options,
                int flags, struct sparsemed_error *error) {
    char *copy = strdup(path);
    bool sent = copy && sm_trial_ask(inspector_of(question->number), question, path, options, flags, error);
    if (sent) {
        *path_of(asked.end++) = copy;
    } else {
        free(copy);
    }
    return sent;
}

/* Hear the answer to the next question. */
static struct sm_trial_inspection hear(const struct sm_trial_question *question, const char *path,
                                       struct sparsemed_error *error) {
    struct sm_trial_inspection answer = {.outcome = SM_TRIAL_UNTRIED};
    enum sm_trial_outcome heard;
    do {
        heard = sm_trial_hear(inspector_of(asked.next), question, path, &answer, sizeof answer,
                              offsetof(struct sm_trial_inspection, look), error);
    } while (heard == SM_TRIAL_TOLD && answer.number < asked.next);
    answer.outcome = heard == SM_TRIAL_TOLD ? answer.outcome : heard;
    drop_next();
    return answer;
}

/* Have a look taken by an inspector, or take it here. */
static enum sparsemed_status look_at(enum sm_trial_kind kind, const char *path, const struct sm_input_options *options,
                                     struct sm_trial_look *look, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct sm_trial_inspection answer = {.outcome = SM_TRIAL_UNTRIED};
    bool is_asked = kind == SM_TRIAL_HEADERS && asked.next < asked.end && strcmp(*path_of(asked.next), path) == 0;
    if (!is_asked) {
        begin_anew();
    }
    const struct sm_trial_question question = begin_question(kind, path);
    if (is_asked || ask(&question, path, options, 0, error)) {
        answer = hear(&question, path, error);
    }
    if (error->status == SPARSEMED_OK) {
        sm_trial_report(answer.outcome, &answer.look.error, path, error);
    }
    if (answer.outcome == SM_TRIAL_UNTRIED && error->status == SPARSEMED_OK) {
        sm_trial_look_at(kind, path, options, &answer.look);
        *error = answer.look.error;
    }
    *look = answer.look;
    return error->status;
}

bool sm_trial_headers_ahead(const char *path, const struct sm_reach *reach) {
    const struct sm_input_options options = {.reach = *reach};
    const struct sm_trial_question question = begin_question(SM_TRIAL_HEADERS, path);
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    return asked.end - asked.next < MOST_AHEAD && ask(&question, path, &options, MSG_DONTWAIT, &ignored);
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
