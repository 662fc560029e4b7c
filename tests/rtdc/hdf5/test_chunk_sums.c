/* Checksums of chunks as they are stored: they are those of the bytes, and there is none where these are not what was
 * meant to be stored. */
#include <libdeflate.h>
#include <stdlib.h>

#include "rtdc/hdf5/chunk_sums.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"

enum { FRAMES = 4, ROWS = 3, COLUMNS = 5, N_CHUNKS = 5, MOST_BYTES = 100 };

static const hsize_t chunk[] = {FRAMES, ROWS, COLUMNS}, extent[] = {N_CHUNKS * FRAMES, ROWS, COLUMNS};

/* A dataset whose chunks have so many bytes, which no filter looks at; 0: it is not written. The last one has left its
 * filter out. */
static hid_t create(hid_t file, const size_t sizes[N_CHUNKS], uint8_t bytes[N_CHUNKS][MOST_BYTES]) {
    hid_t creation = chunked(3, chunk), space = H5Screate_simple(3, extent, NULL);
    H5Pset_deflate(creation, 1);
    hid_t dataset = H5Dcreate2(file, "images", H5T_STD_U8LE, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    for (size_t i = 0; i < N_CHUNKS; i++) {
        const hsize_t origin[3] = {i * FRAMES};
        for (size_t j = 0; j < sizes[i]; j++) {
            bytes[i][j] = (uint8_t)(17 * i + j);
        }
        assert_true(sizes[i] == 0 ||
                    H5Dwrite_chunk(dataset, H5P_DEFAULT, i == N_CHUNKS - 1, origin, sizes[i], bytes[i]) >= 0);
    }
    H5Sclose(space);
    H5Pclose(creation);
    return dataset;
}

static void sums_are_those_of_the_bytes(void **state) {
    (void)state;
    static uint8_t bytes[N_CHUNKS][MOST_BYTES];
    const size_t sizes[N_CHUNKS] = {10, 90, 0, 40, 60};
    hid_t file = create_file(scratch_path("chunks.h5").text, FORMAT_OLD), dataset = create(file, sizes, bytes);
    struct sm_chunk_room room = {0};
    uint32_t sum = 7, expected = 7;
    const size_t order[] = {1, 0, 3};
    for (size_t i = 0; i < 3; i++) {
        size_t at = order[i];
        expected = libdeflate_crc32(expected, bytes[at], sizes[at]);
        assert_true(sm_chunk_sum_add(dataset, at * FRAMES, &room, &sum));
        assert_int_equal(sum, expected);
    }
    assert_false(sm_chunk_sum_add(dataset, 2 * FRAMES, &room, &sum)); /* never written */
    assert_false(sm_chunk_sum_add(dataset, 4 * FRAMES, &room, &sum)); /* without its filter */
    assert_false(sm_chunk_sum_add(dataset, N_CHUNKS * FRAMES, &room, &sum));
    assert_int_equal(sum, expected);
    free(room.bytes);
    H5Dclose(dataset);
    close_file(file);
}

int main(void) {
    const struct CMUnitTest tests[] = {tidy_test(sums_are_those_of_the_bytes)};
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
