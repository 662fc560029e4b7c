/* Third phase: the first rank gathers what cleansing looks at, decides which images are kept and which frame gets
 * which, and tells all ranks. */
#ifndef PARALLEL_MEASUREMENT_SELECT_H
#define PARALLEL_MEASUREMENT_SELECT_H

#include "parallel/measurement/plan.h"
#include "parallel/measurement/stream.h"
#include "sparsemed/attribution.h"
#include "sparsemed/cleansing.h"

/* The images that are kept, in the order of their split points. The same on every rank. */
struct sm_selection {
    uint64_t n_kept;
    uint32_t *kept_window; /* [n_kept], which window's image each one is */
    uint32_t *kept_sum;    /* [n_kept], its top sum */
    struct sparsemed_attribution attribution;
};

/* Select the images.
 *
 * Collective over team->comm; votes: all ranks return the same. The report gets the number of kept images.
 *
 * timeline    of sm_plan_make: on the first rank, absent on others
 * series      of this rank
 * selection   receives what is kept; release with sm_selection_free, also after a failure
 * cleansing   receives what cleansing did, on the first rank; absent (all zero) on others; release with
 *             sparsemed_cleansing_free, also after a failure
 *
 * SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_select(const struct sm_team *team, const struct sm_plan *plan,
                                const struct sm_timeline *timeline, const struct sm_series *series,
                                struct sm_selection *selection, struct sparsemed_cleansing *cleansing,
                                struct sparsemed_error *error);

/* Release; all zero is fine. */
void sm_selection_free(struct sm_selection *selection);

#endif
