/* Stacks of frames are read as HDF5 wrote them, however they are stored. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/frames/stack.h"
#include "support/frame_files.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"
#include "support/pipelines.h"
#include "support/stored_chunks.h"

enum { N_FRAMES = 83, N_COMPACT = 40 };

static const struct storage layouts[] = {
    {"single frames", H5D_CHUNKED, {1, HEIGHT, WIDTH}, 1, false, "", false, 0},
    {"whole frames", H5D_CHUNKED, {7, HEIGHT, WIDTH}, 1, false, "", false, 0},
    {"whole frames, fixed", H5D_CHUNKED, {7, HEIGHT, WIDTH}, 0, false, "", false, 0},
    {"whole frames, early", H5D_CHUNKED, {40, HEIGHT, WIDTH}, 1, true, "", false, 0},
    {"whole frames, fixed, early", H5D_CHUNKED, {40, HEIGHT, WIDTH}, 0, true, "", false, 0},
    {"one chunk", H5D_CHUNKED, {N_FRAMES, HEIGHT, WIDTH}, 0, false, "", false, 0},
    {"chunk longer than the data", H5D_CHUNKED, {100, HEIGHT, WIDTH}, 1, false, "", false, 0},
    {"tiles", H5D_CHUNKED, {5, 8, 25}, 1, false, "", false, 0},
    {"tiles, fixed", H5D_CHUNKED, {5, 8, 25}, 0, false, "", false, 0},
    {"rows", H5D_CHUNKED, {11, 4, WIDTH}, 2, false, "", false, 0},
    {"columns", H5D_CHUNKED, {11, HEIGHT, 9}, 3, false, "", false, 0},
    {"tiles larger than frames", H5D_CHUNKED, {6, HEIGHT + 4, WIDTH + 3}, 3, false, "", false, 0},
};

static const char *const pipelines[] = {
    "", "zstd", "gzip", "szip", "lzf", "shuffle gzip", "shuffle zstd", "shuffle", "fletcher", "zstd fletcher",
    "fletcher zstd", "fletcher zstd fletcher", "gzip fletcher", "fletcher gzip", "shuffle fletcher gzip fletcher",
    "lzf fletcher", "fletcher lzf", "szip fletcher", "fletcher szip", "shuffle lzf fletcher",
    /* combinations that are left to HDF5 */
    "zstd gzip", "gzip zstd fletcher", "lzf zstd", "zstd zstd", "nbit", "scaleoffset", "nbit zstd fletcher",
    "fletcher fletcher fletcher fletcher fletcher fletcher fletcher fletcher fletcher"};

static void check(const char *path, enum format format, const struct storage *storage, size_t n,
                  const uint8_t *frames) {
    write_frames(path, format, storage, n, frames);
    assert_reads(path, storage, n, frames);
    remove(path);
}

static void reads_every_layout_through_every_pipeline(void **state) {
    (void)state;
    struct path path = scratch_path("stack.rtdc");
    uint8_t *frames = make_frames(N_FRAMES, 1);
    for (size_t i = 0; i < LENGTH(layouts) * LENGTH(pipelines); i++) {
        struct storage storage = layouts[i / LENGTH(pipelines)];
        storage.pipeline = pipelines[i % LENGTH(pipelines)];
        if (pipeline_works(storage.pipeline)) {
            check(path.text, FORMAT_OLD, &storage, N_FRAMES, frames);
            check(path.text, FORMAT_NEW, &storage, N_FRAMES, frames);
        }
    }
    free(frames);
}

static void reads_what_has_no_chunks(void **state) {
    (void)state;
    const struct storage contiguous = {"contiguous", H5D_CONTIGUOUS, {0}, 0, false, "", false, 0};
    const struct storage compact = {"compact", H5D_COMPACT, {0}, 0, false, "", false, 0};
    struct path path = scratch_path("plain.rtdc");
    uint8_t *frames = make_frames(2000, 2);
    for (enum format format = FORMAT_OLD; format <= FORMAT_NEW; format++) {
        check(path.text, format, &compact, N_COMPACT, frames);
        check(path.text, format, &contiguous, 1, frames);
        check(path.text, format, &contiguous, 2000, frames); /* several slabs */
    }
    free(frames);
}

static void reads_partial_chunks_that_are_not_filtered(void **state) {
    (void)state;
    struct path path = scratch_path("partial.rtdc");
    uint8_t *frames = make_frames(N_FRAMES, 3);
    for (size_t i = 0; i < LENGTH(layouts) * LENGTH(pipelines); i++) {
        struct storage storage = layouts[i / LENGTH(pipelines)];
        storage.pipeline = pipelines[i % LENGTH(pipelines)];
        storage.partial_plain = true;
        if (pipeline_works(storage.pipeline)) {
            check(path.text, FORMAT_NEW, &storage, N_FRAMES, frames);
        }
    }
    free(frames);
}

/* Every third group of frames is left out. */
static void gives_the_fill_value_for_chunks_never_written(void **state) {
    (void)state;
    struct path path = scratch_path("gaps.rtdc");
    uint8_t *frames = make_frames(N_FRAMES, 4);
    for (size_t i = 0; i < LENGTH(layouts) * LENGTH(pipelines); i++) {
        struct storage storage = layouts[i / LENGTH(pipelines)];
        storage.pipeline = pipelines[i % LENGTH(pipelines)];
        storage.fill_value = (uint8_t)(i % 2 * 77);
        size_t step = storage.chunk[0];
        if (!pipeline_works(storage.pipeline)) {
            continue;
        }
        uint8_t *expected = malloc(N_FRAMES * FRAME_BYTES);
        memset(expected, storage.fill_value, N_FRAMES * FRAME_BYTES);
        hid_t file = create_file(path.text, i / 2 % 2 ? FORMAT_OLD : FORMAT_NEW);
        add_stack(file, &storage, N_FRAMES);
        for (size_t first = step; first < N_FRAMES; first += 3 * step) {
            size_t n = N_FRAMES - first < step ? N_FRAMES - first : step;
            put_frames(file, first, n, frames);
            memcpy(expected + first * FRAME_BYTES, frames + first * FRAME_BYTES, n * FRAME_BYTES);
        }
        close_file(file);
        assert_reads(path.text, &storage, N_FRAMES, expected);
        free(expected);
    }
    free(frames);
}

/* Noise does not shrink: LZF is then left out, and the chunk is stored as it is. */
static void reads_chunks_whose_filter_was_left_out(void **state) {
    (void)state;
    static const char *const with_lzf[] = {"lzf", "shuffle lzf", "lzf fletcher", "fletcher lzf"};
    static const hsize_t origin[3] = {11, 0, 0}; /* noise */
    struct path path = scratch_path("noise.rtdc");
    uint8_t *frames = make_frames(N_FRAMES, 9);
    for (size_t i = 0; i < LENGTH(with_lzf); i++) {
        struct storage storage = layouts[0];
        storage.pipeline = with_lzf[i];
        write_frames(path.text, FORMAT_OLD, &storage, N_FRAMES, frames);
        hsize_t n_bytes = 0;
        uint32_t filter_mask = 0;
        hid_t file = open_file(path.text), dataset = H5Dopen2(file, "events/image", H5P_DEFAULT);
        free(read_stored_chunk(dataset, origin, &n_bytes, &filter_mask));
        assert_true(n_bytes >= FRAME_BYTES && n_bytes <= FRAME_BYTES + 4);
        assert_int_equal(filter_mask, pipeline_mask(with_lzf[i], "lzf"));
        H5Dclose(dataset);
        close_file(file);
        assert_reads(path.text, &storage, N_FRAMES, frames);
    }
    free(frames);
}

/* Of pipelines that are left to HDF5, too. */
static void several_stacks_may_be_open_at_once(void **state) {
    (void)state;
    static const char *const some[] = {"lzf", "lzf", "zstd gzip", "zstd"};
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_stack stacks[LENGTH(some)];
    struct path paths[LENGTH(some)];
    hid_t files[LENGTH(some)];
    uint8_t *frames = make_frames(N_FRAMES, 10), *read = malloc(7 * FRAME_BYTES);
    for (size_t i = 0; i < LENGTH(some); i++) {
        struct storage storage = layouts[1];
        storage.pipeline = some[i];
        paths[i] = scratch_path("open-%zu.rtdc", i);
        write_frames(paths[i].text, FORMAT_OLD, &storage, N_FRAMES, frames);
        files[i] = open_file(paths[i].text);
        open_frames(files[i], paths[i].text, &stacks[i], &error);
    }
    for (uint64_t slab = 0; slab < N_FRAMES / 7 && error.status == SPARSEMED_OK; slab++) {
        for (size_t i = 0; i < LENGTH(some); i++) {
            sm_stack_read(&stacks[i], slab, read, &error);
            assert_memory_equal(read, frames + slab * 7 * FRAME_BYTES, 7 * FRAME_BYTES);
        }
    }
    for (size_t i = 0; i < LENGTH(some); i++) {
        sm_stack_close(&stacks[i]);
        close_file(files[i]);
    }
    free(read);
    free(frames);
    assert_string_equal(error.message, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        hdf5_test(reads_every_layout_through_every_pipeline),  hdf5_test(reads_what_has_no_chunks),
        hdf5_test(reads_partial_chunks_that_are_not_filtered), hdf5_test(reads_chunks_whose_filter_was_left_out),
        hdf5_test(several_stacks_may_be_open_at_once),         hdf5_test(gives_the_fill_value_for_chunks_never_written),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
