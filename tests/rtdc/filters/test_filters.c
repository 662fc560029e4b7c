/* The Zstandard and LZF filters, through HDF5 and by themselves. */
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "rtdc/filters/filters.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"
#include "support/pipelines.h"
#include "support/random.h"
#include "support/stored_chunks.h"

enum { MAX_BYTES = (1 << 20) + 3 };

static const size_t lengths[] = {1, 2, 3, 4, 5, 33, 100, 1000, 65535, 65536, 262144, MAX_BYTES};

/* ---- contents ---- */

static void fill(uint8_t *data, size_t n, int kind, struct rng *rng) {
    for (size_t i = 0; i < n; i++) {
        uint8_t noise = (uint8_t)rng_next(rng);
        data[i] = kind == 0 ? 0 : kind == 1 ? noise : (uint8_t)(100 + i / 50 % 9 + noise % 2);
    }
}

/* ---- through HDF5 ---- */

static void add_zstd(hid_t creation, unsigned level) {
    assert_true(H5Pset_filter(creation, SM_FILTER_ZSTD, H5Z_FLAG_OPTIONAL, 1, &level) >= 0);
}

/* Write and read back data[n] as one chunk of a file; takes the properties over. */
static void assert_round_trip(hid_t creation, const uint8_t *data, size_t n) {
    struct path path = scratch_path("trip.h5");
    const hsize_t extent = n;
    hid_t file = create_file(path.text, FORMAT_OLD);
    add_dataset(file, "data", H5T_STD_U8LE, 1, &extent, creation, data);
    H5Pclose(creation);
    close_file(file);
    uint8_t *read = malloc(n);
    assert_non_null(read);
    file = open_file(path.text);
    hid_t dataset = H5Dopen2(file, "data", H5P_DEFAULT);
    assert_true(H5Dread(dataset, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, read) >= 0);
    H5Dclose(dataset);
    close_file(file);
    assert_memory_equal(read, data, n);
    free(read);
}

static void data_survives_hdf5(void **state) {
    (void)state;
    struct rng rng = {1};
    uint8_t *data = malloc(MAX_BYTES);
    assert_non_null(data);
    for (size_t i = 0; i < 3 * LENGTH(lengths); i++) {
        const hsize_t chunk = lengths[i / 3];
        fill(data, chunk, (int)(i % 3), &rng);
        for (unsigned level = 1; level <= (chunk > 1000 ? 3 : 22); level++) {
            hid_t creation = chunked(1, &chunk);
            add_zstd(creation, level);
            assert_round_trip(creation, data, chunk);
        }
        hid_t creation = chunked(1, &chunk);
        pipeline_add(creation, "lzf");
        assert_round_trip(creation, data, chunk);
        creation = chunked(1, &chunk);
        assert_true(H5Pset_filter(creation, SM_FILTER_LZF, H5Z_FLAG_OPTIONAL, 0, NULL) >= 0);
        assert_round_trip(creation, data, chunk);
    }
    free(data);
}

/* Each level has an effect, and smooth data shrinks. */
static void levels_count(void **state) {
    (void)state;
    struct rng rng = {2};
    uint8_t *data = malloc(MAX_BYTES);
    assert_non_null(data);
    const hsize_t chunk = MAX_BYTES;
    fill(data, MAX_BYTES, 2, &rng);
    for (unsigned level = 1; level <= 9; level++) {
        hsize_t n_stored;
        uint32_t filter_mask;
        struct path path = scratch_path("level.h5");
        hid_t file = create_file(path.text, FORMAT_OLD), creation = chunked(1, &chunk);
        add_zstd(creation, level);
        add_dataset(file, "data", H5T_STD_U8LE, 1, &chunk, creation, data);
        hid_t dataset = H5Dopen2(file, "data", H5P_DEFAULT);
        const hsize_t origin = 0;
        unsigned char *stored = read_stored_chunk(dataset, &origin, &n_stored, &filter_mask);
        uint8_t *expected = malloc(ZSTD_compressBound(MAX_BYTES));
        assert_non_null(expected);
        size_t n_expected = ZSTD_compress(expected, ZSTD_compressBound(MAX_BYTES), data, MAX_BYTES, (int)level);
        assert_int_equal(n_stored, n_expected);
        assert_memory_equal(stored, expected, n_expected);
        assert_true(n_stored < MAX_BYTES / 2);
        free(expected);
        free(stored);
        H5Dclose(dataset);
        H5Pclose(creation);
        close_file(file);
    }
    free(data);
}

static void outputs_get_zstd_and_a_checksum(void **state) {
    (void)state;
    for (int level = SM_ZSTD_NONE; level <= SM_ZSTD_MOST; level++) {
        hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
        assert_true(sm_filters_add(creation, level));
        assert_output_filters(creation, level);
        H5Pclose(creation);
    }
    assert_false(sm_filters_add(H5P_DEFAULT, SM_ZSTD_DEFAULT));
}

static void registering_again_is_harmless(void **state) {
    (void)state;
    static const H5Z_filter_t filters[] = {SM_FILTER_ZSTD, SM_FILTER_LZF};
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_filters_register(&error), SPARSEMED_OK);
    for (size_t i = 0; i < LENGTH(filters); i++) {
        unsigned configuration = 0;
        assert_true(H5Zfilter_avail(filters[i]) > 0);
        assert_true(H5Zget_filter_info(filters[i], &configuration) >= 0);
        assert_int_equal(configuration, H5Z_FILTER_CONFIG_ENCODE_ENABLED | H5Z_FILTER_CONFIG_DECODE_ENABLED);
    }
}

/* ---- by themselves ---- */

/* Let a filter decode data[n]. Returns what it makes of it, to be released with free, and its length in n; a length of
 * 0 is a failure, after which the data must be as it was. */
static uint8_t *decode(const H5Z_class2_t *filter, size_t n_parameters, const unsigned *parameters, const uint8_t *data,
                       size_t *n) {
    void *buffer = malloc(*n);
    assert_non_null(buffer);
    memcpy(buffer, data, *n);
    size_t capacity = *n, n_data = *n;
    *n = filter->filter(H5Z_FLAG_REVERSE, n_parameters, parameters, n_data, &capacity, &buffer);
    if (*n == 0) {
        assert_memory_equal(buffer, data, n_data);
        assert_int_equal(capacity, n_data);
    }
    assert_true(*n <= capacity);
    return buffer;
}

/* What writers that stream make: the length of the content is not noted. */
static void reads_zstd_without_a_content_size(void **state) {
    (void)state;
    struct rng rng = {3};
    uint8_t *data = malloc(MAX_BYTES), *compressed = malloc(ZSTD_compressBound(MAX_BYTES));
    assert_true(data && compressed);
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
    for (size_t i = 0; i < 3 * LENGTH(lengths); i++) {
        size_t n = lengths[i / 3];
        fill(data, n, (int)(i % 3), &rng);
        size_t n_decoded = ZSTD_compress2(context, compressed, ZSTD_compressBound(MAX_BYTES), data, n);
        assert_true(ZSTD_getFrameContentSize(compressed, n_decoded) == ZSTD_CONTENTSIZE_UNKNOWN);
        uint8_t *decoded = decode(&sm_zstd_filter, 0, NULL, compressed, &n_decoded);
        assert_int_equal(n_decoded, n);
        assert_memory_equal(decoded, data, n);
        free(decoded);
    }
    ZSTD_freeCCtx(context);
    free(compressed);
    free(data);
}

/* The length that h5py notes may be too small, too large, or missing. */
static void lzf_needs_no_right_length(void **state) {
    (void)state;
    enum { N = 300000 };
    struct rng rng = {4};
    uint8_t *data = malloc(N);
    void *compressed = malloc(N);
    assert_true(data && compressed);
    fill(data, N, 2, &rng);
    memcpy(compressed, data, N);
    size_t capacity = N, n_compressed = sm_lzf_filter.filter(0, 0, NULL, N, &capacity, &compressed);
    assert_true(n_compressed >= 1 && n_compressed <= N - 1);
    static const unsigned hints[] = {0, 1, 1000, N - 1, N, N + 1, 10 * N};
    for (size_t i = 0; i < LENGTH(hints); i++) {
        const unsigned parameters[] = {4, 0x0105, hints[i]};
        for (size_t n_parameters = 0; n_parameters <= 3; n_parameters++) {
            size_t n = n_compressed;
            uint8_t *decoded = decode(&sm_lzf_filter, n_parameters, parameters, compressed, &n);
            assert_int_equal(n, N);
            assert_memory_equal(decoded, data, N);
            free(decoded);
        }
    }
    free(compressed);
    free(data);
}

static void lzf_leaves_what_does_not_shrink(void **state) {
    (void)state;
    struct rng rng = {5};
    void *buffer = malloc(1000);
    uint8_t data[1000];
    size_t capacity = 1000;
    assert_non_null(buffer);
    fill(data, 1000, 1, &rng);
    memcpy(buffer, data, 1000);
    assert_int_equal(sm_lzf_filter.filter(0, 0, NULL, 1000, &capacity, &buffer), 0);
    assert_memory_equal(buffer, data, 1000);
    assert_int_equal(sm_lzf_filter.filter(0, 0, NULL, 0, &capacity, &buffer), 0);
    free(buffer);
}

static void garbage_is_an_error_and_no_crash(void **state) {
    (void)state;
    struct rng rng = {6};
    uint8_t data[600];
    size_t n_refused = 0;
    for (int i = 0; i < 20000; i++) {
        const H5Z_class2_t *filter = i % 2 ? &sm_zstd_filter : &sm_lzf_filter;
        const unsigned parameters[] = {4, 0x0105, (unsigned)rng_below(&rng, 2000)};
        size_t n = 1 + rng_below(&rng, sizeof data);
        fill(data, n, 1, &rng);
        if (i % 4 == 1 && n > 4) {
            memcpy(data, "\x28\xb5\x2f\xfd", 4); /* the first bytes of Zstandard data */
        }
        uint8_t *decoded = decode(filter, i % 3 ? 3 : 0, parameters, data, &n);
        n_refused += n == 0;
        free(decoded);
    }
    assert_true(n_refused >= 10000 && n_refused <= 20000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(data_survives_hdf5),
        tidy_test(levels_count),
        tidy_test(outputs_get_zstd_and_a_checksum),
        tidy_test(registering_again_is_harmless),
        tidy_test(reads_zstd_without_a_content_size),
        tidy_test(lzf_needs_no_right_length),
        tidy_test(lzf_leaves_what_does_not_shrink),
        tidy_test(garbage_is_an_error_and_no_crash),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
