#include "rtdc/hdf5/filters.h"

#include <assert.h>

enum sparsemed_status sm_filters_register(struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    const H5Z_class2_t *const filters[] = {&sm_zstd_filter, &sm_lzf_filter};
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        if (H5Zregister(filters[i]) < 0) {
            return sparsemed_fail(error, SPARSEMED_INTERNAL, "HDF5 does not accept the %s filter", filters[i]->name);
        }
    }
    return SPARSEMED_OK;
}

bool sm_filters_add(hid_t creation, int zstd_level) {
    assert(zstd_level >= SM_ZSTD_NONE && zstd_level <= SM_ZSTD_MOST);
    const unsigned level = (unsigned)zstd_level;
    bool added =
        zstd_level == SM_ZSTD_NONE || H5Pset_filter(creation, SM_FILTER_ZSTD, H5Z_FLAG_OPTIONAL, 1, &level) >= 0;
    return added && H5Pset_fletcher32(creation) >= 0;
}
