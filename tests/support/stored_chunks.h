/* Chunks as they are stored. */
#ifndef TESTS_SUPPORT_STORED_CHUNKS_H
#define TESTS_SUPPORT_STORED_CHUNKS_H

#include <hdf5.h>
#include <stdint.h>

/* A chunk of a dataset as it is stored, to be released with free. */
unsigned char *read_stored_chunk(hid_t dataset, const hsize_t *offset, hsize_t *n_bytes, uint32_t *filter_mask);

/* What a pipeline makes of a chunk of values, to be released with free. */
unsigned char *make_stored_chunk(hid_t type, const char *pipeline, int rank, const hsize_t *chunk, const void *values,
                                 hsize_t *n_bytes, uint32_t *filter_mask);

#endif
