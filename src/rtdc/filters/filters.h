/* HDF5 filters that .rtdc files use and that HDF5 does not bring along: Zstandard and LZF.
 *
 * They are built into the program, so that it needs no filter plugins, and as plugins for other programs. */
#ifndef RTDC_FILTERS_FILTERS_H
#define RTDC_FILTERS_FILTERS_H

#include <hdf5.h>
#include <stdbool.h>

#include "rtdc/filters/filter_lzf.h"
#include "rtdc/filters/filter_zstd.h"
#include "sparsemed/status.h"

/* Make our filters known to HDF5. Call it once before any file is opened; again is harmless. SPARSEMED_INTERNAL where
 * HDF5 refuses. */
enum sparsemed_status sm_filters_register(struct sparsemed_error *error);

/* Levels of Zstandard that an output may be written with; 0 stands for no compression. */
#define SM_ZSTD_NONE    0
#define SM_ZSTD_LEAST   1
#define SM_ZSTD_MOST    9
#define SM_ZSTD_DEFAULT 5

/* Add the filters of our outputs to a dataset creation property list: Zstandard (not with SM_ZSTD_NONE), then
 * Fletcher-32. Returns false where HDF5 refuses.
 *
 * zstd_level   SM_ZSTD_NONE .. SM_ZSTD_MOST */
bool sm_filters_add(hid_t creation, int zstd_level);

/* What people call a filter that compresses; NULL for any other. Static. */
const char *sm_filter_name(H5Z_filter_t filter);

#endif
