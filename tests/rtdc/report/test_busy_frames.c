/* Which frames are chosen to be shown, and how they are drawn. The frames are in memory. */
#include <math.h>
#include <string.h>

#include "rtdc/report/busy_frames.h"
#include "support/hdf5_test.h"
#include "support/unit_test.h"

enum { N_FRAMES = 60, SLAB = 5, WIDTH = 4, HEIGHT = 3, N_PIXELS = WIDTH * HEIGHT };

static uint8_t frames[N_FRAMES][N_PIXELS], images[2][N_PIXELS];
static uint64_t map[N_FRAMES];
static double offsets[N_FRAMES];
static uint64_t damaged_slab; /* of the frames; UINT64_MAX: none */

static enum sparsemed_status read_memory(struct sm_stack *stack, uint64_t slab, uint8_t *values,
                                         struct sparsemed_error *error) {
    const uint8_t *all = stack->state;
    if (stack->state == frames && slab == damaged_slab) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "damaged");
    }
    uint64_t first = slab * stack->slab_frames, end = first + stack->slab_frames;
    end = end < stack->n_frames ? end : stack->n_frames;
    memcpy(values, all + first * N_PIXELS, (end - first) * N_PIXELS);
    return SPARSEMED_OK;
}

static void close_memory(void *state) {
    (void)state;
}

static const struct sm_stack_kind memory_kind = {read_memory, close_memory};

static struct sm_stack stack_of(void *values, uint64_t n_frames) {
    return (struct sm_stack){.n_frames = n_frames,
                             .n_slabs = (n_frames + SLAB - 1) / SLAB,
                             .height = HEIGHT,
                             .width = WIDTH,
                             .slab_frames = SLAB,
                             .kind = &memory_kind,
                             .state = values};
}

/* A measurement in which nothing passes: the second half is brighter, and so is its image. */
static struct sm_exhibit make_exhibit(void) {
    damaged_slab = UINT64_MAX;
    memset(images[0], 100, N_PIXELS);
    memset(images[1], 120, N_PIXELS);
    for (size_t j = 0; j < N_FRAMES; j++) {
        map[j] = j >= N_FRAMES / 2;
        offsets[j] = j % 3 == 0 ? 2 : 0;
        memset(frames[j], 100 + (int)(20 * map[j] + (uint64_t)offsets[j]), N_PIXELS);
    }
    struct sm_exhibit exhibit = {.file = H5I_INVALID_HID,
                                 .background = SM_NO_FEATURE,
                                 .images = stack_of(images, 2),
                                 .n_frames = N_FRAMES,
                                 .offsets = offsets,
                                 .has_frames = true,
                                 .input = SM_NO_INPUT};
    exhibit.background.map = map;
    exhibit.input.stack = stack_of(frames, N_FRAMES);
    return exhibit;
}

static void the_busiest_come_first(void **state) {
    (void)state;
    struct sm_exhibit exhibit = make_exhibit();
    struct sm_busy_frames busy;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    frames[7][3] += 40; /* two of one slab, of which the busier counts */
    frames[8][3] += 50;
    frames[33][0] += 90;
    frames[50][5] -= 60;
    frames[21][5] += 10;
    assert_int_equal(sm_busy_frames_find(&exhibit, 1000, &busy, &error), SPARSEMED_OK);
    assert_int_equal(busy.n_looked_at, N_FRAMES);
    assert_int_equal(busy.n, 3);
    assert_int_equal(busy.list[0].frame, 33);
    assert_int_equal(busy.list[1].frame, 50);
    assert_int_equal(busy.list[2].frame, 8);
    assert_true(fabs(busy.list[0].difference - 90.0 * 90 / N_PIXELS) < 1e-9);
}

static void offsets_do_not_make_a_frame_busy(void **state) {
    (void)state;
    struct sm_exhibit exhibit = make_exhibit();
    struct sm_busy_frames busy;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    frames[4][0] += 6; /* less than the offsets of others would be */
    assert_int_equal(sm_busy_frames_find(&exhibit, 1000, &busy, &error), SPARSEMED_OK);
    assert_int_equal(busy.list[0].frame, 4);
    assert_true(busy.list[1].difference == 0);
}

static void some_slabs_stand_for_all(void **state) {
    (void)state;
    struct sm_exhibit exhibit = make_exhibit();
    struct sm_busy_frames busy;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_busy_frames_find(&exhibit, 2, &busy, &error), SPARSEMED_OK);
    assert_int_equal(busy.n_looked_at, 2 * SLAB);
    assert_int_equal(busy.n, 2);
    assert_int_equal(busy.list[0].frame / (N_FRAMES / 2) + busy.list[1].frame / (N_FRAMES / 2),
                     1); /* one of each half */
}

static void damage_is_told(void **state) {
    (void)state;
    struct sm_exhibit exhibit = make_exhibit();
    struct sm_busy_frames busy;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    damaged_slab = 6;
    assert_int_equal(sm_busy_frames_find(&exhibit, 1000, &busy, &error), SPARSEMED_INPUT);
    assert_string_equal(error.message, "damaged");
}

static void no_frames_are_told(void **state) {
    (void)state;
    struct sm_exhibit exhibit = make_exhibit();
    struct sm_busy_frames busy;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    exhibit.has_frames = false;
    sparsemed_fail(&exhibit.why_no_frames, SPARSEMED_INPUT, "they are gone");
    assert_int_equal(sm_busy_frames_find(&exhibit, 1, &busy, &error), SPARSEMED_INPUT);
    assert_string_equal(error.message, "they are gone");
    assert_int_equal(busy.n, 0);
}

static void differences_are_drawn_about_grey(void **state) {
    (void)state;
    struct sm_exhibit exhibit = make_exhibit();
    struct sm_corrected_frame drawn;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    frames[33][0] = 255; /* its offset is 2, and its image 120 */
    frames[33][1] = 0;
    assert_int_equal(sm_corrected_frame_draw(&exhibit, 33, &drawn, &error), SPARSEMED_OK);
    assert_memory_equal(drawn.recorded.pixels, frames[33], N_PIXELS);
    assert_memory_equal(drawn.background.pixels, images[1], N_PIXELS);
    assert_int_equal(drawn.corrected.pixels[0], 255); /* cut */
    assert_int_equal(drawn.corrected.pixels[1], 128 - 120);
    assert_int_equal(drawn.corrected.pixels[2], 130);
    assert_int_equal(drawn.levelled.pixels[1], 128 - 120 - 2);
    assert_int_equal(drawn.levelled.pixels[2], 128);
    sm_corrected_frame_free(&drawn);
}

static void an_offset_that_is_no_number_is_none(void **state) {
    (void)state;
    struct sm_exhibit exhibit = make_exhibit();
    struct sm_corrected_frame drawn;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    offsets[33] = NAN;
    assert_int_equal(sm_corrected_frame_draw(&exhibit, 33, &drawn, &error), SPARSEMED_OK);
    assert_memory_equal(drawn.corrected.pixels, drawn.levelled.pixels, N_PIXELS);
    sm_corrected_frame_free(&drawn);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(the_busiest_come_first),
        tidy_test(offsets_do_not_make_a_frame_busy),
        tidy_test(some_slabs_stand_for_all),
        tidy_test(damage_is_told),
        tidy_test(no_frames_are_told),
        tidy_test(differences_are_drawn_about_grey),
        tidy_test(an_offset_that_is_no_number_is_none),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
