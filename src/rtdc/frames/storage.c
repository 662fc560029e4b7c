#include "rtdc/frames/storage.h"

#include <stdio.h>

#include "rtdc/filters/filters.h"
#include "rtdc/hdf5/hdf5.h"

void sm_storage_describe(hid_t dataset, char storage[SM_STORAGE_SIZE]) {
    hid_t creation = H5Dget_create_plist(dataset);
    hsize_t chunk[3];
    int length = 0;
    if (H5Pget_layout(creation) != H5D_CHUNKED || H5Pget_chunk(creation, 3, chunk) != 3) {
        snprintf(storage, SM_STORAGE_SIZE, "contiguous");
    } else {
        for (int i = 0; i < H5Pget_nfilters(creation); i++) {
            unsigned flags;
            size_t n_values = 0;
            H5Z_filter_t filter = H5Pget_filter2(creation, (unsigned)i, &flags, &n_values, NULL, 0, NULL, NULL);
            const char *name = sm_filter_name(filter);
            if (name && length < SM_STORAGE_SIZE / 2) {
                length += snprintf(storage + length, (size_t)(SM_STORAGE_SIZE / 2), "%s ", name);
            }
        }
        snprintf(storage + length, SM_STORAGE_SIZE - (size_t)length, "%llux%llux%llu", (unsigned long long)chunk[0],
                 (unsigned long long)chunk[1], (unsigned long long)chunk[2]);
    }
    sm_hdf5_release(creation);
}
