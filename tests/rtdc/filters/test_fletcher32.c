/* The checksum equals the one that HDF5 stores behind a chunk. */
#include <stdlib.h>
#include <string.h>

#include "rtdc/filters/fletcher32.h"
#include "support/hdf5_test.h"
#include "support/random.h"
#include "support/stored_chunks.h"

enum content { ZEROS, ONES, NOISE, LATE, N_CONTENTS };

static void fill(uint8_t *data, size_t n_bytes, enum content content) {
    struct rng rng = {n_bytes + 1};
    memset(data, content == ONES ? 0xff : 0, n_bytes);
    for (size_t i = 0; i < n_bytes && content == NOISE; i++) {
        data[i] = (uint8_t)rng_next(&rng);
    }
    if (content == LATE) {
        data[n_bytes - 1] = 1;
    }
}

/* Let HDF5 store data[n_bytes] with its checksum. Returns both, to be released with free. */
static uint8_t *store(const uint8_t *data, size_t n_bytes) {
    const hsize_t extent = n_bytes;
    hsize_t stored_bytes;
    uint32_t filter_mask;
    uint8_t *stored = make_stored_chunk(H5T_STD_U8LE, "fletcher", 1, &extent, data, &stored_bytes, &filter_mask);
    assert_int_equal(stored_bytes, n_bytes + SM_FLETCHER32_BYTES);
    return stored;
}

/* Compare with HDF5, and see every one of some flipped bits and the swapped form. */
static void check(size_t n_bytes, enum content content) {
    struct rng rng = {n_bytes};
    uint8_t *data = malloc(n_bytes);
    assert_non_null(data);
    fill(data, n_bytes, content);
    uint8_t *stored = store(data, n_bytes), *sum = stored + n_bytes;
    uint32_t expected = (uint32_t)sum[0] | (uint32_t)sum[1] << 8 | (uint32_t)sum[2] << 16 | (uint32_t)sum[3] << 24;
    size_t n_stored = n_bytes + SM_FLETCHER32_BYTES;
    if (sm_fletcher32(data, n_bytes) != expected) {
        fail_msg("%zu bytes, content %d: %08x instead of %08x", n_bytes, content, sm_fletcher32(data, n_bytes),
                 expected);
    }
    assert_true(sm_fletcher32_holds(stored, n_stored));
    for (int i = 0; i < 8; i++) {
        size_t place = i == 0 ? 0 : i == 1 ? n_stored - 1 : rng_below(&rng, n_stored);
        stored[place] ^= (uint8_t)(1 << i);
        assert_false(sm_fletcher32_holds(stored, n_stored));
        stored[place] ^= (uint8_t)(1 << i);
    }
    const uint8_t swapped[] = {sum[1], sum[0], sum[3], sum[2]};
    memcpy(sum, swapped, sizeof swapped);
    assert_true(sm_fletcher32_holds(stored, n_stored));
    free(stored);
    free(data);
}

static void check_all(size_t first, size_t last) {
    for (size_t n_bytes = first; n_bytes <= last; n_bytes++) {
        for (int content = 0; content < N_CONTENTS; content++) {
            check(n_bytes, (enum content)content);
        }
    }
}

static void equals_that_of_hdf5_for_short_data(void **state) {
    (void)state;
    check_all(1, 70);
}

/* Sums are taken in segments of 4096 bytes. */
static void equals_that_of_hdf5_around_segments(void **state) {
    (void)state;
    check_all(4096 - 3, 4096 + 3);
    check_all(8192 - 3, 8192 + 3);
    check_all(16384 - 3, 16384 + 3);
    check_all(5 * 8192 + 4095, 5 * 8192 + 4098);
}

static void equals_that_of_hdf5_for_long_data(void **state) {
    (void)state;
    check_all((1 << 20) - 1, (1 << 20) + 1);
}

static void data_may_start_anywhere(void **state) {
    (void)state;
    enum { N_BYTES = 20001 };
    uint8_t data[N_BYTES], moved[N_BYTES + 16];
    fill(data, N_BYTES, NOISE);
    for (size_t shift = 0; shift < 16; shift++) {
        memcpy(moved + shift, data, N_BYTES);
        assert_int_equal(sm_fletcher32(moved + shift, N_BYTES), sm_fletcher32(data, N_BYTES));
    }
}

static void too_short_data_does_not_hold(void **state) {
    (void)state;
    const uint8_t zeros[SM_FLETCHER32_BYTES] = {0};
    for (size_t n_bytes = 0; n_bytes < SM_FLETCHER32_BYTES; n_bytes++) {
        assert_false(sm_fletcher32_holds(zeros, n_bytes));
    }
    assert_true(sm_fletcher32_holds(zeros, SM_FLETCHER32_BYTES)); /* the checksum of nothing */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        hdf5_test(equals_that_of_hdf5_for_short_data), hdf5_test(equals_that_of_hdf5_around_segments),
        hdf5_test(equals_that_of_hdf5_for_long_data),  hdf5_test(data_may_start_anywhere),
        hdf5_test(too_short_data_does_not_hold),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
