/* What filters of HDF5 that trust their input demand of it, for chunks that are not trusted.
 *
 * Fletcher-32 takes its checksum from the end, szip and scale-offset take a length from the beginning, n-bit and
 * scale-offset as many bits as they need: none of them looks whether there is so much. Behind such a filter this one,
 * which stores nothing, sees the data first. */
#ifndef RTDC_FILTERS_FILTER_SENSE_H
#define RTDC_FILTERS_FILTER_SENSE_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Number of the filter: of those that HDF5 leaves to applications. */
#define SM_FILTER_SENSE 498

/* Whether a filter trusts its input. */
bool sm_sense_is_needed(H5Z_filter_t filter);

/* Put it behind a filter into the properties of a dataset. Returns false where HDF5 refuses.
 *
 * type         of the elements
 * n_elements   of a chunk
 * most         bytes that szip may say it decodes to */
bool sm_sense_add(hid_t creation, H5Z_filter_t filter, hid_t type, uint64_t n_elements, uint64_t most);

/* Whether the parameters that a file has for n-bit or scale-offset are of chunks like these: HDF5 takes from there how
 * much they decode to. True for other filters, and for elements that are no numbers.
 *
 * type         of the elements
 * n_elements   of a chunk */
bool sm_sense_accepts(H5Z_filter_t filter, size_t n_parameters, const unsigned parameters[], hid_t type,
                      uint64_t n_elements);

/* Parameters: the filter, bytes of an element, the bits of it that count, elements of a chunk, most bytes for szip. */
extern const H5Z_class2_t sm_sense_filter;

#endif
