/* Checksums that HDF5 keeps over its metadata in files of the new format. */
#ifndef TESTS_DAMAGED_METADATA_SUMS_H
#define TESTS_DAMAGED_METADATA_SUMS_H

#include "support/file_bytes.h"

/* A piece of metadata, behind which is its checksum. */
struct sum_span {
    size_t first, n_bytes;
};

struct metadata_sums {
    struct sum_span *spans; /* [n] */
    size_t n;
};

/* Find the pieces of a sound file; release spans with free. None are found where the library of HDF5 does not show how
 * it sums. */
struct metadata_sums find_metadata_sums(struct bytes file);

/* Give what is at these places in a file the checksums that it should have. */
void set_metadata_sums(struct metadata_sums sums, struct bytes file);

#endif
