#include "support/stored_chunks.h"
#include "rtdc/hdf5/changed_calls.h"

#include <stdlib.h>

#include "rtdc/hdf5/hdf5.h"
#include "support/demand.h"
#include "support/hdf5_files.h"
#include "support/pipelines.h"

unsigned char *read_stored_chunk(hid_t dataset, const hsize_t *offset, hsize_t *n_bytes, uint32_t *filter_mask) {
    good(H5Dget_chunk_storage_size(dataset, offset, n_bytes), "find a chunk");
    unsigned char *stored = malloc(*n_bytes);
    demand(stored && *n_bytes > 0, "make room for a chunk");
    good(sm_hdf5_read_chunk(dataset, offset, filter_mask, stored, *n_bytes), "read a chunk");
    return stored;
}

unsigned char *filter_chunk(hid_t type, hid_t creation, int rank, const hsize_t *chunk, const void *values,
                            hsize_t *n_bytes, uint32_t *filter_mask) {
    static const hsize_t origin[H5S_MAX_RANK] = {0};
    hid_t file = good(sm_hdf5_create_in_memory(), "make a file in memory");
    add_dataset(file, "chunk", type, rank, chunk, creation, values);
    hid_t dataset = good(H5Dopen2(file, "chunk", H5P_DEFAULT), "open a dataset");
    unsigned char *stored = read_stored_chunk(dataset, origin, n_bytes, filter_mask);
    H5Dclose(dataset);
    close_file(file);
    return stored;
}

unsigned char *make_stored_chunk(hid_t type, const char *pipeline, int rank, const hsize_t *chunk, const void *values,
                                 hsize_t *n_bytes, uint32_t *filter_mask) {
    hid_t creation = chunked(rank, chunk);
    pipeline_add(creation, pipeline);
    unsigned char *stored = filter_chunk(type, creation, rank, chunk, values, n_bytes, filter_mask);
    H5Pclose(creation);
    return stored;
}

void store_other_chunk(hid_t dataset, const hsize_t *offset, const char *pipeline, int rank, const hsize_t *chunk,
                       const void *values) {
    hsize_t n_bytes;
    uint32_t filter_mask;
    hid_t type = H5Dget_type(dataset);
    unsigned char *stored = make_stored_chunk(type, pipeline, rank, chunk, values, &n_bytes, &filter_mask);
    good(H5Dwrite_chunk(dataset, H5P_DEFAULT, filter_mask, offset, n_bytes, stored), "write a chunk");
    free(stored);
    H5Tclose(type);
}

void flip_bit(hid_t dataset, const hsize_t *offset, double where) {
    hsize_t n_bytes;
    uint32_t filter_mask;
    unsigned char *stored = read_stored_chunk(dataset, offset, &n_bytes, &filter_mask);
    stored[(size_t)(where * (double)(n_bytes - 1))] ^= 0x10;
    good(H5Dwrite_chunk(dataset, H5P_DEFAULT, filter_mask, offset, n_bytes, stored), "write a chunk");
    free(stored);
}
