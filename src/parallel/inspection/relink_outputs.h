/* Many outputs, led anew to what was moved. */
#ifndef PARALLEL_INSPECTION_RELINK_OUTPUTS_H
#define PARALLEL_INSPECTION_RELINK_OUTPUTS_H

#include <mpi.h>

#include "parallel/progress.h"
#include "parallel/sources/sources.h"
#include "rtdc/files/reach.h"

enum sm_relink_verdict {
    SM_LEADS,         /* all its basins lead to their files: it is as it was */
    SM_LED_ANEW,      /* likewise, now */
    SM_LEADS_NOWHERE, /* what some basin leads to cannot be found */
    SM_NOT_OURS,      /* another program has made it, or its background: it is as it was */
    SM_NOT_RELINKED,  /* it cannot be read or written: it is as it was */
    SM_N_RELINK_VERDICTS
};

/* What became of an output. */
struct sm_relink_result {
    enum sm_relink_verdict verdict;
    char *target; /* a file that it leads to now; NULL: none, or memory was out */
    char *reason; /* of what failed; likewise */
};

/* Lead the outputs of a list anew (rtdc/outputs/relink.h), as far as this program has made their backgrounds, which is
 * what audit tells. The ranks share them. Collective over comm; reach and style must agree.
 *
 * outputs   on the first rank: the inputs of the list count
 * stop      a request to stop ends it, between two files
 * results   [outputs->n], on the first rank; receives what became of them; release with sm_relink_results_free, also
 *           after a failure
 *
 * SPARSEMED_STOPPED: that was asked for. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_relink_outputs(MPI_Comm comm, const struct sm_reach *reach, enum sm_progress_style style,
                                        const struct sm_sources *outputs, struct sm_stop *stop,
                                        struct sm_relink_result **results, struct sparsemed_error *error);

/* Release [n] results; NULL is fine. */
void sm_relink_results_free(struct sm_relink_result *results, size_t n);

#endif
