/* The log of a job that every output bears: what made it, from what, and how. */
#ifndef PARALLEL_MEASUREMENT_PROVENANCE_H
#define PARALLEL_MEASUREMENT_PROVENANCE_H

#include "parallel/measurement/team.h"
#include "rtdc/files/workpiece.h"
#include "rtdc/input.h"
#include "sparsemed/cleansing.h"

/* Add the log of the job to the output.
 *
 * Collective over team->comm; votes.
 *
 * input           open
 * cleansing       which split points were removed; on the first rank
 * workpiece       the output; on the first rank
 * write_seconds   that writing took so far
 *
 * SPARSEMED_OUTPUT: it could not be written. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_provenance_write(const struct sm_team *team, const struct sm_input *input,
                                          const struct sparsemed_cleansing *cleansing,
                                          const struct sm_workpiece *workpiece, double write_seconds,
                                          struct sparsemed_error *error);

#endif
