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

/* Whether this HDF5 can write through a pipeline, and read that: it may lack szip, or have a scale-offset filter that
 * fails. */
bool pipeline_works(const char *pipeline);

/* The filters of a dataset must be those of outputs: Zstandard of this level (SM_ZSTD_NONE: none) and a checksum. */
void assert_output_filters(hid_t creation, int zstd_level);

#endif
