/* How many measurements of an archive have which background. */
#ifndef CLI_TABLES_AUDIT_TOTALS_H
#define CLI_TABLES_AUDIT_TOTALS_H

#include <stddef.h>
#include <stdint.h>

#include "parallel/inspection/audit.h"

/* The measurements whose background is of one kind, and has one ppid and generation. */
struct sm_audit_total {
    const struct sm_headers *headers; /* of one of them; borrowed from the entries */
    uint64_t n_files, n_frames;
};

struct sm_audit_totals {
    size_t n;
    struct sm_audit_total *list; /* [n], by kind, then generation, then ppid */
    uint64_t n_unreadable, n_unresolved;
};

/* Count.
 *
 * entries   [n], of sm_audit; borrowed
 * totals    receives the result; release with sm_audit_totals_free, also after a failure
 *
 * SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_audit_totals_count(const struct sm_audit_entry *entries, size_t n,
                                            struct sm_audit_totals *totals, struct sparsemed_error *error);

/* Release; all zero is fine. */
void sm_audit_totals_free(struct sm_audit_totals *totals);

#endif
