/* Whether an output with an image a frame has a chance to fit on the disk, before any frame is decoded. */
#ifndef PARALLEL_MEASUREMENT_SPACE_H
#define PARALLEL_MEASUREMENT_SPACE_H

#include "parallel/measurement/claim.h"

/* Compare what is free with what the output can take: a copy of what it begins as, unless the file system lets both
 * share their blocks, and the images. Nothing is reserved. Local, for the first rank.
 *
 * input, parameters   as of sm_claim_output
 * claim, temporary    of the output
 * n_steps             split points
 *
 * SPARSEMED_OUTPUT: there is too little; the message tells how much is needed. */
enum sparsemed_status sm_space_check(const struct sm_team *team, const struct sm_input *input,
                                     const struct sparsemed_parameters *parameters, const struct sm_claim *claim,
                                     const struct sm_temporary *temporary, uint64_t n_steps,
                                     struct sparsemed_error *error);

#endif
