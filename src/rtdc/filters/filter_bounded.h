/* The decoders of Zstandard, LZF and deflate again, for chunks that are not trusted.
 *
 * As filters of HDF5 they do not know how large a chunk is: they believe the size that the data notes, or try ever
 * larger buffers, so that a few bytes of a damaged file claim all memory. Here they get a bound. */
#ifndef RTDC_FILTERS_FILTER_BOUNDED_H
#define RTDC_FILTERS_FILTER_BOUNDED_H

#include <hdf5.h>
#include <stdbool.h>

/* Number of the filter: of those that HDF5 leaves to applications. */
#define SM_FILTER_BOUNDED 497

/* Whether it decodes what a filter has encoded. */
bool sm_bounded_decodes(H5Z_filter_t filter);

/* Parameters: the number of the filter whose data it decodes, and most bytes that this gives. */
extern const H5Z_class2_t sm_bounded_filter;

#endif
