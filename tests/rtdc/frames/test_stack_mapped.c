/* Stacks that show rows of others: the right frames in any order, and no chunk decoded more often than told. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/frames/stack.h"
#include "support/frame_files.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"
#include "support/random.h"

enum { N_FRAMES = 83, CHUNK = 7, N_CHUNKS = 12 };

static const struct storage storages[] = {
    {.name = "whole", .layout = H5D_CHUNKED, .chunk = {CHUNK, HEIGHT, WIDTH}, .n_extensible = 1, .pipeline = "zstd"},
    {.name = "tiles", .layout = H5D_CHUNKED, .chunk = {CHUNK, 8, 25}, .n_extensible = 1, .pipeline = "gzip fletcher"},
    {.name = "plain", .layout = H5D_CONTIGUOUS, .pipeline = ""},
};

/* ---- helpers ---- */

/* Frames decoded when all slabs of the source that a map needs are decoded once. */
static uint64_t count_needed(const struct sm_stack *source, const uint64_t *map, size_t n) {
    uint64_t n_frames = 0;
    for (uint64_t slab = 0; slab < source->n_slabs; slab++) {
        uint64_t first = slab * source->slab_frames, left = source->n_frames - first;
        for (size_t i = 0; i < n; i++) {
            if (map[i] / source->slab_frames == slab) {
                n_frames += left < source->slab_frames ? left : source->slab_frames;
                break;
            }
        }
    }
    return n_frames;
}

/* Read all slabs through a map in their order. Returns how many frames were decoded; needed receives how many are in
 * the slabs of the source that the map needs. */
static uint64_t read_through(const struct storage *storage, const uint64_t *map, size_t n, uint64_t *needed) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct path path = scratch_path("stack.rtdc");
    struct sm_stack stack;
    uint8_t *frames = make_frames(N_FRAMES, 1);
    write_frames(path.text, FORMAT_OLD, storage, N_FRAMES, frames);
    hid_t file = open_file(path.text);
    assert_int_equal(open_frames(file, path.text, &stack, &error), SPARSEMED_OK);
    *needed = count_needed(&stack, map, n);
    assert_int_equal(sm_stack_map(&stack, map, n, &error), SPARSEMED_OK);
    assert_int_equal(stack.n_frames, n);
    assert_int_equal(stack.n_slabs, (n + stack.slab_frames - 1) / stack.slab_frames);
    uint8_t *read = malloc(stack.slab_frames * FRAME_BYTES);
    assert_non_null(read);
    for (uint64_t slab = 0; slab < stack.n_slabs; slab++) {
        assert_int_equal(sm_stack_read(&stack, slab, read, &error), SPARSEMED_OK);
        for (size_t i = 0; i < stack.slab_frames && slab * stack.slab_frames + i < n; i++) {
            uint64_t row = map[slab * stack.slab_frames + i];
            assert_memory_equal(read + i * FRAME_BYTES, frames + row * FRAME_BYTES, FRAME_BYTES);
        }
    }
    assert_int_equal(stack.bytes_decoded % FRAME_BYTES, 0);
    uint64_t n_decoded = stack.bytes_decoded / FRAME_BYTES;
    free(read);
    sm_stack_close(&stack);
    close_file(file);
    free(frames);
    return n_decoded;
}

static void assert_decoded_once(const struct storage *storage, const uint64_t *map, size_t n) {
    uint64_t needed, n_decoded = read_through(storage, map, n, &needed);
    assert_int_equal(n_decoded, needed);
}

/* ---- tests ---- */

static void ascending_maps_decode_each_needed_chunk_once(void **state) {
    (void)state;
    uint64_t map[N_FRAMES * 3];
    for (size_t i = 0; i < LENGTH(storages); i++) {
        for (uint64_t step = 1; step <= 20; step += step < 4 ? 1 : 5) { /* from all rows to one of twenty */
            size_t n = 0;
            for (uint64_t row = step / 2; row < N_FRAMES; row += step) {
                map[n++] = row;
            }
            assert_decoded_once(&storages[i], map, n);
        }
        for (size_t j = 0; j < LENGTH(map); j++) { /* each row three times */
            map[j] = j / 3;
        }
        assert_decoded_once(&storages[i], map, LENGTH(map));
    }
}

static void one_row_is_enough(void **state) {
    (void)state;
    uint64_t map[1];
    for (map[0] = 0; map[0] < N_FRAMES; map[0] += 41) {
        assert_decoded_once(&storages[0], map, 1);
    }
    uint64_t repeated[50];
    for (size_t i = 0; i < LENGTH(repeated); i++) {
        repeated[i] = N_FRAMES - 1;
    }
    assert_decoded_once(&storages[0], repeated, LENGTH(repeated));
}

/* For every slab that is read, each slab of the source once. */
static void descending_maps_decode_at_most_two_chunks_a_slab(void **state) {
    (void)state;
    uint64_t map[N_FRAMES], needed;
    for (size_t i = 0; i < N_FRAMES; i++) {
        map[i] = N_FRAMES - 1 - i;
    }
    for (size_t i = 0; i < LENGTH(storages); i++) {
        uint64_t n_decoded = read_through(&storages[i], map, N_FRAMES, &needed);
        assert_int_equal(needed, N_FRAMES);
        assert_true(n_decoded >= N_FRAMES && n_decoded <= 2 * N_FRAMES);
    }
}

static void maps_in_no_order_decode_no_chunk_twice_a_slab(void **state) {
    (void)state;
    struct rng rng = {3};
    uint64_t map[2 * N_FRAMES + 5], needed;
    for (size_t i = 0; i < LENGTH(map); i++) {
        map[i] = rng_below(&rng, N_FRAMES);
    }
    for (size_t i = 0; i < 2; i++) { /* those with slabs of a chunk */
        uint64_t n_decoded = read_through(&storages[i], map, LENGTH(map), &needed), most = 0;
        for (size_t first = 0; first < LENGTH(map); first += CHUNK) {
            size_t left = LENGTH(map) - first;
            bool seen[N_CHUNKS] = {false};
            for (size_t j = first; j < first + (left < CHUNK ? left : CHUNK); j++) {
                uint64_t chunk = map[j] / CHUNK, n_rows = N_FRAMES - chunk * CHUNK;
                most += seen[chunk] ? 0 : n_rows < CHUNK ? n_rows : CHUNK;
                seen[chunk] = true;
            }
        }
        assert_true(n_decoded >= needed && n_decoded <= most);
    }
}

/* A slab may be read again, and out of order; a chunk that is damaged is told each time. */
static void slabs_may_be_read_in_any_order(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct path path = scratch_path("stack.rtdc");
    struct sm_stack stack;
    uint64_t map[N_FRAMES];
    for (size_t i = 0; i < N_FRAMES; i++) {
        map[i] = i * 5 % N_FRAMES;
    }
    uint8_t *frames = make_frames(N_FRAMES, 2), read[CHUNK * FRAME_BYTES];
    write_frames(path.text, FORMAT_NEW, &storages[0], N_FRAMES, frames);
    hid_t file = open_file(path.text);
    assert_int_equal(open_frames(file, path.text, &stack, &error), SPARSEMED_OK);
    assert_int_equal(sm_stack_map(&stack, map, N_FRAMES, &error), SPARSEMED_OK);
    for (uint64_t i = 0; i < 3 * N_CHUNKS; i++) {
        uint64_t slab = i * 7 % N_CHUNKS;
        assert_int_equal(sm_stack_read(&stack, slab, read, &error), SPARSEMED_OK);
        assert_memory_equal(read, frames + map[slab * CHUNK] * FRAME_BYTES, FRAME_BYTES);
    }
    sm_stack_close(&stack);
    close_file(file);
    free(frames);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(ascending_maps_decode_each_needed_chunk_once),
        tidy_test(one_row_is_enough),
        tidy_test(descending_maps_decode_at_most_two_chunks_a_slab),
        tidy_test(maps_in_no_order_decode_no_chunk_twice_a_slab),
        tidy_test(slabs_may_be_read_in_any_order),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
