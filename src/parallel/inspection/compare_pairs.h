/* The backgrounds of many pairs of files, compared. */
#ifndef PARALLEL_INSPECTION_COMPARE_PAIRS_H
#define PARALLEL_INSPECTION_COMPARE_PAIRS_H

#include <mpi.h>

#include "parallel/inspection/pairs.h"
#include "parallel/progress.h"
#include "rtdc/inspection/comparison.h"

/* What came of a pair. */
struct sm_compared_pair {
    enum sparsemed_status status; /* SPARSEMED_INPUT: one cannot be read, or has no background, or there is only one */
    char *reason;                 /* of a failure; NULL where there is none, or memory was out */
    struct sm_comparison comparison;
};

/* Compare all pairs, each in a process of its own (rtdc/trials/trial.h). The ranks share them. Collective over comm;
 * reach and style must agree.
 *
 * pairs     on the first rank
 * stop      a request to stop ends it
 * results   [pairs->n], on the first rank; receives what was found; release with sm_compared_free, also after a failure
 *
 * SPARSEMED_STOPPED: that was asked for. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_compare_pairs(MPI_Comm comm, const struct sm_reach *reach, enum sm_progress_style style,
                                       const struct sm_pairs *pairs, struct sm_stop *stop,
                                       struct sm_compared_pair **results, struct sparsemed_error *error);

/* Release [n] results; NULL is fine. */
void sm_compared_free(struct sm_compared_pair *results, size_t n);

#endif
