/* The first rank tells all ranks of some thousand files at a time; each looks at every n-th of them, and the first one
 * gathers what they found. */
#include "parallel/archive/survey.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "parallel/archive/examine.h"
#include "parallel/headway.h"
#include "parallel/messages.h"
#include "parallel/vote.h"
#include "rtdc/files/surrogates.h"
#include "rtdc/trials/trial_processes.h"

enum { ROUND_FILES = 4096 };

/* What a rank tells the first one. Plain data. */
struct answer {
    struct sm_finding finding;
    char message[SPARSEMED_MESSAGE_SIZE];
    char other_files[SM_OTHERS_BYTES];
};

/* A round of files, on every rank. */
struct round {
    const struct sm_survey *survey;
    struct sm_stop *stop;
    struct sm_progress *progress;
    size_t n, n_each; /* files, and of each rank at most */
    char *text;       /* questions, then of each file: its paths, input and output, and the other files */
    size_t text_size;
    struct answer *answers; /* [n_each], of this rank */
    struct answer *all;     /* [n_ranks][n_each], on the first rank */
};

/* ---- on the first rank ---- */

/* Whether a job asks for what was done or tried before. Where it decides on the offset by itself, either will do. */
static bool same_parameters(const struct sm_job *job, const struct sparsemed_parameters *past) {
    const struct sparsemed_parameters *now = &job->parameters;
    return now->kernel_size == past->kernel_size && now->split_time == past->split_time &&
           now->thresh_cleansing == past->thresh_cleansing && now->frac_cleansing == past->frac_cleansing &&
           (job->offset_auto || now->offset_correction == past->offset_correction);
}

static struct sm_question ask(const struct sm_job *job, const struct sm_past *past) {
    struct sm_question question = {0};
    if (past) {
        question = (struct sm_question){
            .known = past->frame_images == job->frame_images && same_parameters(job, &past->parameters),
            .done = past->done,
            .may_pass = past->may_pass || past->memory,
            .late = sm_past_was_late(past),
            .offset = past->parameters.offset_correction,
            .input = past->input,
            .output = past->output,
            .n_frames = past->n_frames,
            .n_lost = sm_past_lost(past),
            .lost = past->begun[0].input,
        };
    }
    return question;
}

/* Write a text with its end. */
static void put(FILE *stream, const char *text) {
    fwrite(text, 1, strlen(text) + 1, stream);
}

/* Write down the questions and paths of a round. */
static enum sparsemed_status compose(struct round *round, const struct sm_source *sources,
                                     const struct sm_history *history, struct sparsemed_error *error) {
    FILE *stream = open_memstream(&round->text, &round->text_size);
    if (!stream) {
        return sparsemed_fail_memory(error, "looking at the measurements");
    }
    for (size_t i = 0; i < round->n; i++) {
        struct sm_question question = ask(round->survey->job, sm_history_find(history, sources[i].output));
        fwrite(&question, sizeof question, 1, stream);
    }
    for (size_t i = 0; i < round->n; i++) {
        const struct sm_past *past = sm_history_find(history, sources[i].output);
        char *others = past && past->other_files ? sm_json_write(past->other_files, JSON_COMPACT) : NULL;
        put(stream, sources[i].input);
        put(stream, sources[i].output);
        put(stream, others ? others : "");
        free(others);
    }
    bool written = !ferror(stream);
    if (fclose(stream) != 0 || !written) {
        return sparsemed_fail_memory(error, "looking at the measurements");
    }
    if (round->text_size > INT_MAX) { /* see sm_message_count */
        return sparsemed_fail(
            error, SPARSEMED_INTERNAL,
            "what the journal tells of %zu measurements is beyond a message of MPI; start a new journal", round->n);
    }
    return SPARSEMED_OK;
}

static void take_over(const struct round *round, int n_ranks, const struct sm_source *sources,
                      const struct sm_history *history, struct sm_finding *findings) {
    for (size_t i = 0; i < round->n; i++) {
        const struct answer *answer = &round->all[i % (size_t)n_ranks * round->n_each + i / (size_t)n_ranks];
        findings[i] = answer->finding;
        if (answer->finding.verdict == SM_UNUSABLE) {
            findings[i].reason = strdup(answer->message);
            findings[i].other_files = *answer->other_files ? strdup(answer->other_files) : NULL;
        } else if (answer->finding.verdict == SM_FAILED_BEFORE) {
            const struct sm_past *past = sm_history_find(history, sources[i].output);
            findings[i].reason = past->reason ? strdup(past->reason) : NULL;
        }
    }
}

/* ---- on all ranks ---- */

/* What else there is to be done meanwhile. */
static void serve_others(const struct round *round) {
    sm_progress_add(round->progress, 0);
    if (round->survey->poll) {
        round->survey->poll(round->survey->poll_data);
    }
}

/* Asked while a trial, which has a limit of its own, is waited for. */
static bool is_stopped(void *data) {
    const struct round *round = data;
    sm_headway("trial");
    serve_others(round);
    return sm_stop_asked(round->stop);
}

static void poll_while_waiting(void *data) {
    const struct round *round = data;
    serve_others(round);
    sm_stop_asked(round->stop);
}

/* A file of a round. */
struct entry {
    size_t index; /* in the round */
    struct sm_question question;
    const char *input, *output, *others, *end; /* in its text */
};

/* Go on by so many files. Returns false where there are no more. */
static bool advance(const struct round *round, size_t n_files, struct entry *entry) {
    if (n_files >= round->n - entry->index) {
        return false;
    }
    entry->index += n_files;
    for (; n_files > 0; n_files--) {
        entry->input = entry->end;
        entry->output = entry->input + strlen(entry->input) + 1;
        entry->others = entry->output + strlen(entry->output) + 1;
        entry->end = entry->others + strlen(entry->others) + 1;
    }
    memcpy(&entry->question, round->text + entry->index * sizeof entry->question, sizeof entry->question);
    return true;
}

static void examine(struct round *round, const struct entry *entry, struct answer *answer) {
    struct sparsemed_error reason = SPARSEMED_NO_ERROR;
    sm_headway_begin("looking at", entry->input);
    sm_examine(round->survey, &entry->question, entry->others, entry->input, entry->output, &answer->finding,
               answer->other_files, &reason);
    memcpy(answer->message, reason.message, sizeof answer->message);
    sm_progress_add(round->progress, 1);
    serve_others(round);
}

/* Look at this rank's files, each while those behind it are tried out. Local but for the requests to stop. */
static enum sparsemed_status examine_own(struct round *round, int rank, int n_ranks, struct sparsemed_error *error) {
    bool stopped = sm_stop_asked(round->stop); /* while a file is tried out, its finding is of no meaning */
    struct entry entry = {.index = SIZE_MAX, .end = round->text + round->n * sizeof(struct sm_question)};
    bool more = advance(round, (size_t)rank + 1, &entry);
    struct entry ahead = entry;
    size_t n_ahead = 0;
    for (size_t i = 0; more && !stopped; i++) {
        while (n_ahead < SM_TRIALS_AHEAD && advance(round, (size_t)n_ranks, &ahead)) {
            sm_examine_ahead(round->survey, &ahead.question, ahead.input, ahead.output);
            n_ahead++;
        }
        examine(round, &entry, &round->answers[i]);
        stopped = sm_stop_asked(round->stop);
        more = advance(round, (size_t)n_ranks, &entry);
        n_ahead--;
    }
    return stopped ? sparsemed_fail(error, SPARSEMED_STOPPED, "stopped before anything was begun; to be run again")
                   : SPARSEMED_OK;
}

/* Make room on this rank. */
static enum sparsemed_status round_open(struct round *round, int rank, int n_ranks, struct sparsemed_error *error) {
    round->answers = calloc(round->n_each, sizeof *round->answers);
    round->all = rank == 0 ? calloc(round->n_each * (size_t)n_ranks, sizeof *round->all) : NULL;
    if (rank > 0) {
        round->text = malloc(round->text_size);
    }
    return round->answers && round->text && (round->all || rank > 0)
               ? SPARSEMED_OK
               : sparsemed_fail_memory(error, "looking at the measurements");
}

static void round_close(struct round *round) {
    free(round->text);
    free(round->answers);
    free(round->all);
}

/* Look at some files. Collective.
 *
 * sources, findings   [round->n], on the first rank */
static enum sparsemed_status carry_out(MPI_Comm comm, struct round *round, const struct sm_source *sources,
                                       const struct sm_history *history, struct sm_finding *findings,
                                       struct sparsemed_error *error) {
    int rank, n_ranks;
    MPI_Comm_rank(comm, &rank);
    MPI_Comm_size(comm, &n_ranks);
    if (rank == 0) {
        compose(round, sources, history, error);
    }
    uint64_t size = round->text_size;
    MPI_Bcast(&size, 1, MPI_UINT64_T, 0, comm);
    round->text_size = size;
    round->n_each = sm_divide_up(round->n, (uint64_t)n_ranks);
    if (error->status == SPARSEMED_OK) {
        round_open(round, rank, n_ranks, error);
    }
    if (sm_vote(comm, error) != SPARSEMED_OK) {
        return error->status;
    }
    MPI_Bcast(round->text, sm_message_count(size), MPI_BYTE, 0, comm);
    sm_trial_listen(is_stopped, round);
    examine_own(round, rank, n_ranks, error);
    sm_trial_listen(NULL, NULL);
    sm_wait_for_all(comm, poll_while_waiting, round);
    if (sm_vote(comm, error) != SPARSEMED_OK) {
        return error->status;
    }
    int answer_size = sm_message_count(round->n_each * sizeof *round->answers);
    MPI_Gather(round->answers, answer_size, MPI_BYTE, round->all, answer_size, MPI_BYTE, 0, comm);
    if (rank == 0) {
        take_over(round, n_ranks, sources, history, findings);
    }
    return SPARSEMED_OK;
}

enum sparsemed_status sm_survey(MPI_Comm comm, const struct sm_survey *survey, const struct sm_sources *sources,
                                const struct sm_history *history, struct sm_stop *stop, struct sm_finding **findings,
                                struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    int rank, n_ranks;
    MPI_Comm_rank(comm, &rank);
    MPI_Comm_size(comm, &n_ranks);
    uint64_t n = rank == 0 ? sources->n : 0;
    *findings = rank == 0 ? calloc(n + 1, sizeof **findings) : NULL;
    if (rank == 0 && !*findings) {
        sparsemed_fail_memory(error, "looking at the measurements");
    }
    if (sm_vote(comm, error) != SPARSEMED_OK) {
        return error->status;
    }
    MPI_Bcast(&n, 1, MPI_UINT64_T, 0, comm);
    uint64_t round_files = sm_max((uint64_t)n_ranks, ROUND_FILES);
    struct sm_progress progress;
    sm_progress_start(&progress, comm, survey->job->progress, SM_PROGRESS_FILES, n);
    for (uint64_t first = 0; first < n && error->status == SPARSEMED_OK; first += round_files) {
        struct round round = {
            .survey = survey, .stop = stop, .progress = &progress, .n = sm_min(n - first, round_files)};
        const struct sm_source *list = rank == 0 ? sources->list + first : NULL;
        carry_out(comm, &round, list, history, rank == 0 ? *findings + first : NULL, error);
        round_close(&round);
    }
    sm_progress_finish(&progress);
    return error->status;
}
