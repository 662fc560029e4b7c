/* Small chunks of grey values behind pipelines of filters, for targets that decode. */
#ifndef TESTS_FUZZ_CHUNK_PIPELINES_H
#define TESTS_FUZZ_CHUNK_PIPELINES_H

#include <hdf5.h>
#include <stddef.h>

enum { CHUNK_BYTES = 2 * 8 * 16 };

/* Start HDF5, and make a dataset without values; to be released with H5Dclose. Its file in memory stays.
 *
 * pipeline   as in support/pipelines.h
 * n_bits     of an element that count: 8, or fewer for filters that leave the others out */
hid_t make_piped_dataset(const char *pipeline, size_t n_bits);

#endif
