/* Bringing what ranks computed to those that write it. */
#ifndef PARALLEL_MEASUREMENT_EXCHANGE_H
#define PARALLEL_MEASUREMENT_EXCHANGE_H

#include "parallel/measurement/run.h"

/* Some images or frames, from the first to before the end. */
struct sm_range {
    uint64_t first, end;
};

/* Give each rank a range of the kept images.
 *
 * Collective over run->comm; ranges must agree. All ranks take part to the end even where one cannot read an image;
 * only that one then returns a failure, so vote afterwards. Out of memory on one, all return a failure.
 *
 * ranges   [n_ranks] of kept images; may be empty, and leave images out
 * images   room for this rank's range, [][height][width]
 *
 * SPARSEMED_OUTPUT: a kept image could not be read back. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_exchange_images(const struct sm_run *run, const struct sm_range *ranges, uint8_t *images,
                                         struct sparsemed_error *error);

/* Give each rank the top sums of a range of frames, in place of those of its share.
 *
 * Collective over run->comm; ranges must agree. Votes.
 *
 * ranges           [n_ranks] of frames; may be empty
 * run->frame_sum   is released and replaced; after a failure it is as it was
 *
 * SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_exchange_sums(struct sm_run *run, const struct sm_range *ranges,
                                       struct sparsemed_error *error);

#endif
