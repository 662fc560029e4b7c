/* Filter pipelines of datasets, named by their filters in the order of writing. */
#ifndef TESTS_SUPPORT_PIPELINES_H
#define TESTS_SUPPORT_PIPELINES_H

#include <hdf5.h>
#include <stdbool.h>
#include <stdint.h>

/* Words, separated by single spaces: zstd, gzip, szip, lzf, shuffle, nbit, scaleoffset, fletcher. "" for none. */
bool pipeline_has(const char *pipeline, const char *filter);

/* Bits of the filter mask of a chunk for which this filter was left out. */
uint32_t pipeline_mask(const char *pipeline, const char *filter);

/* Add the filters of a pipeline to the properties of a chunked dataset. */
void pipeline_add(hid_t creation, const char *pipeline);

/* Whether this HDF5 can write through a pipeline: it may lack szip. */
bool pipeline_works(const char *pipeline);

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
