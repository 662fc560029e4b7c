#include "rtdc/hdf5/needs.h"

#include <assert.h>
#include <stdbool.h>

#include "core/numbers.h"
#include "rtdc/hdf5/hdf5.h"

static const uint64_t always_believed = 64 << 20;

static bool is_elsewhere(hid_t dataset) {
    hid_t creation = H5Dget_create_plist(dataset);
    bool elsewhere = H5Pget_layout(creation) == H5D_VIRTUAL || H5Pget_external_count(creation) > 0;
    sm_hdf5_release(creation);
    return elsewhere;
}

/* Bytes of a chunk; 0 where there are none. */
static uint64_t count_chunk_bytes(hid_t dataset) {
    hid_t creation = H5Dget_create_plist(dataset), type = H5Dget_type(dataset);
    hsize_t chunk[H5S_MAX_RANK];
    int rank = H5Pget_layout(creation) == H5D_CHUNKED ? H5Pget_chunk(creation, H5S_MAX_RANK, chunk) : 0;
    uint64_t n_bytes = rank > 0 ? H5Tget_size(type) : 0;
    for (int i = 0; i < rank; i++) { /* HDF5 has none of more than 4 GiB */
        n_bytes *= chunk[i];
    }
    sm_hdf5_release(type);
    sm_hdf5_release(creation);
    return n_bytes;
}

uint64_t sm_needs_most(hid_t object, enum sm_need need) {
    hsize_t size = 0;
    uint64_t most;
    if (H5Iget_type(object) == H5I_DATASET && is_elsewhere(object)) {
        return UINT64_MAX;
    }
    hid_t file = H5Iget_file_id(object);
    H5Fget_filesize(file, &size);
    sm_hdf5_release(file);
    return __builtin_mul_overflow(size, (uint64_t)need, &most) ? UINT64_MAX : sm_max(most, most + always_believed);
}

enum sparsemed_status sm_needs_check(hid_t dataset, uint64_t n_bytes, enum sm_need need,
                                     struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    const uint64_t mega = 1000000, needed = sm_max(n_bytes, count_chunk_bytes(dataset));
    return needed <= sm_needs_most(dataset, need)
               ? SPARSEMED_OK
               : sparsemed_fail(error, SPARSEMED_INPUT,
                                "needs %llu MB of memory, which is not believed of so small a file: it is damaged",
                                (unsigned long long)(needed / mega));
}
