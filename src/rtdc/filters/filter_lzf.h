/* LZF as an HDF5 filter. It does not call HDF5: as a plugin it must work in a program that carries a copy of HDF5 of
 * its own. */
#ifndef RTDC_FILTERS_FILTER_LZF_H
#define RTDC_FILTERS_FILTER_LZF_H

#include <hdf5.h>

/* Number under which The HDF Group lists the filter. */
#define SM_FILTER_LZF 32000

/* Parameters (all optional): revision, version, bytes of a chunk. */
extern const H5Z_class2_t sm_lzf_filter;

#endif
