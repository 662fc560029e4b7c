#include "support/pipelines.h"

#include <stdlib.h>
#include <string.h>

#include "rtdc/filters/filters.h"
#include "rtdc/hdf5/hdf5.h"
#include "support/hdf5_files.h"
#include "support/unit_test.h"

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

static bool can_write_szip(void) {
    unsigned configuration = 0;
    return H5Zfilter_avail(H5Z_FILTER_SZIP) > 0 && H5Zget_filter_info(H5Z_FILTER_SZIP, &configuration) >= 0 &&
           (configuration & H5Z_FILTER_CONFIG_ENCODE_ENABLED);
}

/* HDF5 1.14.5 takes what its own scale-offset filter makes of values that span all bits for damaged. */
static bool reads_scaled_values_back(void) {
    uint8_t values[256], read[256] = {0};
    const hsize_t extent = LENGTH(values);
    hid_t file = sm_hdf5_create_in_memory(), space = H5Screate_simple(1, &extent, NULL);
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    for (size_t i = 0; i < LENGTH(values); i++) {
        values[i] = (uint8_t)i;
    }
    H5Pset_chunk(creation, 1, &extent);
    pipeline_add(creation, "scaleoffset");
    hid_t dataset = H5Dcreate2(file, "values", H5T_STD_U8LE, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    bool written = H5Dwrite(dataset, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;
    H5Dclose(dataset); /* the chunk is decoded when it is opened anew */
    dataset = H5Dopen2(file, "values", H5P_DEFAULT);
    bool same = written && H5Dread(dataset, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, read) >= 0 &&
                memcmp(values, read, sizeof values) == 0;
    H5Dclose(dataset);
    H5Pclose(creation);
    H5Sclose(space);
    H5Fclose(file);
    return same;
}

bool pipeline_works(const char *pipeline) {
    return (!pipeline_has(pipeline, "szip") || can_write_szip()) &&
           (!pipeline_has(pipeline, "scaleoffset") || reads_scaled_values_back());
}

void assert_output_filters(hid_t creation, int zstd_level) {
    unsigned flags, level = 0;
    size_t n = 1;
    int n_filters = H5Pget_nfilters(creation);
    assert_int_equal(n_filters, zstd_level == SM_ZSTD_NONE ? 1 : 2);
    if (zstd_level != SM_ZSTD_NONE) {
        assert_int_equal(H5Pget_filter2(creation, 0, &flags, &n, &level, 0, NULL, NULL), SM_FILTER_ZSTD);
        assert_int_equal(n, 1);
        assert_int_equal(level, zstd_level);
    }
    n = 0;
    assert_int_equal(H5Pget_filter2(creation, (unsigned)n_filters - 1, &flags, &n, NULL, 0, NULL, NULL),
                     H5Z_FILTER_FLETCHER32);
}
