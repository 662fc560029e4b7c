/* Copying a dataset that is not large, such as a log, a table or a map. H5Ocopy does that, too, but HDF5 1.10 crashes
 * in it where attributes are dense, and after writing has failed. */
#ifndef RTDC_OUTPUTS_DATASET_COPY_H
#define RTDC_OUTPUTS_DATASET_COPY_H

#include <hdf5.h>
#include <stdbool.h>

#include "sparsemed/status.h"

/* Copy values and attributes of a dataset into a group of another file, which is made where it is missing. Strings of
 * variable length become fixed-length ones; attributes with references stay behind, and an empty dataset does.
 *
 * from         in a file that is open for reading
 * output       open for writing
 * name         free in the group
 * as_before    it keeps chunks, filters and greatest extent, where it is chunked and all filters can encode; else it
 *              gets chunks and filters as outputs have them, and its current extent
 * zstd_level   see filters.h
 * copied       receives the new dataset, to be released with sm_hdf5_close; invalid after a failure, and where there is
 *              nothing to copy
 *
 * SPARSEMED_INPUT: it is damaged, has 2 GiB or more, or more than is believed of its file (needs.h). SPARSEMED_OUTPUT:
 * it could not be written. SPARSEMED_INTERNAL: out of memory. The message names neither the dataset nor the file. */
enum sparsemed_status sm_dataset_copy(hid_t from, hid_t output, const char *group, const char *name, bool as_before,
                                      int zstd_level, hid_t *copied, struct sparsemed_error *error);

#endif
