/* Which frame gets which image, against the plain form. */
#include <stdlib.h>
#include <string.h>

#include "core/axes.h"
#include "sparsemed/attribution.h"
#include "support/random.h"
#include "support/unit_test.h"

/* The image of every frame, one split point after the other. */
static int64_t *naive_map(const struct sparsemed_time_axis *axis, const bool *used, size_t n_steps, double split_time) {
    int64_t *map = allocate(axis->n_frames * sizeof *map);
    memset(map, 0, axis->n_frames * sizeof *map);
    size_t begin = 0;
    int64_t image = 0;
    for (size_t step = 0; step < n_steps; step++) {
        if (used[step]) {
            size_t end = naive_nearest_frame(axis, (double)step * split_time, split_time / 2);
            for (size_t frame = begin; frame < end; frame++) {
                map[frame] = image;
            }
            begin = end;
            image++;
        }
    }
    for (size_t frame = begin; frame < axis->n_frames; frame++) {
        map[frame] = image - 1;
    }
    return map;
}

static void assert_runs(const struct sparsemed_attribution *attribution, size_t n_frames, size_t n_images) {
    assert_true(attribution->n_runs >= 1);
    assert_int_equal(attribution->run[0].first_frame, 0);
    for (size_t r = 0; r < attribution->n_runs; r++) {
        assert_true(attribution->run[r].first_frame < n_frames);
        assert_true(attribution->run[r].image < n_images);
        assert_true(r == 0 || attribution->run[r - 1].first_frame < attribution->run[r].first_frame);
    }
}

/* Write some frames out; what lies around them must stay. */
static void assert_map(const struct sparsemed_attribution *attribution, const int64_t *expected, size_t first,
                       size_t n) {
    enum { UNTOUCHED = -77 };
    int64_t *map = allocate((n + 2) * sizeof *map);
    for (size_t i = 0; i < n + 2; i++) {
        map[i] = UNTOUCHED;
    }
    sparsemed_attribution_map(attribution, first, n, map + 1);
    assert_int_equal(map[0], UNTOUCHED);
    assert_int_equal(map[n + 1], UNTOUCHED);
    for (size_t i = 0; i < n; i++) {
        if (map[i + 1] != expected[first + i]) {
            fail_msg("frame %zu has image %lld, not %lld", first + i, (long long)map[i + 1],
                     (long long)expected[first + i]);
        }
    }
    free(map);
}

static void compare(struct rng *rng, const struct sparsemed_time_axis *axis, double split_time, size_t keep_of_ten) {
    struct sparsemed_attribution attribution;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    size_t n_steps;
    assert_int_equal(sparsemed_count_steps(axis, split_time, &n_steps, &error), SPARSEMED_OK);
    struct sparsemed_cleansing cleansing = {.used = allocate(n_steps)};
    for (size_t i = 0; i < n_steps; i++) {
        cleansing.used[i] = rng_below(rng, 10) < keep_of_ten;
    }
    cleansing.used[rng_below(rng, n_steps)] = true;
    for (size_t i = 0; i < n_steps; i++) {
        cleansing.n_kept += cleansing.used[i];
    }
    int64_t *expected = naive_map(axis, cleansing.used, n_steps, split_time);
    assert_int_equal(sparsemed_attribute_frames(axis, &cleansing, n_steps, split_time, &attribution, &error),
                     SPARSEMED_OK);
    assert_runs(&attribution, axis->n_frames, cleansing.n_kept);
    assert_map(&attribution, expected, 0, axis->n_frames);
    assert_map(&attribution, expected, axis->n_frames - 1, 1);
    for (int i = 0; i < 10; i++) {
        size_t first = rng_below(rng, axis->n_frames);
        assert_map(&attribution, expected, first, rng_below(rng, axis->n_frames - first + 1));
    }
    sparsemed_attribution_free(&attribution);
    free(expected);
    free(cleansing.used);
}

static void agrees_with_the_plain_form(void **state) {
    (void)state;
    static const size_t keep_of_ten[] = {10, 8, 8, 5, 1, 0};
    struct rng rng = {51};
    for (int round = 0; round < 100 * N_AXIS_KINDS; round++) {
        struct sparsemed_time_axis axis;
        random_axis(&rng, (enum axis_kind)(round % N_AXIS_KINDS), 2 + rng_below(&rng, 300), &axis);
        for (int i = 0; i < 3; i++) {
            double split_time = axis.duration / (0.3 + 60 * rng_unit(&rng));
            compare(&rng, &axis, split_time, keep_of_ten[rng_below(&rng, sizeof keep_of_ten / sizeof *keep_of_ten)]);
        }
        sparsemed_time_axis_free(&axis);
    }
}

static void assert_expected_runs(const double *times, size_t n_frames, bool *used, size_t n_kept, size_t n_steps,
                                 const struct sparsemed_frame_run *runs, size_t n_runs) {
    struct sparsemed_time_axis axis;
    struct sparsemed_attribution attribution;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    const struct sparsemed_cleansing cleansing = {.used = used, .n_kept = n_kept};
    assert_int_equal(sparsemed_time_axis_from_times(times, SPARSEMED_FLOAT64, n_frames, &axis, &error), SPARSEMED_OK);
    assert_int_equal(sparsemed_attribute_frames(&axis, &cleansing, n_steps, 1, &attribution, &error), SPARSEMED_OK);
    assert_int_equal(attribution.n_runs, n_runs);
    for (size_t r = 0; r < n_runs; r++) {
        assert_int_equal(attribution.run[r].first_frame, runs[r].first_frame);
        assert_int_equal(attribution.run[r].image, runs[r].image);
    }
    sparsemed_attribution_free(&attribution);
    sparsemed_attribution_free(&attribution); /* nothing is left, which is fine */
    sparsemed_time_axis_free(&axis);
}

/* Four frames a second: an image serves until half a step after its split point, from where the one before it ended.
 * Where images are missing that is far back, as in the method. */
static void images_serve_until_half_a_step_later(void **state) {
    (void)state;
    double times[20];
    for (int i = 0; i < 20; i++) {
        times[i] = i / 4.0;
    }
    bool all[] = {true, true, true, true, true}, some[] = {false, true, true, false, true}, last[5] = {0};
    last[4] = true;
    const struct sparsemed_frame_run of_all[] = {{0, 0}, {2, 1}, {6, 2}, {10, 3}, {14, 4}};
    const struct sparsemed_frame_run of_some[] = {{0, 0}, {6, 1}, {10, 2}};
    const struct sparsemed_frame_run of_last[] = {{0, 0}};
    assert_expected_runs(times, 20, all, 5, 5, of_all, 5);
    assert_expected_runs(times, 20, some, 3, 5, of_some, 3);
    assert_expected_runs(times, 20, last, 1, 5, of_last, 1);
}

/* Where time jumps back, a later image overwrites the frames of an earlier one. Computed with NumPy. */
static void later_images_overwrite(void **state) {
    (void)state;
    const double times[] = {0, 3, 2, 1.5, 1, 3.5, 0.5, 2, 2.5, 4};
    bool used[] = {true, true, true, true};
    const struct sparsemed_frame_run runs[] = {{0, 0}, {3, 2}, {5, 3}};
    assert_expected_runs(times, 10, used, 4, 4, runs, sizeof runs / sizeof *runs);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_the_plain_form),
        cmocka_unit_test(images_serve_until_half_a_step_later),
        cmocka_unit_test(later_images_overwrite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
