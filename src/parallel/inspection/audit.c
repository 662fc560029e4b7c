#include "parallel/inspection/audit.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "parallel/inspection/errands.h"
#include "rtdc/trials/trial_inspection.h"

enum { FILES_TOGETHER = 4096 };

/* What the functions of the errands work on. */
struct audit {
    const struct sm_reach *reach;
    const struct sm_sources *sources; /* on the first rank */
    struct sm_audit_entry *entries;   /* likewise */
};

static void ask(uint64_t i, FILE *question, void *data) {
    const struct audit *audit = data;
    const char *path = audit->sources->list[i].input;
    sm_errands_text(question, path);
}

static bool begin(const char *path, void *data) {
    const struct audit *audit = data;
    return sm_trial_headers_ahead(path, audit->reach);
}

/* An answer is an entry, and behind it the reason with its end, where there is one. */
static void look(const char *path, FILE *answer, void *data) {
    const struct audit *audit = data;
    struct sparsemed_error failure = SPARSEMED_NO_ERROR, problem = SPARSEMED_NO_ERROR;
    struct sm_audit_entry entry = {0};
    entry.status = sm_trial_headers(path, audit->reach, &entry.headers, &problem, &failure);
    entry.state = entry.status == SPARSEMED_OK ? entry.headers.state : sm_file_state_of(path);
    entry.resolves = entry.status == SPARSEMED_OK && problem.status == SPARSEMED_OK;
    fwrite(&entry, sizeof entry, 1, answer);
    if (!entry.resolves) {
        const char *reason = entry.status != SPARSEMED_OK ? failure.message : problem.message;
        sm_errands_text(answer, reason);
    }
}

static bool take_in(uint64_t i, const char *answer, size_t n_bytes, void *data) {
    const struct audit *audit = data;
    struct sm_audit_entry *entry = &audit->entries[i];
    memcpy(entry, answer, sizeof *entry);
    entry->reason = n_bytes > sizeof *entry ? strdup(answer + sizeof *entry) : NULL;
    return true;
}

enum sparsemed_status sm_audit(MPI_Comm comm, const struct sm_reach *reach, enum sm_progress_style style,
                               const struct sm_sources *sources, struct sm_stop *stop, struct sm_audit_entry **entries,
                               struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    *entries = sm_errands_results(comm, sources->n, sizeof **entries, "looking at the measurements", error);
    if (error->status != SPARSEMED_OK) {
        return error->status;
    }
    struct audit audit = {reach, sources, *entries};
    const struct sm_errands errands = {
        .n = sources->n,
        .n_together = FILES_TOGETHER,
        .work = "looking at",
        .style = style,
        .stop = stop,
        .data = &audit,
        .ask = ask,
        .begin = begin,
        .carry_out = look,
        .take_in = take_in,
    };
    return sm_errands_run(comm, &errands, error);
}

void sm_audit_free(struct sm_audit_entry *entries, size_t n) {
    for (size_t i = 0; i < n && entries; i++) {
        free(entries[i].reason);
    }
    free(entries);
}
