/* Chunks as they are stored. What fails, fails the running test, or ends a program that is no test. */
#ifndef TESTS_SUPPORT_STORED_CHUNKS_H
#define TESTS_SUPPORT_STORED_CHUNKS_H

#include <hdf5.h>
#include <stdint.h>

/* A chunk of a dataset as it is stored, to be released with free. */
unsigned char *read_stored_chunk(hid_t dataset, const hsize_t *offset, hsize_t *n_bytes, uint32_t *filter_mask);

/* What the filters of a dataset, or those of a pipeline (see pipelines.h), make of a chunk of values; to be released
 * with free.
 *
 * creation   properties of a dataset of this chunk */
unsigned char *filter_chunk(hid_t type, hid_t creation, int rank, const hsize_t *chunk, const void *values,
                            hsize_t *n_bytes, uint32_t *filter_mask);
unsigned char *make_stored_chunk(hid_t type, const char *pipeline, int rank, const hsize_t *chunk, const void *values,
                                 hsize_t *n_bytes, uint32_t *filter_mask);

/* Let a pipeline make a chunk of another shape, and store it as a chunk of the dataset: what its filters and checksums
 * find right, but that does not decode to the bytes of a chunk.
 *
 * offset   of the chunk that is replaced
 * chunk    [rank], the other shape
 * values   of that shape, of the type of the dataset */
void store_other_chunk(hid_t dataset, const hsize_t *offset, const char *pipeline, int rank, const hsize_t *chunk,
                       const void *values);

/* Change a bit of a stored chunk, without its checksum knowing.
 *
 * where   position in the chunk: 0 .. 1 of its length */
void flip_bit(hid_t dataset, const hsize_t *offset, double where);

#endif
