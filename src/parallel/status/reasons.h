/* Why measurements of an archive have failed: the same reason once, whatever the names of the files and
 * the numbers in it. */
#ifndef PARALLEL_STATUS_REASONS_H
#define PARALLEL_STATUS_REASONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parallel/journal/history.h"

struct sm_reason {
    const char *text;    /* without the name of the measurement; borrowed from the history */
    const char *example; /* of one of them, with its name; likewise */
    bool may_pass;       /* see failure_kind.h */
    uint64_t n;          /* measurements that have failed for it */
};

/* All zero is none. */
struct sm_reasons {
    size_t n;
    struct sm_reason *list; /* [n], the most frequent first */
};

/* Count the reasons of what has failed.
 *
 * failed    [n_failed], pasts that tell of a failure
 * reasons   receives them; release with sm_reasons_free, also after a failure
 *
 * SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_reasons_count(const struct sm_past *const *failed, size_t n_failed, struct sm_reasons *reasons,
                                       struct sparsemed_error *error);

/* Release; all zero is fine. */
void sm_reasons_free(struct sm_reasons *reasons);

#endif
