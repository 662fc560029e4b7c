/* Division of a row of weighted items into contiguous parts of about equal weight. */
#ifndef PARALLEL_MEASUREMENT_PARTITION_H
#define PARALLEL_MEASUREMENT_PARTITION_H

#include <stddef.h>

/* Give part p the items first[p] .. first[p + 1] - 1.
 *
 * An item goes to the part in whose even share of the total the middle of the item lies. Parts may be empty: always
 * where there are more parts than items.
 *
 * weights   [n_items], >= 0; where all are 0 the items are divided by number
 * n_parts   >= 1
 * first     [n_parts + 1]; first[0] = 0 and first[n_parts] = n_items */
void sm_partition(const double *weights, size_t n_items, size_t n_parts, size_t *first);

#endif
