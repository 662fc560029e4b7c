/* Encoded chunks are what HDF5's pipeline makes of them, to the byte. */
#include <stdlib.h>
#include <string.h>

#include "rtdc/filters/filters.h"
#include "rtdc/hdf5/changed_calls.h"
#include "rtdc/hdf5/encoder.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"
#include "support/random.h"

enum { FRAMES = 5, ROWS = 17, COLUMNS = 31, CHUNK_BYTES = FRAMES * ROWS * COLUMNS };

static const hsize_t chunk[] = {FRAMES, ROWS, COLUMNS};

/* What frames are like. */
enum kind { SAME, NOISE, ZERO, N_KINDS };

static void draw(enum kind kind, uint8_t *values) {
    struct rng rng = {(uint64_t)kind + 1};
    for (size_t i = 0; i < CHUNK_BYTES; i++) {
        size_t before = i - ROWS * COLUMNS;
        values[i] = kind == ZERO                          ? 0
                    : kind == SAME && i >= ROWS * COLUMNS ? values[before]
                                                          : (uint8_t)rng_below(&rng, 256);
    }
}

/* The chunk as HDF5 stores it. Returns how many bytes that are. */
static size_t store(int zstd_level, const uint8_t *values, uint8_t *raw) {
    hid_t file = create_file(scratch_path("chunk.h5").text, FORMAT_OLD), creation = chunked(3, chunk);
    const hsize_t origin[3] = {0};
    hsize_t n_bytes = 0;
    uint32_t mask = 1;
    assert_true(sm_filters_add(creation, zstd_level));
    add_dataset(file, "data", H5T_STD_U8LE, 3, chunk, creation, values);
    hid_t dataset = H5Dopen2(file, "data", H5P_DEFAULT);
    assert_true(H5Dflush(dataset) >= 0 && H5Dget_chunk_storage_size(dataset, origin, &n_bytes) >= 0);
    assert_true(n_bytes <= 2 * CHUNK_BYTES && sm_hdf5_read_chunk(dataset, origin, &mask, raw, n_bytes) >= 0);
    assert_int_equal(mask, 0);
    H5Dclose(dataset);
    H5Pclose(creation);
    close_file(file);
    return n_bytes;
}

static void bytes_are_those_of_hdf5(void **state) {
    (void)state;
    static uint8_t values[CHUNK_BYTES], stored[2 * CHUNK_BYTES];
    for (int level = SM_ZSTD_NONE; level <= SM_ZSTD_MOST; level++) {
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        struct sm_encoder *encoder;
        assert_int_equal(sm_encoder_create(level, CHUNK_BYTES, &encoder, &error), SPARSEMED_OK);
        for (enum kind kind = 0; kind < N_KINDS; kind++) { /* one after the other, with one encoder */
            size_t n_bytes = 0;
            draw(kind, values);
            size_t n_stored = store(level, values, stored);
            const uint8_t *raw = sm_encode(encoder, values, &n_bytes);
            assert_int_equal(n_bytes, n_stored);
            assert_memory_equal(raw, stored, n_stored);
            assert_true(n_bytes <= sm_encoder_most_bytes(encoder));
        }
        sm_encoder_free(encoder);
    }
    sm_encoder_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {tidy_test(bytes_are_those_of_hdf5)};
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
