#include "rtdc/filters/filters.h"

#include <assert.h>

static const H5Z_class2_t *const filters[] = {&sm_zstd_filter, &sm_lzf_filter};
enum { N_FILTERS = sizeof filters / sizeof *filters };

enum sparsemed_status sm_filters_register(struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    for (size_t i = 0; i < N_FILTERS; i++) {
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

const char *sm_filter_name(H5Z_filter_t filter) {
    for (size_t i = 0; i < N_FILTERS; i++) {
        if (filters[i]->id == filter) {
            return filters[i]->name;
        }
    }
    return filter == H5Z_FILTER_DEFLATE ? "gzip" : filter == H5Z_FILTER_SZIP ? "szip" : NULL;
}
