/* Stacks that show a slice: the right frames at their places, no chunk that has none of them, and none twice. */
#include <stdlib.h>
#include <string.h>

#include "rtdc/frames/stack.h"
#include "support/frame_files.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"

enum { N_FRAMES = 83, CHUNK = 12 };

static const struct storage storages[] = {
    {.name = "whole", .layout = H5D_CHUNKED, .chunk = {CHUNK, HEIGHT, WIDTH}, .n_extensible = 1, .pipeline = "zstd"},
    {.name = "tiles", .layout = H5D_CHUNKED, .chunk = {CHUNK, 8, 25}, .n_extensible = 1, .pipeline = "gzip fletcher"},
    {.name = "single", .layout = H5D_CHUNKED, .chunk = {1, HEIGHT, WIDTH}, .n_extensible = 1, .pipeline = ""},
    {.name = "one", .layout = H5D_CHUNKED, .chunk = {100, HEIGHT, WIDTH}, .n_extensible = 1, .pipeline = "zstd"},
    {.name = "plain", .layout = H5D_CONTIGUOUS, .pipeline = ""},
};

/* ---- helpers ---- */

struct opened {
    hid_t file;
    struct path path; /* borrowed by the stack */
    struct sm_stack stack;
    uint8_t *frames; /* [N_FRAMES] */
};

static void set_up(const struct storage *storage, struct opened *opened) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    opened->path = scratch_path("stack.rtdc");
    opened->frames = make_frames(N_FRAMES, 1);
    write_frames(opened->path.text, FORMAT_NEW, storage, N_FRAMES, opened->frames);
    opened->file = open_file(opened->path.text);
    assert_int_equal(open_frames(opened->file, opened->path.text, &opened->stack, &error), SPARSEMED_OK);
}

static void tear_down(struct opened *opened) {
    sm_stack_close(&opened->stack);
    close_file(opened->file);
    free(opened->frames);
}

/* Frames in the slabs of a stack that have frames of a slice. */
static uint64_t count_needed(const struct sm_stack *stack, const struct sm_slice *slice) {
    uint64_t n_frames = 0, counted = UINT64_MAX;
    for (uint64_t i = 0; i < slice->n; i++) {
        uint64_t slab = (slice->first + i * slice->step) / stack->slab_frames;
        if (slab != counted) {
            n_frames += sm_stack_slab_first(stack, slab + 1) - sm_stack_slab_first(stack, slab);
            counted = slab;
        }
    }
    return n_frames;
}

/* Slabs must follow each other without a gap, and each frame be at its place. Takes the slice of an open stack. */
static void assert_shows(struct opened *opened, const struct sm_slice *slice) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_stack *stack = &opened->stack;
    uint64_t needed = count_needed(stack, slice), frame = 0;
    assert_int_equal(sm_stack_slice(stack, slice, &error), SPARSEMED_OK);
    assert_int_equal(stack->n_frames, slice->n);
    assert_true(stack->lead < stack->slab_frames);
    uint8_t *read = malloc(stack->slab_frames * FRAME_BYTES);
    assert_non_null(read);
    for (uint64_t slab = 0; slab < stack->n_slabs; slab++) {
        assert_int_equal(sm_stack_slab_first(stack, slab), frame);
        assert_int_equal(sm_stack_read(stack, slab, read, &error), SPARSEMED_OK);
        for (; frame < slice->n && sm_stack_slab(stack, frame) == slab; frame++) {
            assert_memory_equal(read + sm_stack_place(stack, frame) * FRAME_BYTES,
                                opened->frames + (slice->first + frame * slice->step) * FRAME_BYTES, FRAME_BYTES);
        }
        assert_int_equal(sm_stack_slab_first(stack, slab + 1), frame);
    }
    assert_int_equal(frame, slice->n);
    assert_int_equal(stack->bytes_decoded, needed * FRAME_BYTES);
    free(read);
}

static void try_slice(const struct storage *storage, uint64_t first, uint64_t step, uint64_t n) {
    const struct sm_slice slice = {N_FRAMES, first, step, n};
    struct opened opened;
    set_up(storage, &opened);
    assert_shows(&opened, &slice);
    tear_down(&opened);
}

/* ---- tests ---- */

static void show_their_frames(void **state) {
    (void)state;
    static const uint64_t steps[] = {1, 2, 3, 5, 6, 12, 13, 24, 40};
    for (size_t i = 0; i < LENGTH(storages); i++) {
        for (size_t j = 0; j < LENGTH(steps); j++) {
            for (uint64_t first = 0; first < N_FRAMES; first += 29) {
                uint64_t most = (N_FRAMES - first - 1) / steps[j] + 1;
                try_slice(&storages[i], first, steps[j], most);
                try_slice(&storages[i], first, steps[j], (most + 1) / 2);
                try_slice(&storages[i], first, steps[j], 1);
            }
        }
    }
}

/* Where steps fit into a chunk, slabs are chunks: what several ranks divide among them is decoded by one only. */
static void have_the_slabs_of_the_stack(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    for (uint64_t step = 1; step <= CHUNK; step++) {
        const struct sm_slice slice = {N_FRAMES, 31, step, (N_FRAMES - 31 - 1) / step + 1};
        struct opened opened;
        set_up(&storages[0], &opened);
        assert_int_equal(sm_stack_slice(&opened.stack, &slice, &error), SPARSEMED_OK);
        for (uint64_t frame = 1; CHUNK % step == 0 && frame < slice.n; frame++) {
            bool same_chunk = (slice.first + frame * step) / CHUNK == (slice.first + (frame - 1) * step) / CHUNK;
            bool same_slab = sm_stack_slab(&opened.stack, frame) == sm_stack_slab(&opened.stack, frame - 1);
            assert_int_equal(same_slab, same_chunk);
        }
        tear_down(&opened);
    }
}

static void may_be_of_mapped_frames(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    uint64_t map[N_FRAMES];
    for (size_t i = 0; i < N_FRAMES; i++) {
        map[i] = i * 5 % N_FRAMES;
    }
    for (uint64_t step = 1; step < 15; step += 4) {
        const struct sm_slice slice = {N_FRAMES, 9, step, 5};
        struct opened opened;
        set_up(&storages[0], &opened);
        assert_int_equal(sm_stack_map(&opened.stack, map, N_FRAMES, &error), SPARSEMED_OK);
        assert_int_equal(sm_stack_slice(&opened.stack, &slice, &error), SPARSEMED_OK);
        uint8_t *read = read_all_frames(&opened.stack);
        for (uint64_t i = 0; i < slice.n; i++) {
            assert_memory_equal(read + i * FRAME_BYTES, opened.frames + map[9 + i * step] * FRAME_BYTES, FRAME_BYTES);
        }
        free(read);
        tear_down(&opened);
    }
}

/* Slabs may be read again, and out of order. */
static void slabs_may_be_read_in_any_order(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    const struct sm_slice slice = {N_FRAMES, 7, 5, 15};
    struct opened opened;
    set_up(&storages[0], &opened);
    assert_int_equal(sm_stack_slice(&opened.stack, &slice, &error), SPARSEMED_OK);
    uint8_t *read = malloc(opened.stack.slab_frames * FRAME_BYTES);
    for (uint64_t i = 0; i < 3 * opened.stack.n_slabs; i++) {
        uint64_t slab = i * 2 % opened.stack.n_slabs, frame = sm_stack_slab_first(&opened.stack, slab);
        assert_int_equal(sm_stack_read(&opened.stack, slab, read, &error), SPARSEMED_OK);
        assert_memory_equal(read + sm_stack_place(&opened.stack, frame) * FRAME_BYTES,
                            opened.frames + (7 + frame * 5) * FRAME_BYTES, FRAME_BYTES);
    }
    free(read);
    tear_down(&opened);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(show_their_frames),
        tidy_test(have_the_slabs_of_the_stack),
        tidy_test(may_be_of_mapped_frames),
        tidy_test(slabs_may_be_read_in_any_order),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
