/* Damaged stacks of frames are refused with a message that names the file, whatever their pipeline. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/frames/stack.h"
#include "support/frame_files.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"
#include "support/pipelines.h"
#include "support/stored_chunks.h"

enum { N_FRAMES = 30 };

static const struct storage layouts[] = {
    {"whole frames", H5D_CHUNKED, {7, HEIGHT, WIDTH}, 1, false, "", false, 0},
    {"tiles", H5D_CHUNKED, {5, 8, 25}, 1, false, "", false, 0},
};

/* The second chunk of the frames. */
static void second_chunk(const struct storage *storage, hsize_t offset[3]) {
    offset[0] = storage->chunk[0];
    offset[1] = offset[2] = 0;
}

static void assert_damaged(const char *path, const struct storage *storage, const char *what) {
    struct sparsemed_error error;
    enum sparsemed_status status = try_frames(path, &error);
    if (status != SPARSEMED_INPUT) {
        fail_msg("%s | %s, %s: status %d: %s", storage->name, storage->pipeline, what, status, error.message);
    }
    if (strlen(error.message) < strlen(path) + 10) {
        fail_msg("the message tells nothing but the file: %s", error.message);
    }
}

/* ---- flipped bits ---- */

static void check_flipped(const struct storage *storage, const uint8_t *frames, double where) {
    struct path path = scratch_path("flipped.rtdc");
    hsize_t offset[3];
    second_chunk(storage, offset);
    write_frames(path.text, FORMAT_OLD, storage, N_FRAMES, frames);
    hid_t file = change_file(path.text);
    hid_t dataset = H5Dopen2(file, "events/image", H5P_DEFAULT);
    flip_bit(dataset, offset, where);
    H5Dclose(dataset);
    close_file(file);
    /* Compressed data may have bits that tell nothing, and a checksum within does not see these. */
    struct sparsemed_error error;
    if (strncmp(storage->pipeline, "fletcher ", 9) == 0 && try_frames(path.text, &error) == SPARSEMED_OK) {
        assert_reads(path.text, storage, N_FRAMES, frames);
    } else {
        assert_damaged(path.text, storage, "flipped bit");
    }
}

static void checksums_find_a_flipped_bit(void **state) {
    (void)state;
    static const char *const pipelines[] = {"fletcher",      "zstd fletcher",     "gzip fletcher",     "lzf fletcher",
                                            "szip fletcher", "fletcher zstd",     "fletcher gzip",     "fletcher lzf",
                                            "fletcher szip", "fletcher fletcher", "zstd gzip fletcher"};
    uint8_t *frames = make_frames(N_FRAMES, 5);
    for (size_t i = 0; i < LENGTH(layouts) * LENGTH(pipelines); i++) {
        struct storage storage = layouts[i / LENGTH(pipelines)];
        storage.pipeline = pipelines[i % LENGTH(pipelines)];
        for (int tenth = 0; tenth <= 10 && pipeline_works(storage.pipeline); tenth++) {
            check_flipped(&storage, frames, tenth / 10.0);
        }
    }
    free(frames);
}

/* ---- chunks that do not decode to the bytes of a chunk ---- */

/* Without filters HDF5 keeps no length of a chunk. */
static const char *const decodable[] = {"zstd",          "gzip",          "lzf",           "szip",
                                        "shuffle",       "fletcher",      "zstd fletcher", "gzip fletcher",
                                        "fletcher zstd", "fletcher gzip", "lzf fletcher",  "zstd gzip"};

static void check_length(const struct storage *storage, const uint8_t *frames, hsize_t chunk_frames) {
    struct path path = scratch_path("length.rtdc");
    const hsize_t other[3] = {chunk_frames, storage->chunk[1], storage->chunk[2]};
    hsize_t offset[3];
    char what[64];
    second_chunk(storage, offset);
    write_frames(path.text, FORMAT_OLD, storage, N_FRAMES, frames);
    hid_t file = change_file(path.text);
    hid_t dataset = H5Dopen2(file, "events/image", H5P_DEFAULT);
    store_other_chunk(dataset, offset, storage->pipeline, 3, other, frames);
    H5Dclose(dataset);
    close_file(file);
    snprintf(what, sizeof what, "chunk of %d frames", (int)chunk_frames);
    if (chunk_frames == storage->chunk[0]) { /* this proves that the others fail for their length */
        struct sparsemed_error error;
        assert_int_equal(try_frames(path.text, &error), SPARSEMED_OK);
    } else {
        assert_damaged(path.text, storage, what);
    }
}

static void refuses_chunks_of_another_length(void **state) {
    (void)state;
    uint8_t *frames = make_frames(N_FRAMES, 6);
    for (size_t i = 0; i < LENGTH(layouts) * LENGTH(decodable); i++) {
        struct storage storage = layouts[i / LENGTH(decodable)];
        storage.pipeline = decodable[i % LENGTH(decodable)];
        if (pipeline_works(storage.pipeline)) {
            check_length(&storage, frames, storage.chunk[0]);
            check_length(&storage, frames, storage.chunk[0] - 1);
            check_length(&storage, frames, storage.chunk[0] + 1);
            check_length(&storage, frames, 1);
            check_length(&storage, frames, 3 * storage.chunk[0]);
        }
    }
    free(frames);
}

/* ---- chunks that hold something else ---- */

/* Store bytes as they are in place of the second chunk. */
static void store_raw(const char *path, const struct storage *storage, const uint8_t *bytes, size_t n_bytes,
                      uint32_t filter_mask) {
    hsize_t offset[3];
    second_chunk(storage, offset);
    hid_t file = change_file(path);
    hid_t dataset = H5Dopen2(file, "events/image", H5P_DEFAULT);
    assert_true(H5Dwrite_chunk(dataset, H5P_DEFAULT, filter_mask, offset, n_bytes, bytes) >= 0);
    H5Dclose(dataset);
    close_file(file);
}

static void refuses_chunks_of_rubbish(void **state) {
    (void)state;
    static const char *const pipelines[] = {"zstd", "gzip", "fletcher", "zstd fletcher", "fletcher gzip", "zstd gzip"};
    static const size_t sizes[] = {1, 2, 3, 4, 5, 100, 1000, 20000};
    struct path path = scratch_path("rubbish.rtdc");
    uint8_t *frames = make_frames(N_FRAMES, 7);
    const uint8_t *noise = frames + 11 * FRAME_BYTES;
    for (size_t i = 0; i < LENGTH(pipelines) * LENGTH(sizes); i++) {
        struct storage storage = layouts[0];
        storage.pipeline = pipelines[i / LENGTH(sizes)];
        write_frames(path.text, FORMAT_OLD, &storage, N_FRAMES, frames);
        store_raw(path.text, &storage, noise, sizes[i % LENGTH(sizes)], 0);
        assert_damaged(path.text, &storage, "rubbish");
    }
    free(frames);
}

/* With all its filters left out a chunk is stored as it is. */
static void takes_unfiltered_chunks_of_their_exact_length_only(void **state) {
    (void)state;
    static const char *const pipelines[] = {"zstd", "gzip", "lzf", "shuffle gzip", "fletcher zstd", "zstd gzip"};
    struct path path = scratch_path("unfiltered.rtdc");
    uint8_t *frames = make_frames(N_FRAMES, 8);
    for (size_t i = 0; i < LENGTH(pipelines); i++) {
        struct storage storage = layouts[0];
        storage.pipeline = pipelines[i];
        const uint8_t *bytes = frames + storage.chunk[0] * FRAME_BYTES;
        size_t n_bytes = (size_t)storage.chunk[0] * FRAME_BYTES;
        write_frames(path.text, FORMAT_OLD, &storage, N_FRAMES, frames);
        store_raw(path.text, &storage, bytes, n_bytes, 3);
        assert_reads(path.text, &storage, N_FRAMES, frames);
        store_raw(path.text, &storage, bytes, n_bytes - 1, 3);
        assert_damaged(path.text, &storage, "unfiltered, too short");
        store_raw(path.text, &storage, bytes, n_bytes + 1, 3);
        assert_damaged(path.text, &storage, "unfiltered, too long");
    }
    free(frames);
}

/* ---- what is no stack ---- */

static const hsize_t shape[] = {4, 5, 6};

/* Try to open "events/image" and expect a refusal that says this. */
static void assert_refused(hid_t file, const char *reason) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_stack stack;
    assert_int_equal(open_frames(file, "FILE.rtdc", &stack, &error), SPARSEMED_INPUT);
    sm_stack_close(&stack);
    if (strncmp(error.message, "FILE.rtdc: ", 11) != 0 || !strstr(error.message, reason)) {
        fail_msg("the message is: %s", error.message);
    }
}

static void check_refused(hid_t type, int rank, const hsize_t *extent, const char *reason) {
    struct path path = scratch_path("refused.rtdc");
    hid_t file = create_file(path.text, FORMAT_OLD);
    add_dataset(file, "events/image", type, rank, extent, H5P_DEFAULT, NULL);
    assert_refused(file, reason);
    close_file(file);
}

static void refuses_other_types_and_shapes(void **state) {
    (void)state;
    static const hsize_t none[] = {0, 5, 6}, rows[] = {4, 0, 6}, wide[] = {1, 1, 1 << 20}, four[] = {4, 5, 6, 1};
    check_refused(H5T_STD_I8LE, 3, shape, "unsigned integers of 8 bits");
    check_refused(H5T_STD_U16LE, 3, shape, "unsigned integers of 8 bits");
    check_refused(H5T_IEEE_F32LE, 3, shape, "unsigned integers of 8 bits");
    check_refused(H5T_STD_U8LE, 0, NULL, "0 dimensions");
    check_refused(H5T_STD_U8LE, 2, shape, "2 dimensions");
    check_refused(H5T_STD_U8LE, 4, four, "4 dimensions");
    check_refused(H5T_STD_U8LE, 3, none, "empty");
    check_refused(H5T_STD_U8LE, 3, rows, "empty");
    check_refused(H5T_STD_U8LE, 3, wide, "rows or columns");
}

/* A filter that neither HDF5 nor this program has; written by a name that is taken back afterwards. */
static size_t pass(unsigned flags, size_t n_parameters, const unsigned parameters[], size_t n_bytes, size_t *capacity,
                   void **buffer) {
    (void)flags, (void)n_parameters, (void)parameters, (void)capacity, (void)buffer;
    return n_bytes;
}

static void refuses_unknown_filters(void **state) {
    (void)state;
    enum { FILTER = 480 };
    static const H5Z_class2_t filter = {H5Z_CLASS_T_VERS, FILTER, 1, 1, "unheard-of", NULL, NULL, pass};
    struct path path = scratch_path("filter.rtdc");
    uint8_t values[4 * 5 * 6] = {0};
    hid_t creation = chunked(3, shape);
    assert_true(H5Zregister(&filter) >= 0);
    H5Pset_filter(creation, FILTER, H5Z_FLAG_MANDATORY, 0, NULL);
    hid_t file = create_file(path.text, FORMAT_OLD);
    add_dataset(file, "events/image", H5T_STD_U8LE, 3, shape, creation, values);
    close_file(file);
    H5Pclose(creation);
    assert_true(H5Zunregister(FILTER) >= 0);
    file = open_file(path.text);
    assert_refused(file, "HDF5_PLUGIN_PATH");
    close_file(file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        hdf5_test(checksums_find_a_flipped_bit),   hdf5_test(refuses_chunks_of_another_length),
        hdf5_test(refuses_chunks_of_rubbish),      hdf5_test(takes_unfiltered_chunks_of_their_exact_length_only),
        hdf5_test(refuses_other_types_and_shapes), hdf5_test(refuses_unknown_filters),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
