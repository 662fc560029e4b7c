#include "parallel/inspection/verify_outputs.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "parallel/inspection/errands.h"
#include "parallel/journal/history.h"
#include "parallel/vote.h"
#include "rtdc/files/path.h"
#include "rtdc/files/retry.h"
#include "rtdc/files/surrogates.h"
#include "rtdc/trials/trial_inspection.h"

enum { OUTPUTS_TOGETHER = 64 };

static const char remedy[] = "replace the file by a copy, or compute it anew";

/* ---- journals ---- */

static bool begins_with_brace(const char *path) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    char first;
    int descriptor;
    bool begins = sm_path_open(path, &descriptor, &ignored) == SPARSEMED_OK;
    if (begins) {
        begins = SM_RETRY(pread(descriptor, &first, 1, 0)) == 1 && first == '{';
        close(descriptor);
    }
    return begins;
}

enum sparsemed_status sm_verify_add_journal(struct sm_sources *outputs, const char *path, bool *is_journal,
                                            struct sparsemed_error *error) {
    struct sm_history history = {0};
    const char *key;
    json_t *number;
    char *journal = sm_path_absolute(path);
    *is_journal = begins_with_brace(path);
    if (*is_journal && sm_history_read(path, &history, error) == SPARSEMED_OK) {
        json_object_foreach(history.index, key, number) {
            if (error->status == SPARSEMED_OK && history.list[json_integer_value(number)].done) {
                json_t *name = json_string(key);
                char *output = sm_json_to_bytes(name);
                if (!output || !journal || sm_sources_take(outputs, sm_path_below(journal, output), true)) {
                    sm_sources_append(outputs, output, output ? strdup(output) : NULL, NULL, error);
                } else {
                    free(output);
                }
                json_decref(name);
            }
        }
    }
    sm_history_free(&history);
    free(journal);
    return error->status;
}

/* ---- the outputs ---- */

/* What the functions of the errands work on. */
struct verifying {
    const struct sm_verifying *how;
    const struct sm_sources *outputs; /* on the first rank */
    struct sm_verified *results;      /* likewise */
    struct sparsemed_error failure;   /* of the journal, likewise */
};

static void ask(uint64_t i, FILE *question, void *data) {
    const struct verifying *verifying = data;
    const char *path = verifying->outputs->list[i].input;
    sm_errands_text(question, path);
}

/* An answer is a result, and behind it the flaws with their end, where there are any. What HDF5 crashes on, or comes to
 * no end with, is known by the headers within seconds; what reads frames has hours. */
static void verify(const char *path, FILE *answer, void *data) {
    const struct verifying *verifying = data;
    struct sparsemed_error failure = SPARSEMED_NO_ERROR;
    const struct sm_file_state state = sm_file_state_of(path);
    struct sparsemed_error problem = SPARSEMED_NO_ERROR;
    struct sm_flaws flaws = {0};
    struct sm_headers headers;
    const struct sm_verifying *how = verifying->how;
    if (sm_trial_headers(path, how->reach, &headers, &problem, &failure) != SPARSEMED_OK ||
        sm_trial_verify(path, how->reach, how->n_recompute, &flaws, &failure) != SPARSEMED_OK) {
        sm_flaws_add(&flaws, "/", remedy, "%s", sm_flaws_without_name(failure.message, path));
    }
    const struct sm_verified result = {.state = state, .n_flaws = flaws.n, .no_background = flaws.no_background};
    fwrite(&result, sizeof result, 1, answer);
    if (flaws.n > 0) {
        sm_errands_text(answer, flaws.text);
    }
}

static bool take_in(uint64_t i, const char *answer, size_t n_bytes, void *data) {
    struct verifying *verifying = data;
    struct sm_verified *result = &verifying->results[i];
    memcpy(result, answer, sizeof *result);
    result->flaws = n_bytes > sizeof *result ? strdup(answer + sizeof *result) : NULL;
    if (result->n_flaws == 0 && verifying->failure.status == SPARSEMED_OK) {
        sm_verified_before_note(verifying->how->before, verifying->outputs->list[i].input, result->state,
                                verifying->how->n_recompute, &verifying->failure);
    }
    return true;
}

enum sparsemed_status sm_verify_outputs(MPI_Comm comm, const struct sm_verifying *how, const struct sm_sources *outputs,
                                        struct sm_stop *stop, struct sm_verified **results,
                                        struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    *results = sm_errands_results(comm, outputs->n, sizeof **results, "verifying outputs", error);
    if (error->status != SPARSEMED_OK) {
        return error->status;
    }
    struct verifying verifying = {how, outputs, *results, SPARSEMED_NO_ERROR};
    const struct sm_errands errands = {
        .n = outputs->n,
        .n_together = OUTPUTS_TOGETHER,
        .work = "verifying",
        .style = how->style,
        .stop = stop,
        .data = &verifying,
        .ask = ask,
        .carry_out = verify,
        .take_in = take_in,
    };
    if (sm_errands_run(comm, &errands, error) == SPARSEMED_OK) {
        *error = verifying.failure;
    }
    return sm_vote(comm, error);
}

void sm_verified_free(struct sm_verified *results, size_t n) {
    for (size_t i = 0; i < n && results; i++) {
        free(results[i].flaws);
    }
    free(results);
}
