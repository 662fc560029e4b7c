#include "parallel/inspection/relink_outputs.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "parallel/inspection/errands.h"
#include "rtdc/outputs/relink.h"
#include "rtdc/trials/trial.h"
#include "rtdc/trials/trial_inspection.h"

enum { OUTPUTS_TOGETHER = 64 };

/* What the functions of the errands work on. */
struct relinking {
    const struct sm_reach *reach;
    const struct sm_sources *outputs; /* on the first rank */
    struct sm_relink_result *results; /* likewise */
};

static void ask(uint64_t i, FILE *question, void *data) {
    const struct relinking *relinking = data;
    const char *path = relinking->outputs->list[i].input;
    sm_errands_text(question, path);
}

/* Do it, once the file has been tried out, with all that it leads to.
 *
 * error   receives why it failed, or what is not found */
static enum sm_relink_verdict relink(const char *path, const struct sm_reach *reach, struct sm_relinked *relinked,
                                     struct sparsemed_error *error) {
    const struct sm_input_options options = {.reach = *reach};
    struct sparsemed_error problem = SPARSEMED_NO_ERROR;
    struct sm_headers headers;
    *relinked = (struct sm_relinked){.problem = SPARSEMED_NO_ERROR};
    if (sm_trial_headers(path, reach, &headers, &problem, error) != SPARSEMED_OK) {
        return SM_NOT_RELINKED;
    }
    if (strcmp(headers.maker, "sparsemed") != 0) {
        return SM_NOT_OURS;
    }
    if (sm_trial(SM_TRIAL_OUTPUT, path, &options, error) != SPARSEMED_OK ||
        sm_relink(path, reach, relinked, error) != SPARSEMED_OK) {
        return SM_NOT_RELINKED;
    }
    *error = relinked->problem;
    return relinked->n_lost > 0 ? SM_LEADS_NOWHERE : relinked->n_led > 0 ? SM_LED_ANEW : SM_LEADS;
}

/* An answer is the verdict, then target and reason with their ends. */
static void carry_out(const char *path, FILE *answer, void *data) {
    const struct relinking *relinking = data;
    struct sparsemed_error failure = SPARSEMED_NO_ERROR;
    struct sm_relinked relinked;
    enum sm_relink_verdict verdict = relink(path, relinking->reach, &relinked, &failure);
    const char *target = verdict == SM_NOT_RELINKED ? "" : relinked.target;
    const char *reason = failure.status == SPARSEMED_OK ? "" : failure.message;
    fwrite(&verdict, sizeof verdict, 1, answer);
    sm_errands_text(answer, target);
    sm_errands_text(answer, reason);
}

static bool take_in(uint64_t i, const char *answer, size_t n_bytes, void *data) {
    const struct relinking *relinking = data;
    struct sm_relink_result *result = &relinking->results[i];
    const char *target = answer + sizeof result->verdict, *reason = target + strlen(target) + 1;
    (void)n_bytes;
    memcpy(&result->verdict, answer, sizeof result->verdict);
    result->target = *target ? strdup(target) : NULL;
    result->reason = *reason ? strdup(reason) : NULL;
    return true;
}

enum sparsemed_status sm_relink_outputs(MPI_Comm comm, const struct sm_reach *reach, enum sm_progress_style style,
                                        const struct sm_sources *outputs, struct sm_stop *stop,
                                        struct sm_relink_result **results, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    *results = sm_errands_results(comm, outputs->n, sizeof **results, "leading outputs anew", error);
    if (error->status != SPARSEMED_OK) {
        return error->status;
    }
    struct relinking relinking = {reach, outputs, *results};
    const struct sm_errands errands = {
        .n = outputs->n,
        .n_together = OUTPUTS_TOGETHER,
        .work = "leading anew",
        .style = style,
        .stop = stop,
        .data = &relinking,
        .ask = ask,
        .carry_out = carry_out,
        .take_in = take_in,
    };
    return sm_errands_run(comm, &errands, error);
}

void sm_relink_results_free(struct sm_relink_result *results, size_t n) {
    for (size_t i = 0; i < n && results; i++) {
        free(results[i].target);
        free(results[i].reason);
    }
    free(results);
}
