#include "cli/tables/audit_totals.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *left, const void *right) {
    const struct sm_headers *a = ((const struct sm_audit_total *)left)->headers;
    const struct sm_headers *b = ((const struct sm_audit_total *)right)->headers;
    int order = (a->background > b->background) - (a->background < b->background);
    order = order ? order : (a->generation > b->generation) - (a->generation < b->generation);
    return order ? order : strcmp(a->ppid, b->ppid);
}

/* Put those together that follow each other and are the same. */
static void merge(struct sm_audit_totals *totals) {
    size_t n = 0;
    for (size_t i = 0; i < totals->n; i++) {
        if (n > 0 && compare(&totals->list[n - 1], &totals->list[i]) == 0) {
            totals->list[n - 1].n_files += totals->list[i].n_files;
            totals->list[n - 1].n_frames += totals->list[i].n_frames;
        } else {
            totals->list[n++] = totals->list[i];
        }
    }
    totals->n = n;
}

enum sparsemed_status sm_audit_totals_count(const struct sm_audit_entry *entries, size_t n,
                                            struct sm_audit_totals *totals, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    *totals = (struct sm_audit_totals){.list = malloc((n + 1) * sizeof *totals->list)};
    if (!totals->list) {
        return sparsemed_fail_memory(error, "counting measurements");
    }
    for (size_t i = 0; i < n; i++) {
        if (entries[i].status != SPARSEMED_OK) {
            totals->n_unreadable++;
            continue;
        }
        totals->n_unresolved += !entries[i].resolves;
        totals->list[totals->n++] = (struct sm_audit_total){&entries[i].headers, 1, entries[i].headers.n_frames};
    }
    qsort(totals->list, totals->n, sizeof *totals->list, compare);
    merge(totals);
    return SPARSEMED_OK;
}

void sm_audit_totals_free(struct sm_audit_totals *totals) {
    free(totals->list);
    *totals = (struct sm_audit_totals){0};
}
