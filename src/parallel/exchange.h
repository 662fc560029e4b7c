/* Bringing background images from the ranks that made them to those that write them. */
#ifndef PARALLEL_EXCHANGE_H
#define PARALLEL_EXCHANGE_H

#include "parallel/run.h"

/* Give each rank a range of the kept images.
 *
 * Collective over run->comm; bounds must agree. All ranks take part to the end even where one cannot read an image;
 * only that one then returns a failure, so vote afterwards.
 *
 * bounds   [n_ranks + 1], ascending: rank r gets the kept images bounds[r] .. bounds[r + 1] - 1
 * images   room for this rank's range, [][height][width]
 *
 * SM_OUTPUT: a kept image could not be read back. SM_INTERNAL: out of memory. */
enum sm_status sm_exchange_images(struct sm_run *run, const uint64_t *bounds, uint8_t *images, struct sm_error *error);

#endif
