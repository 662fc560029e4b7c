/* What an output takes over from its input besides the events: attributes, logs and tables. */
#ifndef RTDC_OUTPUTS_METADATA_H
#define RTDC_OUTPUTS_METADATA_H

#include <hdf5.h>

#include "sparsemed/status.h"

/* Copy root attributes, logs and tables into a new output. Strings of variable length become fixed-length ones, empty
 * datasets are left out, and so is the table of split points of the background that the input has, and the attribute
 * "software" of every dataset is extended by this program. The attributes stay behind by which dcnum would take the
 * output for one of its own finished runs.
 *
 * input        open for reading
 * output       open for writing
 * zstd_level   see filters.h
 *
 * SPARSEMED_INPUT: a log or table is damaged, has 2 GiB or more, or all of them need more than is believed of the file
 * (needs.h). SPARSEMED_OUTPUT: one could not be written. The messages name what, not the file. SPARSEMED_INTERNAL: out
 * of memory. */
enum sparsemed_status sm_metadata_copy(hid_t input, hid_t output, int zstd_level, struct sparsemed_error *error);

#endif
