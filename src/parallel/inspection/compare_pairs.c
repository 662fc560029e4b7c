#include "parallel/inspection/compare_pairs.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "parallel/inspection/errands.h"
#include "rtdc/trials/trial_inspection.h"

enum { PAIRS_TOGETHER = 256 };

/* What the functions of the errands work on. */
struct comparing {
    const struct sm_reach *reach;
    const struct sm_pairs *pairs;     /* on the first rank */
    struct sm_compared_pair *results; /* likewise */
};

/* A question is both paths; one that is missing is empty. */
static void ask(uint64_t i, FILE *question, void *data) {
    const struct comparing *comparing = data;
    for (int k = 0; k < 2; k++) {
        const char *path = comparing->pairs->list[i].paths[k];
        sm_errands_text(question, path ? path : "");
    }
}

/* Compare, once HDF5 gets along with the headers of both: what it comes to no end with is known within seconds then;
 * what reads frames has hours. */
static enum sparsemed_status compare_two(const char *const paths[2], const struct sm_reach *reach,
                                         struct sm_comparison *comparison, struct sparsemed_error *error) {
    for (int i = 0; i < 2; i++) {
        struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
        struct sm_headers headers;
        if (sm_trial_headers(paths[i], reach, &headers, &ignored, error) != SPARSEMED_OK) {
            return error->status;
        }
    }
    return sm_trial_compare(paths, reach, comparison, error);
}

/* An answer is a result, and behind it the reason with its end, where there is one. */
static void compare(const char *question, FILE *answer, void *data) {
    const struct comparing *comparing = data;
    const char *const paths[2] = {question, question + strlen(question) + 1};
    struct sparsemed_error failure = SPARSEMED_NO_ERROR;
    struct sm_compared_pair result = {0};
    if (*paths[0] && *paths[1]) {
        compare_two(paths, comparing->reach, &result.comparison, &failure);
    } else {
        sparsemed_fail(&failure, SPARSEMED_INPUT, "%s: is in one of the folders only", *paths[0] ? paths[0] : paths[1]);
    }
    result.status = failure.status;
    fwrite(&result, sizeof result, 1, answer);
    if (failure.status != SPARSEMED_OK) {
        sm_errands_text(answer, failure.message);
    }
}

static bool take_in(uint64_t i, const char *answer, size_t n_bytes, void *data) {
    const struct comparing *comparing = data;
    struct sm_compared_pair *result = &comparing->results[i];
    memcpy(result, answer, sizeof *result);
    result->reason = n_bytes > sizeof *result ? strdup(answer + sizeof *result) : NULL;
    return true;
}

enum sparsemed_status sm_compare_pairs(MPI_Comm comm, const struct sm_reach *reach, enum sm_progress_style style,
                                       const struct sm_pairs *pairs, struct sm_stop *stop,
                                       struct sm_compared_pair **results, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    *results = sm_errands_results(comm, pairs->n, sizeof **results, "comparing backgrounds", error);
    if (error->status != SPARSEMED_OK) {
        return error->status;
    }
    struct comparing comparing = {reach, pairs, *results};
    const struct sm_errands errands = {
        .n = pairs->n,
        .n_together = PAIRS_TOGETHER,
        .work = "comparing",
        .style = style,
        .stop = stop,
        .data = &comparing,
        .ask = ask,
        .carry_out = compare,
        .take_in = take_in,
    };
    return sm_errands_run(comm, &errands, error);
}

void sm_compared_free(struct sm_compared_pair *results, size_t n) {
    for (size_t i = 0; i < n && results; i++) {
        free(results[i].reason);
    }
    free(results);
}
