/* Fourth phase: the first rank makes the skeleton of the output, all ranks fill its datasets collectively and read back
 * what they wrote, and the first rank gives it its final name. */
#ifndef PARALLEL_MEASUREMENT_WRITE_H
#define PARALLEL_MEASUREMENT_WRITE_H

#include "parallel/measurement/select.h"

/* Write the output.
 *
 * Collective over team->comm; votes: all ranks return the same.
 *
 * plan        of sm_plan_make; its temporary file gets the final name
 * series      of this rank; its frame sums become those of other frames
 * selection   what is kept
 * cleansing   of sm_select: on the first rank, absent on others
 * table       of sm_appraise: on the first rank, absent on others
 *
 * SPARSEMED_INPUT: the input was changed meanwhile, or has damaged metadata. SPARSEMED_OUTPUT: it could not be written.
 * SPARSEMED_STOPPED: that was asked for. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_write(const struct sm_team *team, struct sm_plan *plan, struct sm_series *series,
                               const struct sm_selection *selection, const struct sparsemed_cleansing *cleansing,
                               const struct sm_split_table *table, struct sparsemed_error *error);

#endif
