/* Third phase, continued: how good the background is that was selected. */
#ifndef PARALLEL_MEASUREMENT_APPRAISE_H
#define PARALLEL_MEASUREMENT_APPRAISE_H

#include "parallel/measurement/select.h"
#include "rtdc/outputs/split_table.h"

/* Judge the background.
 *
 * Collective over team->comm; votes: all ranks return the same. The report gets the quality.
 *
 * timeline, cleansing   of the first rank, absent on others
 * series, selection     of this rank
 * table                 receives what the output is to tell, on the first rank; absent (all zero) on others; release
 *                       with sm_split_table_free, also after a failure
 *
 * SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_appraise(const struct sm_team *team, const struct sm_plan *plan,
                                  const struct sm_timeline *timeline, const struct sm_series *series,
                                  const struct sm_selection *selection, const struct sparsemed_cleansing *cleansing,
                                  struct sm_split_table *table, struct sparsemed_error *error);

#endif
