#include "rtdc/hdf5/chunk_sums.h"

#include <libdeflate.h>
#include <stdlib.h>

#include "rtdc/hdf5/changed_calls.h"

bool sm_chunk_sum_add(hid_t dataset, hsize_t first, struct sm_chunk_room *room, uint32_t *checksum) {
    const hsize_t origin[3] = {first};
    hsize_t n_bytes = 0;
    uint32_t filter_mask = 0;
    if (H5Dget_chunk_storage_size(dataset, origin, &n_bytes) < 0 || n_bytes == 0) {
        return false;
    }
    if (n_bytes > room->capacity) {
        free(room->bytes);
        room->bytes = malloc(n_bytes);
        room->capacity = room->bytes ? n_bytes : 0;
    }
    if (!room->bytes || sm_hdf5_read_chunk(dataset, origin, &filter_mask, room->bytes, n_bytes) < 0 ||
        filter_mask != 0) {
        return false;
    }
    *checksum = libdeflate_crc32(*checksum, room->bytes, n_bytes);
    return true;
}
