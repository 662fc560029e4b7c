/* A damaged index of chunks is noticed: what is not found was never written, and what is found is whole. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/hdf5/chunks.h"
#include "rtdc/hdf5/guard.h"
#include "rtdc/hdf5/hdf5.h"
#include "support/file_bytes.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"
#include "support/pipelines.h"

enum { N = 100, CHUNK = 30, N_CHUNKS = 4 };

/* What comes before the address of a chunk of a list in the index of a file of the old format. */
struct entry {
    uint32_t n_bytes, mask;
    uint64_t offset, zero;
};

static hid_t create_list(const char *path, enum format format, const char *pipeline, const hsize_t *most,
                         const uint8_t *values) {
    const hsize_t extent = N, chunk = CHUNK;
    hid_t file = create_file(path, format), creation = chunked(1, &chunk), space = H5Screate_simple(1, &extent, most);
    if (pipeline) {
        pipeline_add(creation, pipeline);
    }
    hid_t dataset = H5Dcreate2(file, "data", H5T_NATIVE_UINT8, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    assert_true(dataset >= 0);
    if (values) {
        assert_true(H5Dwrite(dataset, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    }
    H5Sclose(space);
    H5Pclose(creation);
    H5Dclose(dataset);
    return file;
}

static enum sparsemed_status read_list(hid_t file, uint8_t *read) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t dataset = H5Dopen2(file, "data", H5P_DEFAULT);
    assert_true(dataset >= 0);
    sm_guarded_read(dataset, H5T_NATIVE_UINT8, read, &error);
    H5Dclose(dataset);
    return error.status;
}

static void make_values(uint8_t values[N]) {
    for (size_t i = 0; i < N; i++) {
        values[i] = (uint8_t)(i / 2);
    }
}

/* Change an entry of the index, and read. */
static enum sparsemed_status read_changed(const char *pipeline, size_t chunk, struct entry by) {
    struct path path = scratch_path("list.h5");
    uint8_t values[N], *read = malloc(N);
    make_values(values);
    close_file(create_list(path.text, FORMAT_OLD, pipeline, NULL, values));
    hid_t file = open_file(path.text), dataset = H5Dopen2(file, "data", H5P_DEFAULT);
    hsize_t offset = chunk * CHUNK, n_bytes;
    assert_true(H5Dget_chunk_storage_size(dataset, &offset, &n_bytes) >= 0);
    H5Dclose(dataset);
    close_file(file);
    struct bytes bytes = load_bytes(path.text);
    struct entry entry = {.n_bytes = (uint32_t)n_bytes, .offset = offset};
    uint8_t *found = memmem(bytes.data, bytes.n, &entry, sizeof entry);
    assert_non_null(found);
    entry.n_bytes += by.n_bytes;
    entry.offset += by.offset;
    memcpy(found, &entry, sizeof entry);
    save_and_free(path.text, bytes);
    file = open_file(path.text);
    enum sparsemed_status status = read_list(file, read);
    assert_true(status != SPARSEMED_OK || memcmp(read, values, N) == 0);
    free(read);
    close_file(file);
    return status;
}

/* ---- tests ---- */

static void takes_every_kind_of_index(void **state) {
    (void)state;
    static const hsize_t mosts[] = {N, 2 * N, H5S_UNLIMITED};
    static const char *const pipelines[] = {NULL, "zstd", "gzip"};
    uint8_t values[N], read[N];
    struct path path = scratch_path("index.h5");
    make_values(values);
    for (size_t i = 0; i < LENGTH(mosts) * LENGTH(pipelines); i++) {
        for (enum format format = FORMAT_OLD; format <= FORMAT_NEW; format++) {
            for (int written = 0; written < 2; written++) {
                memset(read, 0xff, sizeof read);
                close_file(create_list(path.text, format, pipelines[i % LENGTH(pipelines)],
                                       &mosts[i / LENGTH(pipelines)], written ? values : NULL));
                hid_t file = open_file(path.text);
                assert_int_equal(read_list(file, read), SPARSEMED_OK);
                assert_int_equal(read[N - 1], written ? values[N - 1] : 0);
                close_file(file);
            }
        }
    }
}

static void takes_what_was_written_in_part(void **state) {
    (void)state;
    static const char *const pipelines[] = {NULL, "zstd"};
    const hsize_t first = CHUNK, count = CHUNK;
    struct path path = scratch_path("part.h5");
    uint8_t values[N], read[N];
    make_values(values);
    for (size_t i = 0; i < LENGTH(pipelines); i++) {
        hid_t file = create_list(path.text, FORMAT_OLD, pipelines[i], NULL, NULL);
        hid_t dataset = H5Dopen2(file, "data", H5P_DEFAULT), space = H5Dget_space(dataset);
        hid_t memory = H5Screate_simple(1, &count, NULL);
        H5Sselect_hyperslab(space, H5S_SELECT_SET, &first, NULL, &count, NULL);
        assert_true(H5Dwrite(dataset, H5T_NATIVE_UINT8, memory, space, H5P_DEFAULT, values) >= 0);
        H5Sclose(memory);
        H5Sclose(space);
        H5Dclose(dataset);
        close_file(file);
        file = open_file(path.text);
        assert_int_equal(read_list(file, read), SPARSEMED_OK);
        assert_memory_equal(read + CHUNK, values, CHUNK);
        assert_int_equal(read[0] + read[N - 1], 0);
        close_file(file);
    }
}

static void refuses_wrong_lengths_without_filters(void **state) {
    (void)state;
    static const uint32_t by[] = {1, (uint32_t)-1, (uint32_t)-CHUNK, 1U << 31};
    for (size_t i = 0; i < N_CHUNKS * LENGTH(by); i++) {
        assert_int_equal(read_changed(NULL, i / LENGTH(by), (struct entry){.n_bytes = by[i % LENGTH(by)]}),
                         SPARSEMED_INPUT);
    }
}

/* With another place it would be taken for one that was never written. */
static void refuses_wrong_places(void **state) {
    (void)state;
    static const char *const pipelines[] = {NULL, "zstd", "gzip fletcher"};
    for (size_t i = 0; i < N_CHUNKS * LENGTH(pipelines); i++) {
        assert_int_equal(read_changed(pipelines[i / N_CHUNKS], i % N_CHUNKS, (struct entry){.offset = 1ULL << 40}),
                         SPARSEMED_INPUT);
    }
}

static void refuses_chunks_of_no_bytes(void **state) {
    (void)state;
    struct path path = scratch_path("none.h5");
    uint8_t values[N], read[N];
    make_values(values);
    hid_t file = create_list(path.text, FORMAT_OLD, "zstd", NULL, values);
    hid_t dataset = H5Dopen2(file, "data", H5P_DEFAULT);
    const hsize_t offset = CHUNK;
    assert_true(H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, &offset, 1, values) >= 0);
    H5Dclose(dataset);
    close_file(file);
    struct bytes bytes = load_bytes(path.text);
    struct entry entry = {.n_bytes = 1, .offset = CHUNK};
    uint8_t *found = memmem(bytes.data, bytes.n, &entry, sizeof entry);
    assert_non_null(found);
    found[0] = 0;
    save_and_free(path.text, bytes);
    file = open_file(path.text);
    assert_int_equal(read_list(file, read), SPARSEMED_INPUT);
    close_file(file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(takes_every_kind_of_index),
        tidy_test(takes_what_was_written_in_part),
        tidy_test(refuses_wrong_lengths_without_filters),
        tidy_test(refuses_wrong_places),
        tidy_test(refuses_chunks_of_no_bytes),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
