#include "rtdc/outputs/slice_map.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "rtdc/filters/filters.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/map.h"

/* Write a map as outputs have it.
 *
 * rows   [n] */
static enum sparsemed_status write_rows(hid_t output, const char *name, const int64_t *rows, uint64_t n, int zstd_level,
                                        struct sparsemed_error *error) {
    const hsize_t extent = n, most = H5S_UNLIMITED, chunk = SM_FEATURE_CHUNK;
    hid_t group = H5Gopen2(output, SM_GROUP_EVENTS, H5P_DEFAULT), dataset = H5I_INVALID_HID;
    hid_t space = H5Screate_simple(1, &extent, &most), creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(creation, 1, &chunk);
    if (sm_filters_add(creation, zstd_level)) {
        dataset = H5Dcreate2(group, name, H5T_STD_I64LE, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    }
    bool written = dataset >= 0 && H5Dwrite(dataset, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows) >= 0;
    written = sm_hdf5_close(dataset) && written;
    sm_hdf5_release(creation);
    sm_hdf5_release(space);
    sm_hdf5_release(group);
    return written ? SPARSEMED_OK
                   : sm_fail_hdf5(error, SPARSEMED_OUTPUT, SM_GROUP_EVENTS "/%s could not be written", name);
}

enum sparsemed_status sm_slice_map_write(hid_t input, hid_t output, struct sm_slice_map *map, int zstd_level,
                                         struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    const struct sm_slice *slice = &map->slice;
    if (sm_map_choose(output, input, map->name, error) != SPARSEMED_OK) {
        return error->status;
    }
    int64_t *rows = malloc(slice->n * sizeof *rows);
    if (!rows) {
        return sparsemed_fail_memory(error, "mapping a slice");
    }
    for (uint64_t i = 0; i < slice->n; i++) {
        rows[i] = (int64_t)(slice->first + i * slice->step);
    }
    write_rows(output, map->name, rows, slice->n, zstd_level, error);
    free(rows);
    return error->status;
}

enum sparsemed_status sm_slice_map_compose(hid_t map, hid_t output, const char *name, const struct sm_slice *slice,
                                           int zstd_level, struct sparsemed_error *error) {
    int64_t *rows = NULL;
    uint64_t n_rows;
    if (sm_map_read(map, &rows, &n_rows, error) == SPARSEMED_OK) {
        assert(n_rows == slice->n_there);
        sm_slice_pick(slice, sizeof *rows, rows);
        write_rows(output, name, rows, slice->n, zstd_level, error);
    }
    free(rows);
    return error->status;
}
