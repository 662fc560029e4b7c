#include "support/frame_files.h"

#include <stdlib.h>
#include <string.h>

#include "rtdc/hdf5/hdf5.h"
#include "support/demand.h"
#include "support/pipelines.h"
#include "support/random.h"
#include "support/scratch.h"

uint8_t *make_frames(size_t n, uint64_t seed) {
    struct rng rng = {seed};
    uint8_t *frames = malloc(n * FRAME_BYTES);
    assert_non_null(frames);
    for (size_t i = 0; i < n; i++) {
        bool noise = i % 16 >= 11;
        for (size_t j = 0; j < FRAME_BYTES; j++) {
            size_t smooth = 100 + j / WIDTH * 2 + i % 7 + rng_below(&rng, 3);
            frames[i * FRAME_BYTES + j] = (uint8_t)(noise ? rng_next(&rng) : smooth);
        }
    }
    return frames;
}

/* ---- writing ---- */

static hid_t creation_of(const struct storage *storage) {
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_layout(creation, storage->layout);
    if (storage->layout == H5D_CHUNKED) {
        assert_true(H5Pset_chunk(creation, 3, storage->chunk) >= 0);
        pipeline_add(creation, storage->pipeline);
    }
    if (storage->partial_plain) {
        assert_true(H5Pset_chunk_opts(creation, H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS) >= 0);
    }
    if (storage->early) {
        assert_true(H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY) >= 0);
    }
    if (storage->fill_value) {
        assert_true(H5Pset_fill_value(creation, H5T_NATIVE_UINT8, &storage->fill_value) >= 0);
    }
    return creation;
}

void add_stack(hid_t file, const struct storage *storage, size_t n) {
    const hsize_t extent[] = {n, HEIGHT, WIDTH};
    hsize_t most[] = {n, HEIGHT, WIDTH};
    for (int i = 0; i < storage->n_extensible; i++) {
        most[i] = H5S_UNLIMITED;
    }
    hid_t creation = creation_of(storage), space = H5Screate_simple(3, extent, most);
    add_group(file, "events");
    hid_t dataset = H5Dcreate2(file, "events/image", H5T_STD_U8LE, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    assert_true(dataset >= 0);
    H5Dclose(dataset);
    H5Pclose(creation);
    H5Sclose(space);
}

void put_frames(hid_t file, size_t first, size_t n, const uint8_t *frames) {
    const hsize_t origin[] = {first, 0, 0}, extent[] = {n, HEIGHT, WIDTH};
    hid_t dataset = H5Dopen2(file, "events/image", H5P_DEFAULT);
    hid_t memory = H5Screate_simple(3, extent, NULL), space = H5Dget_space(dataset);
    H5Sselect_hyperslab(space, H5S_SELECT_SET, origin, NULL, extent, NULL);
    assert_true(H5Dwrite(dataset, H5T_NATIVE_UINT8, memory, space, H5P_DEFAULT, frames + first * FRAME_BYTES) >= 0);
    H5Sclose(space);
    H5Sclose(memory);
    assert_true(H5Dclose(dataset) >= 0);
}

void write_frames(const char *path, enum format format, const struct storage *storage, size_t n,
                  const uint8_t *frames) {
    hid_t file = create_file(path, format);
    add_stack(file, storage, n);
    put_frames(file, 0, n, frames);
    close_file(file);
}

/* ---- reading ---- */

enum sparsemed_status open_frames(hid_t file, const char *file_name, struct sm_stack *stack,
                                  struct sparsemed_error *error) {
    hid_t dataset;
    *stack = (struct sm_stack){0};
    if (sm_hdf5_open_dataset(file, file_name, "events/image", &dataset, error) == SPARSEMED_OK) {
        sm_stack_open_dataset(dataset, file_name, "image", stack, error);
    }
    sm_hdf5_release(dataset);
    return error->status;
}

uint8_t *read_all_frames(struct sm_stack *stack) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    size_t slab_bytes = stack->slab_frames * stack->height * stack->width;
    uint8_t *frames = malloc(stack->n_slabs * slab_bytes);
    demand(frames, "make room for all frames");
    for (uint64_t slab = 0; slab < stack->n_slabs; slab++) {
        demand(sm_stack_read(stack, slab, frames + slab * slab_bytes, &error) == SPARSEMED_OK, "read a frame");
    }
    size_t image_bytes = stack->height * stack->width;
    memmove(frames, frames + stack->lead * image_bytes, stack->n_frames * image_bytes);
    return frames;
}

/* Bytes that the file has for the frames. */
static uint64_t count_stored(hid_t file) {
    hid_t dataset = H5Dopen2(file, "events/image", H5P_DEFAULT);
    uint64_t n_bytes = H5Dget_storage_size(dataset);
    H5Dclose(dataset);
    return n_bytes;
}

static void assert_slab(struct sm_stack *stack, uint64_t slab, const struct storage *storage, const uint8_t *expected) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    uint64_t first = slab * stack->slab_frames, left = stack->n_frames - first;
    size_t n_bytes = (left < stack->slab_frames ? left : stack->slab_frames) * FRAME_BYTES;
    uint8_t *frames = malloc(stack->slab_frames * FRAME_BYTES);
    assert_non_null(frames);
    memset(frames, 0x5a, stack->slab_frames * FRAME_BYTES);
    if (sm_stack_read(stack, slab, frames, &error) != SPARSEMED_OK) {
        fail_msg("%s: %s", storage->name, error.message);
    }
    if (memcmp(frames, expected + first * FRAME_BYTES, n_bytes) != 0) {
        fail_msg("%s | %s: slab %zu has other frames", storage->name, storage->pipeline, (size_t)slab);
    }
    free(frames);
}

void assert_reads(const char *path, const struct storage *storage, size_t n, const uint8_t *expected) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_stack stack;
    hid_t file = open_file(path);
    if (open_frames(file, path, &stack, &error) != SPARSEMED_OK) {
        fail_msg("%s | %s: %s", storage->name, storage->pipeline, error.message);
    }
    assert_int_equal(stack.n_frames, n);
    assert_int_equal(stack.height, HEIGHT);
    assert_int_equal(stack.width, WIDTH);
    assert_int_equal(stack.n_slabs, (n + stack.slab_frames - 1) / stack.slab_frames);
    if (storage->layout == H5D_CHUNKED) {
        assert_int_equal(stack.slab_frames, storage->chunk[0]);
    }
    assert_int_equal(stack.bytes_read, 0);
    for (uint64_t slab = stack.n_slabs; slab-- > 0;) {
        assert_slab(&stack, slab, storage, expected);
    }
    assert_int_equal(stack.bytes_decoded, n * FRAME_BYTES);
    assert_int_equal(stack.bytes_read, count_stored(file));
    sm_stack_close(&stack);
    close_file(file);
}

enum sparsemed_status try_frames(const char *path, struct sparsemed_error *error) {
    struct sm_stack stack;
    *error = SPARSEMED_NO_ERROR;
    hid_t file = open_file(path);
    if (open_frames(file, path, &stack, error) == SPARSEMED_OK) {
        uint8_t *frames = malloc(stack.slab_frames * FRAME_BYTES);
        assert_non_null(frames);
        for (uint64_t slab = 0; slab < stack.n_slabs && error->status == SPARSEMED_OK; slab++) {
            sm_stack_read(&stack, slab, frames, error);
        }
        free(frames);
    }
    sm_stack_close(&stack);
    close_file(file);
    if (error->status != SPARSEMED_OK && !strstr(error->message, path)) {
        fail_msg("the message does not name the file: %s", error->message);
    }
    return error->status;
}
