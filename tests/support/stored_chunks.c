#include "support/stored_chunks.h"

#include <stdio.h>
#include <stdlib.h>

#include "support/hdf5_files.h"
#include "support/pipelines.h"
#include "support/scratch.h"

/* A file in memory, which needs no name of its own. */
static hid_t create_memory_file(void) {
    static unsigned n_files;
    char name[32];
    snprintf(name, sizeof name, "in-memory-%u", n_files++);
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fapl_core(access, 1 << 20, false);
    hid_t file = H5Fcreate(name, H5F_ACC_TRUNC, H5P_DEFAULT, access);
    assert_true(file >= 0);
    H5Pclose(access);
    return file;
}

unsigned char *read_stored_chunk(hid_t dataset, const hsize_t *offset, hsize_t *n_bytes, uint32_t *filter_mask) {
    assert_true(H5Dget_chunk_storage_size(dataset, offset, n_bytes) >= 0);
    unsigned char *stored = malloc(*n_bytes);
    assert_non_null(stored);
    assert_true(H5Dread_chunk(dataset, H5P_DEFAULT, offset, filter_mask, stored) >= 0);
    return stored;
}

unsigned char *make_stored_chunk(hid_t type, const char *pipeline, int rank, const hsize_t *chunk, const void *values,
                                 hsize_t *n_bytes, uint32_t *filter_mask) {
    static const hsize_t origin[H5S_MAX_RANK] = {0};
    hid_t file = create_memory_file(), creation = chunked(rank, chunk);
    pipeline_add(creation, pipeline);
    add_dataset(file, "chunk", type, rank, chunk, creation, values);
    hid_t dataset = H5Dopen2(file, "chunk", H5P_DEFAULT);
    unsigned char *stored = read_stored_chunk(dataset, origin, n_bytes, filter_mask);
    H5Dclose(dataset);
    H5Pclose(creation);
    H5Fclose(file);
    return stored;
}
