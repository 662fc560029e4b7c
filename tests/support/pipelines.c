#include "support/pipelines.h"

#include <stdlib.h>
#include <string.h>

#include "rtdc/hdf5/filters.h"
#include "support/hdf5_files.h"
#include "support/scratch.h"

/* Step through the words of a pipeline; word receives one. Returns false after the last. */
static bool next_word(const char **rest, char word[16]) {
    size_t length = strcspn(*rest, " ");
    if (length == 0 || length > 15) {
        assert_int_equal(length, 0);
        return false;
    }
    memcpy(word, *rest, length);
    word[length] = '\0';
    *rest += length + ((*rest)[length] == ' ');
    return true;
}

uint32_t pipeline_mask(const char *pipeline, const char *filter) {
    char word[16];
    uint32_t mask = 0;
    for (int i = 0; next_word(&pipeline, word); i++) {
        mask |= strcmp(word, filter) == 0 ? UINT32_C(1) << i : 0;
    }
    return mask;
}

bool pipeline_has(const char *pipeline, const char *filter) {
    return pipeline_mask(pipeline, filter) != 0;
}

/* As h5py does it, with the number of bytes of a chunk (here: elements) as a hint to the decoder. */
static herr_t add_lzf(hid_t creation) {
    hsize_t chunk[H5S_MAX_RANK];
    unsigned parameters[] = {4, 0x0105, 1};
    int rank = H5Pget_chunk(creation, H5S_MAX_RANK, chunk);
    for (int i = 0; i < rank; i++) {
        parameters[2] *= (unsigned)chunk[i];
    }
    return H5Pset_filter(creation, SM_FILTER_LZF, H5Z_FLAG_OPTIONAL, LENGTH(parameters), parameters);
}

static herr_t add_filter(hid_t creation, const char *filter) {
    const unsigned zstd_level = 5;
    if (strcmp(filter, "zstd") == 0) {
        return H5Pset_filter(creation, SM_FILTER_ZSTD, H5Z_FLAG_OPTIONAL, 1, &zstd_level);
    }
    if (strcmp(filter, "gzip") == 0) {
        return H5Pset_deflate(creation, 4);
    }
    if (strcmp(filter, "szip") == 0) {
        return H5Pset_szip(creation, H5_SZIP_NN_OPTION_MASK, 8);
    }
    if (strcmp(filter, "lzf") == 0) {
        return add_lzf(creation);
    }
    if (strcmp(filter, "shuffle") == 0) {
        return H5Pset_shuffle(creation);
    }
    if (strcmp(filter, "nbit") == 0) {
        return H5Pset_nbit(creation);
    }
    if (strcmp(filter, "scaleoffset") == 0) {
        return H5Pset_scaleoffset(creation, H5Z_SO_INT, H5Z_SO_INT_MINBITS_DEFAULT);
    }
    return strcmp(filter, "fletcher") == 0 ? H5Pset_fletcher32(creation) : -1;
}

void pipeline_add(hid_t creation, const char *pipeline) {
    char word[16];
    while (next_word(&pipeline, word)) {
        assert_true(add_filter(creation, word) >= 0);
    }
}

bool pipeline_works(const char *pipeline) {
    unsigned configuration = 0;
    return !pipeline_has(pipeline, "szip") ||
           (H5Zfilter_avail(H5Z_FILTER_SZIP) > 0 && H5Zget_filter_info(H5Z_FILTER_SZIP, &configuration) >= 0 &&
            (configuration & H5Z_FILTER_CONFIG_ENCODE_ENABLED));
}

/* A file in memory. */
static hid_t create_memory_file(void) {
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fapl_core(access, 1 << 20, false);
    hid_t file = H5Fcreate("sparsemed-test", H5F_ACC_TRUNC, H5P_DEFAULT, access);
    assert_true(file >= 0);
    H5Pclose(access);
    return file;
}

/* A chunk as it is stored. Returns its bytes, to be released with free. */
static unsigned char *read_stored(hid_t dataset, const hsize_t *offset, hsize_t *n_bytes, uint32_t *filter_mask) {
    assert_true(H5Dget_chunk_storage_size(dataset, offset, n_bytes) >= 0);
    unsigned char *stored = malloc(*n_bytes);
    assert_non_null(stored);
    assert_true(H5Dread_chunk(dataset, H5P_DEFAULT, offset, filter_mask, stored) >= 0);
    return stored;
}

void store_other_chunk(hid_t dataset, const hsize_t *offset, const char *pipeline, int rank, const hsize_t *chunk,
                       const void *values) {
    static const hsize_t origin[H5S_MAX_RANK] = {0};
    hsize_t n_bytes;
    uint32_t filter_mask;
    hid_t file = create_memory_file();
    hid_t type = H5Dget_type(dataset);
    hid_t creation = chunked(rank, chunk);
    pipeline_add(creation, pipeline);
    add_dataset(file, "other", type, rank, chunk, creation, values);
    hid_t other = H5Dopen2(file, "other", H5P_DEFAULT);
    unsigned char *stored = read_stored(other, origin, &n_bytes, &filter_mask);
    assert_true(H5Dwrite_chunk(dataset, H5P_DEFAULT, filter_mask, offset, n_bytes, stored) >= 0);
    free(stored);
    H5Dclose(other);
    H5Pclose(creation);
    H5Tclose(type);
    H5Fclose(file);
}

void flip_bit(hid_t dataset, const hsize_t *offset, double where) {
    hsize_t n_bytes;
    uint32_t filter_mask;
    unsigned char *stored = read_stored(dataset, offset, &n_bytes, &filter_mask);
    stored[(size_t)(where * (double)(n_bytes - 1))] ^= 0x10;
    assert_true(H5Dwrite_chunk(dataset, H5P_DEFAULT, filter_mask, offset, n_bytes, stored) >= 0);
    free(stored);
}
