/* Whether an output with an image a frame has a chance to fit on the disk, before any frame is decoded. */
#ifndef PARALLEL_MEASUREMENT_SPACE_H
#define PARALLEL_MEASUREMENT_SPACE_H

#include "parallel/measurement/plan.h"

/* Compare what is free with what the output can take: a copy of what it begins as, unless the file system lets both
 * share their blocks, and the images. Nothing is reserved. Local, for the first rank.
 *
 * plan      with its temporary file
 * n_steps   split points
 *
 * SPARSEMED_OUTPUT: there is too little; the message tells how much is needed. */
enum sparsemed_status sm_space_check(const struct sm_team *team, const struct sm_plan *plan, uint64_t n_steps,
                                     struct sparsemed_error *error);

#endif
