/* Zstandard as an HDF5 filter. It does not call HDF5: as a plugin it must work in a program that carries a copy of HDF5
 * of its own. */
#ifndef RTDC_FILTERS_FILTER_ZSTD_H
#define RTDC_FILTERS_FILTER_ZSTD_H

#include <hdf5.h>

/* Number under which The HDF Group lists the filter. */
#define SM_FILTER_ZSTD 32015

/* Parameter: level 1 .. 22. */
extern const H5Z_class2_t sm_zstd_filter;

#endif
