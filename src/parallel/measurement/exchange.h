/* Bringing what ranks computed to those that write it. */
#ifndef PARALLEL_MEASUREMENT_EXCHANGE_H
#define PARALLEL_MEASUREMENT_EXCHANGE_H

#include "parallel/measurement/select.h"

/* Give each rank a range of the kept images.
 *
 * Collective over team->comm; ranges must agree. All ranks take part to the end even where one cannot read an image;
 * only that one then returns a failure, so vote afterwards. Out of memory on one, all return a failure.
 *
 * plan, selection   whose windows are whose, and which of their images are kept
 * series            this rank's images
 * ranges            [n_ranks] of kept images; may be empty, and leave images out
 * images            room for this rank's range, [][height][width]
 * error             may hold a failure of this rank already: then all return it
 *
 * SPARSEMED_OUTPUT: a kept image could not be read back. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_exchange_images(const struct sm_team *team, const struct sm_plan *plan,
                                         const struct sm_selection *selection, const struct sm_series *series,
                                         const struct sm_range *ranges, uint8_t *images, struct sparsemed_error *error);

/* Give each rank the top sums of a range of frames, in place of those of its share.
 *
 * Collective over team->comm; ranges must agree. Votes.
 *
 * plan     whose frames are whose
 * ranges   [n_ranks] of frames; may be empty
 * sums     of the frames of the share; receives those of the range. After a failure it is as it was
 *
 * SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_exchange_sums(const struct sm_team *team, const struct sm_plan *plan,
                                       const struct sm_range *ranges, struct sm_frame_sums *sums,
                                       struct sparsemed_error *error);

#endif
