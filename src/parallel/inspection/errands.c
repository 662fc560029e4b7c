/* The first rank writes the questions of a round down and sends them to all, each rank answers its own, and the first
 * one gathers the answers. Every record is its length and then its bytes. */
#include "parallel/inspection/errands.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "parallel/headway.h"
#include "parallel/messages.h"
#include "parallel/vote.h"
#include "rtdc/trials/trial_processes.h"

/* Records one behind the other. */
struct records {
    char *bytes;
    size_t n_bytes;
};

/* Some errands at a time. */
struct round {
    const struct sm_errands *errands;
    struct sm_progress *progress;
    MPI_Comm comm;
    int rank, n_ranks;
    uint64_t first, n;
    struct records questions, answers;
};

/* ---- records ---- */

/* Append a record; what writes it is given a stream. Returns false where memory is out. */
static bool append(FILE *records, void (*write)(FILE *record, void *data), void *data) {
    char *bytes = NULL;
    size_t n_bytes = 0;
    FILE *record = open_memstream(&bytes, &n_bytes);
    if (!record) {
        return false;
    }
    write(record, data);
    bool written = !ferror(record);
    written = fclose(record) == 0 && written;
    if (written) {
        uint64_t length = n_bytes;
        fwrite(&length, sizeof length, 1, records);
        fwrite(bytes, 1, n_bytes, records);
    }
    free(bytes);
    return written;
}

/* Step over a record. Returns its bytes. */
static const char *next(const char **position, size_t *n_bytes) {
    uint64_t length;
    memcpy(&length, *position, sizeof length);
    const char *bytes = *position + sizeof length;
    *position = bytes + length;
    *n_bytes = length;
    return bytes;
}

static enum sparsemed_status end_records(FILE *stream, bool written, const struct records *records,
                                         struct sparsemed_error *error) {
    written = stream && !ferror(stream) && written;
    if (!stream || fclose(stream) != 0 || !written || records->n_bytes > INT_MAX) {
        sparsemed_fail_memory(error, "looking at many files");
    }
    return error->status;
}

/* ---- one round ---- */

struct question {
    const struct sm_errands *errands;
    uint64_t i;
};

static void write_question(FILE *record, void *data) {
    const struct question *question = data;
    question->errands->ask(question->i, record, question->errands->data);
}

static enum sparsemed_status write_questions(struct round *round, struct sparsemed_error *error) {
    FILE *stream = open_memstream(&round->questions.bytes, &round->questions.n_bytes);
    bool written = true;
    for (uint64_t i = 0; i < round->n && stream && written; i++) {
        struct question question = {round->errands, round->first + i};
        written = append(stream, write_question, &question);
    }
    return end_records(stream, written, &round->questions, error);
}

struct task {
    const struct sm_errands *errands;
    const char *question;
};

static void write_answer(FILE *record, void *data) {
    const struct task *task = data;
    task->errands->carry_out(task->question, record, task->errands->data);
}

/* A way through the questions that are this rank's. */
struct way {
    const struct round *round;
    const char *position;
    uint64_t i; /* of the next question of all */
};

/* Go to the next question. Returns NULL behind the last one. */
static const char *next_own(struct way *way) {
    const struct round *round = way->round;
    const char *question = NULL;
    while (way->i < round->n && !question) {
        size_t n_bytes;
        const char *any = next(&way->position, &n_bytes);
        if (way->i % (uint64_t)round->n_ranks == (uint64_t)round->rank) {
            question = any;
        }
        way->i++;
    }
    return question;
}

/* Do this rank's part. Local but for the requests to stop. */
static enum sparsemed_status answer_own(struct round *round, struct sparsemed_error *error) {
    const struct sm_errands *errands = round->errands;
    struct way way = {round, round->questions.bytes, 0}, way_ahead = way;
    FILE *stream = open_memstream(&round->answers.bytes, &round->answers.n_bytes);
    bool stopped = sm_stop_asked(errands->stop), written = stream;
    const char *ahead = errands->begin ? next_own(&way_ahead) : NULL;
    struct task task = {errands, next_own(&way)};
    while (task.question && written && !stopped) {
        while (ahead && errands->begin(ahead, errands->data)) {
            ahead = next_own(&way_ahead);
        }
        ahead = ahead == task.question ? next_own(&way_ahead) : ahead;
        sm_headway_begin(errands->work, task.question);
        written = append(stream, write_answer, &task);
        sm_progress_add(round->progress, 1);
        stopped = sm_stop_asked(errands->stop);
        task.question = next_own(&way);
    }
    end_records(stream, written, &round->answers, error);
    return stopped && error->status == SPARSEMED_OK
               ? sparsemed_fail(error, SPARSEMED_STOPPED, "stopped before all was looked at; to be run again")
               : error->status;
}

/* Take in the answers of all ranks.
 *
 * bytes          those of all ranks, one rank behind the other
 * first_bytes    [n_ranks], where those of each begin */
static enum sparsemed_status take_in(const struct round *round, const char *bytes, const int *first_bytes,
                                     struct sparsemed_error *error) {
    const char **positions = malloc((size_t)round->n_ranks * sizeof *positions);
    bool taken = positions;
    for (int rank = 0; rank < round->n_ranks && taken; rank++) {
        positions[rank] = bytes + first_bytes[rank];
    }
    for (uint64_t i = 0; i < round->n && taken; i++) {
        size_t n_bytes;
        const char *answer = next(&positions[i % (uint64_t)round->n_ranks], &n_bytes);
        taken = round->errands->take_in(round->first + i, answer, n_bytes, round->errands->data);
    }
    free(positions);
    return taken ? SPARSEMED_OK : sparsemed_fail_memory(error, "looking at many files");
}

/* Collective. */
static enum sparsemed_status gather(struct round *round, struct sparsemed_error *error) {
    bool first = round->rank == 0;
    int own = sm_message_count(round->answers.n_bytes);
    size_t n_ranks = (size_t)round->n_ranks, total = 0;
    int *counts = calloc(2 * n_ranks, sizeof *counts), *offsets = counts + n_ranks;
    char *bytes = NULL;
    if (!counts) {
        sparsemed_fail_memory(error, "looking at many files");
    }
    if (sm_vote(round->comm, error) == SPARSEMED_OK) {
        MPI_Gather(&own, 1, MPI_INT, counts, 1, MPI_INT, 0, round->comm);
        for (size_t rank = 0; rank < n_ranks && first; rank++) {
            offsets[rank] = sm_message_count(total);
            total += (size_t)counts[rank];
        }
        bytes = malloc(total + 1);
        if (!bytes) {
            sparsemed_fail_memory(error, "looking at many files");
        }
        if (sm_vote(round->comm, error) == SPARSEMED_OK) {
            MPI_Gatherv(round->answers.bytes, own, MPI_BYTE, bytes, counts, offsets, MPI_BYTE, 0, round->comm);
            if (first) {
                take_in(round, bytes, offsets, error);
            }
        }
    }
    free(bytes);
    free(counts);
    return sm_vote(round->comm, error);
}

/* ---- while ranks wait ---- */

static bool is_stopped(void *data) {
    const struct round *round = data;
    sm_headway("trial");
    sm_progress_add(round->progress, 0);
    return sm_stop_asked(round->errands->stop);
}

static void serve(void *data) {
    const struct round *round = data;
    sm_progress_add(round->progress, 0);
    sm_stop_asked(round->errands->stop);
}

/* ---- all of it ---- */

/* Collective. */
static enum sparsemed_status carry_out(struct round *round, struct sparsemed_error *error) {
    if (round->rank == 0) {
        write_questions(round, error);
    }
    uint64_t n_bytes = round->questions.n_bytes;
    MPI_Bcast(&n_bytes, 1, MPI_UINT64_T, 0, round->comm);
    if (round->rank > 0) {
        round->questions = (struct records){malloc(n_bytes + 1), n_bytes};
        if (!round->questions.bytes) {
            sparsemed_fail_memory(error, "looking at many files");
        }
    }
    if (sm_vote(round->comm, error) != SPARSEMED_OK) {
        return error->status;
    }
    MPI_Bcast(round->questions.bytes, sm_message_count(n_bytes), MPI_BYTE, 0, round->comm);
    sm_trial_listen(is_stopped, round);
    answer_own(round, error);
    sm_trial_listen(NULL, NULL);
    sm_wait_for_all(round->comm, serve, round);
    return sm_vote(round->comm, error) == SPARSEMED_OK ? gather(round, error) : error->status;
}

void *sm_errands_results(MPI_Comm comm, size_t n, size_t n_bytes, const char *what, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    int rank;
    MPI_Comm_rank(comm, &rank);
    void *results = rank == 0 ? calloc(n + 1, n_bytes) : NULL;
    if (rank == 0 && !results) {
        sparsemed_fail_memory(error, what);
    }
    sm_vote(comm, error);
    return results;
}

void sm_errands_text(FILE *record, const char *text) {
    fwrite(text, 1, strlen(text) + 1, record);
}

enum sparsemed_status sm_errands_run(MPI_Comm comm, const struct sm_errands *errands, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK && errands->n_together >= 1);
    struct round round = {.errands = errands, .comm = comm};
    struct sm_progress progress;
    uint64_t n = errands->n;
    MPI_Comm_rank(comm, &round.rank);
    MPI_Comm_size(comm, &round.n_ranks);
    MPI_Bcast(&n, 1, MPI_UINT64_T, 0, comm);
    uint64_t n_together = sm_max(errands->n_together, (uint64_t)round.n_ranks);
    round.progress = &progress;
    sm_progress_start(&progress, comm, errands->style, SM_PROGRESS_FILES, n);
    for (; round.first < n && error->status == SPARSEMED_OK; round.first += n_together) {
        round.n = sm_min(n - round.first, n_together);
        carry_out(&round, error);
        free(round.questions.bytes);
        free(round.answers.bytes);
        round.questions = round.answers = (struct records){NULL, 0};
    }
    sm_progress_finish(&progress);
    return error->status;
}
