/* Windows of the split points, against a plain search. */
#include <string.h>

#include "core/axes.h"
#include "sparsemed/windows.h"
#include "support/random.h"
#include "support/unit_test.h"

static void assert_windows(const struct sparsemed_time_axis *axis, int64_t kernel_size, double split_time) {
    struct sparsemed_windows windows;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    size_t n_steps;
    assert_int_equal(sparsemed_count_steps(axis, split_time, &n_steps, &error), SPARSEMED_OK);
    assert_int_equal(sparsemed_windows_build(axis, kernel_size, split_time, &windows, &error), SPARSEMED_OK);
    size_t kernel = (uint64_t)kernel_size < axis->n_frames ? (size_t)kernel_size : axis->n_frames;
    assert_int_equal(windows.kernel_size, kernel);
    assert_int_equal(windows.n_steps, n_steps);
    assert_true(windows.n_windows >= 1 && windows.n_windows <= n_steps);
    size_t n_used = 0; /* windows that a split point refers to: all of them, as n_windows is shown to be below */
    for (size_t i = 0; i < n_steps; i++) {
        size_t start = naive_nearest_frame(axis, sparsemed_step_time(i, split_time), 0);
        size_t stop = start + kernel;
        if (stop >= axis->n_frames) {
            start = axis->n_frames - kernel;
        }
        assert_true(windows.window_of_step[i] < windows.n_windows);
        assert_int_equal(windows.start[windows.window_of_step[i]], start);
        bool first_use = true;
        for (size_t j = 0; j < i && first_use; j++) {
            first_use = windows.window_of_step[j] != windows.window_of_step[i];
        }
        n_used += first_use;
    }
    assert_int_equal(n_used, windows.n_windows);
    for (size_t i = 1; i < windows.n_windows; i++) {
        assert_true(windows.start[i - 1] < windows.start[i]);
    }
    sparsemed_windows_free(&windows);
}

static void agree_with_a_plain_search(void **state) {
    (void)state;
    static const int64_t kernels[] = {1, 2, 7, 60, 200, INT64_MAX};
    struct rng rng = {31};
    for (int round = 0; round < 60 * N_AXIS_KINDS; round++) {
        struct sparsemed_time_axis axis;
        random_axis(&rng, (enum axis_kind)(round % N_AXIS_KINDS), 2 + rng_below(&rng, 300), &axis);
        double split_time = axis.duration / (0.3 + 150 * rng_unit(&rng));
        assert_windows(&axis, kernels[rng_below(&rng, sizeof kernels / sizeof *kernels)], split_time);
        assert_windows(&axis, (int64_t)(1 + rng_below(&rng, axis.n_frames + 2)), split_time);
        sparsemed_time_axis_free(&axis);
    }
}

/* Ten frames a second, one second a step. */
static void are_clamped_at_the_end(void **state) {
    (void)state;
    double times[50];
    for (int i = 0; i < 50; i++) {
        times[i] = i / 10.0;
    }
    struct sparsemed_time_axis axis;
    struct sparsemed_windows windows;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sparsemed_time_axis_from_times(times, SPARSEMED_FLOAT64, 50, &axis, &error), SPARSEMED_OK);
    assert_int_equal(sparsemed_windows_build(&axis, 25, 1, &windows, &error), SPARSEMED_OK);
    const size_t start[] = {0, 10, 20, 25};
    const uint32_t window_of_step[] = {0, 1, 2, 3, 3};
    assert_int_equal(windows.kernel_size, 25);
    assert_int_equal(windows.n_steps, 5);
    assert_int_equal(windows.n_windows, 4);
    assert_memory_equal(windows.start, start, sizeof start);
    assert_memory_equal(windows.window_of_step, window_of_step, sizeof window_of_step);
    sparsemed_windows_free(&windows);
    assert_int_equal(sparsemed_windows_build(&axis, 51, 1, &windows, &error), SPARSEMED_OK);
    assert_int_equal(windows.kernel_size, 50);
    assert_int_equal(windows.n_steps, 5);
    assert_int_equal(windows.n_windows, 1);
    assert_int_equal(windows.start[0], 0);
    sparsemed_windows_free(&windows);
    sparsemed_windows_free(&windows); /* nothing is left, which is fine */
    sparsemed_time_axis_free(&axis);
}

/* A pause without frames: its split points share two windows. */
static void are_listed_once(void **state) {
    (void)state;
    const double times[] = {0, 0.5, 100, 100.5, 101};
    struct sparsemed_time_axis axis;
    struct sparsemed_windows windows;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sparsemed_time_axis_from_times(times, SPARSEMED_FLOAT64, 5, &axis, &error), SPARSEMED_OK);
    assert_int_equal(sparsemed_windows_build(&axis, 2, 1, &windows, &error), SPARSEMED_OK);
    const size_t start[] = {0, 1, 2};
    assert_int_equal(windows.n_steps, 101);
    assert_int_equal(windows.n_windows, 3);
    assert_memory_equal(windows.start, start, sizeof start);
    assert_int_equal(windows.window_of_step[0], 0);
    for (size_t i = 1; i < 101; i++) { /* second 50 is nearer to 0.5 than to 100 */
        assert_int_equal(windows.window_of_step[i], i <= 50 ? 1 : 2);
    }
    sparsemed_windows_free(&windows);
    sparsemed_time_axis_free(&axis);
}

static void too_many_steps_are_refused(void **state) {
    (void)state;
    const double times[] = {0, 0.5, 1};
    static const double split_times[] = {1e-9, 1e-300, 9.9e-9};
    struct sparsemed_time_axis axis;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sparsemed_time_axis_from_times(times, SPARSEMED_FLOAT64, 3, &axis, &error), SPARSEMED_OK);
    for (size_t i = 0; i < sizeof split_times / sizeof *split_times; i++) {
        struct sparsemed_windows windows;
        error = SPARSEMED_NO_ERROR;
        assert_int_equal(sparsemed_windows_build(&axis, 2, split_times[i], &windows, &error), SPARSEMED_INPUT);
        assert_int_equal(error.status, SPARSEMED_INPUT);
        assert_true(strlen(error.message) > 0);
        sparsemed_windows_free(&windows);
    }
    sparsemed_time_axis_free(&axis);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agree_with_a_plain_search),
        cmocka_unit_test(are_clamped_at_the_end),
        cmocka_unit_test(are_listed_once),
        cmocka_unit_test(too_many_steps_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
