/* Making time axes and counting their split points. Values in hexadecimal were computed with NumPy. */
#include <math.h>
#include <string.h>

#include "sparsemed/time_axis.h"
#include "support/bits.h"
#include "support/random.h"
#include "support/unit_test.h"

static void assert_times(const struct sparsemed_time_axis *axis, const double *expected, size_t n_frames) {
    assert_int_equal(axis->n_frames, n_frames);
    for (size_t i = 0; i < n_frames; i++) {
        assert_same_double(axis->time[i], expected[i]);
    }
    assert_same_double(axis->duration, expected[n_frames - 1]);
}

/* The outcome of an axis that must be refused; what was allocated is released either way. */
static void assert_refused(enum sparsemed_status status, struct sparsemed_time_axis *axis,
                           const struct sparsemed_error *error) {
    assert_int_equal(status, SPARSEMED_INPUT);
    assert_int_equal(error->status, SPARSEMED_INPUT);
    assert_true(strlen(error->message) > 0);
    sparsemed_time_axis_free(axis);
}

/* ---- time stamps ---- */

static void subtracts_float32_in_float32(void **state) {
    (void)state;
    const float times[] = {1000.1f, 1000.3f, 1003.7f, 1010.25f, 123456.79f};
    const double expected[] = {0, 0x1.99ap-3, 0x1.cccep+1, 0x1.44cdp+3, 0x1.de58bp+16};
    struct sparsemed_time_axis axis;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sparsemed_time_axis_from_times(times, SPARSEMED_FLOAT32, LENGTH(times), &axis, &error),
                     SPARSEMED_OK);
    assert_times(&axis, expected, LENGTH(times));
    assert_true(axis.single_precision);
    assert_null(axis.order);
    sparsemed_time_axis_free(&axis);
}

static void subtracts_float64(void **state) {
    (void)state;
    const double times[] = {1000.1, 1000.3, 1003.7, 1010.25, 123456.79};
    const double expected[] = {0, 0x1.9999999999p-3, 0x1.ccccccccccdp+1, 0x1.44ccccccccccp+3, 0x1.de58b0a3d70a3p+16};
    struct sparsemed_time_axis axis;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sparsemed_time_axis_from_times(times, SPARSEMED_FLOAT64, LENGTH(times), &axis, &error),
                     SPARSEMED_OK);
    assert_times(&axis, expected, LENGTH(times));
    assert_false(axis.single_precision);
    sparsemed_time_axis_free(&axis);
}

/* Nanoseconds since 1970 do not fit into a double; their differences do. */
static void subtracts_integers_exactly(void **state) {
    (void)state;
    const int64_t times[] = {1700000000000000001, 1700000000000000002, 1700000000000000514, 1700000009007199256};
    const int64_t negative[] = {-1700000000000000001, -1700000000000000000, -1699999999999999488, -1699999990992800746};
    const uint64_t large[] = {18446744060000000001u, 18446744060000000002u, 18446744060000000514u,
                              18446744069007199256u};
    const double expected[] = {0, 1, 513, 9007199255};
    const struct {
        const void *times;
        enum sparsemed_number_type type;
    } cases[] = {
        {times, SPARSEMED_INT64}, {times, SPARSEMED_UINT64}, {negative, SPARSEMED_INT64}, {large, SPARSEMED_UINT64}};
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct sparsemed_time_axis axis;
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        assert_int_equal(sparsemed_time_axis_from_times(cases[i].times, cases[i].type, 4, &axis, &error), SPARSEMED_OK);
        assert_times(&axis, expected, LENGTH(expected));
        assert_false(axis.single_precision);
        sparsemed_time_axis_free(&axis);
    }
}

static void refuses_unusable_stamps(void **state) {
    (void)state;
    static const double bad[][3] = {
        {NAN, 1, 2},      {0, NAN, 2},        {0, 1, NAN}, {0, INFINITY, 2}, {0, -INFINITY, 2}, {-INFINITY, 1, 2},
        {0, 1, INFINITY}, {-1e308, 0, 1e308}, {3, 4, 3},   {5, 5, 5},        {9, 8, 7},         {-0.0, 5, 0.0},
    };
    for (size_t i = 0; i < LENGTH(bad); i++) {
        struct sparsemed_time_axis axis = {0};
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        float single[3];
        for (int j = 0; j < 3; j++) {
            single[j] = bad[i][j] > 1e300 ? INFINITY : bad[i][j] < -1e300 ? -INFINITY : (float)bad[i][j];
        }
        assert_refused(sparsemed_time_axis_from_times(bad[i], SPARSEMED_FLOAT64, 3, &axis, &error), &axis, &error);
        error = SPARSEMED_NO_ERROR;
        assert_refused(sparsemed_time_axis_from_times(single, SPARSEMED_FLOAT32, 3, &axis, &error), &axis, &error);
    }
    const int64_t descending[] = {30, 40, 20};
    const double one_frame = 7;
    struct sparsemed_time_axis axis = {0};
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_refused(sparsemed_time_axis_from_times(descending, SPARSEMED_INT64, 3, &axis, &error), &axis, &error);
    assert_refused(sparsemed_time_axis_from_times(&one_frame, SPARSEMED_FLOAT64, 1, &axis, &error), &axis, &error);
}

static void orders_only_what_is_unsorted(void **state) {
    (void)state;
    const double sorted[] = {0, 1, 1, 2, 2, 2};
    const double unsorted[] = {2, 7, 2, 5, 1, 7, 5, 9};
    const size_t order[] = {4, 0, 2, 3, 6, 1, 5, 7};
    struct sparsemed_time_axis axis;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sparsemed_time_axis_from_times(sorted, SPARSEMED_FLOAT64, LENGTH(sorted), &axis, &error),
                     SPARSEMED_OK);
    assert_null(axis.order);
    sparsemed_time_axis_free(&axis);
    assert_int_equal(sparsemed_time_axis_from_times(unsorted, SPARSEMED_FLOAT64, LENGTH(unsorted), &axis, &error),
                     SPARSEMED_OK);
    assert_non_null(axis.order);
    assert_memory_equal(axis.order, order, sizeof order);
    assert_same_double(axis.duration, 7);
    sparsemed_time_axis_free(&axis);
    sparsemed_time_axis_free(&axis); /* nothing is left, which is fine */
}

/* ---- frame numbers and rates ---- */

static void divides_frame_numbers(void **state) {
    (void)state;
    const double numbers[] = {3, 4, 9, 10, 1000001};
    const double expected[] = {0, 0x1.5d8f6f1fa73ecp-12, 0x1.062b9357bd6fp-9, 0x1.31dd813bb256cp-9,
                               0x1.4d5db263ddf74p+8};
    struct sparsemed_time_axis axis;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sparsemed_time_axis_from_frame_numbers(numbers, LENGTH(numbers), 2999.7, &axis, &error),
                     SPARSEMED_OK);
    assert_times(&axis, expected, LENGTH(numbers));
    assert_false(axis.single_precision);
    sparsemed_time_axis_free(&axis);
}

static void spaces_frames_evenly(void **state) {
    (void)state;
    static const struct {
        size_t n_frames;
        double rate, time[13];
    } cases[] = {
        {2, 3600, {0, 0x1.b4e81b4e81b4ep-11}},
        {7,
         3000,
         {0, 0x1.31d5acb6f4651p-11, 0x1.31d5acb6f4651p-10, 0x1.cac083126e97ap-10, 0x1.31d5acb6f4651p-9,
          0x1.7e4b17e4b17e5p-9, 0x1.cac083126e97ap-9}},
        {10,
         1234.567,
         {0, 0x1.61e5085444b5ep-10, 0x1.61e5085444b5ep-9, 0x1.096bc63f33886p-8, 0x1.61e5085444b5ep-8,
          0x1.ba5e4a6955e36p-8, 0x1.096bc63f33886p-7, 0x1.35a86749bc1f2p-7, 0x1.61e5085444b5ep-7,
          0x1.8e21a95ecd4cap-7}},
        {13,
         0.1,
         {0, 0x1.04p+4, 0x1.04p+5, 0x1.86p+5, 0x1.04p+6, 0x1.45p+6, 0x1.86p+6, 0x1.c7p+6, 0x1.04p+7, 0x1.248p+7,
          0x1.45p+7, 0x1.658p+7, 0x1.86p+7}},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct sparsemed_time_axis axis;
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        assert_int_equal(sparsemed_time_axis_uniform(cases[i].n_frames, cases[i].rate, &axis, &error), SPARSEMED_OK);
        assert_times(&axis, cases[i].time, cases[i].n_frames);
        assert_null(axis.order);
        sparsemed_time_axis_free(&axis);
    }
}

static void spaces_many_frames_evenly(void **state) {
    (void)state;
    struct rng rng = {11};
    for (int round = 0; round < 200; round++) {
        size_t n = 2 + rng_below(&rng, 3000);
        double rate = 1 + 5000 * rng_unit(&rng);
        struct sparsemed_time_axis axis;
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        assert_int_equal(sparsemed_time_axis_uniform(n, rate, &axis, &error), SPARSEMED_OK);
        double duration = (double)n / rate * 1.5;
        double step = duration / (double)(n - 1);
        for (size_t i = 0; i + 1 < n; i++) {
            assert_same_double(axis.time[i], (double)i * step);
        }
        assert_same_double(axis.time[n - 1], duration);
        assert_same_double(axis.duration, duration);
        sparsemed_time_axis_free(&axis);
    }
}

static void refuses_unusable_rates(void **state) {
    (void)state;
    static const double bad[] = {0, -0.0, -3600, NAN, INFINITY, -INFINITY};
    const double numbers[] = {1, 2, 3};
    for (size_t i = 0; i < LENGTH(bad); i++) {
        struct sparsemed_time_axis axis = {0};
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        assert_refused(sparsemed_time_axis_from_frame_numbers(numbers, 3, bad[i], &axis, &error), &axis, &error);
        assert_non_null(strstr(error.message, "rate"));
        error = SPARSEMED_NO_ERROR;
        assert_refused(sparsemed_time_axis_uniform(3, bad[i], &axis, &error), &axis, &error);
        assert_non_null(strstr(error.message, "rate"));
    }
    struct sparsemed_time_axis axis = {0};
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_refused(sparsemed_time_axis_uniform(1, 3600, &axis, &error), &axis, &error);
    assert_refused(sparsemed_time_axis_uniform(1000, 1e-308, &axis, &error), &axis, &error);
    assert_refused(sparsemed_time_axis_from_frame_numbers(numbers, 1, 3600, &axis, &error), &axis, &error);
    const double bad_numbers[] = {1, NAN, 3}, descending[] = {3, 2, 1};
    assert_refused(sparsemed_time_axis_from_frame_numbers(bad_numbers, 3, 3600, &axis, &error), &axis, &error);
    assert_refused(sparsemed_time_axis_from_frame_numbers(descending, 3, 3600, &axis, &error), &axis, &error);
}

/* ---- split points ---- */

/* Expected counts: the size of numpy.arange(0, duration, split_time) under the promotion rules of NumPy 2. A quotient
 * that underflows to zero gives one split point there. */
static void counts_steps(void **state) {
    (void)state;
    static const struct {
        double duration, split_time;
        bool single_precision;
        size_t n_steps;
    } cases[] = {
        {1, 0.1, false, 10},
        {0.3, 0.1, false, 3},
        {2.1, 0.7, false, 4},
        {3, 1, false, 3},
        {2.9999999999999996, 1, false, 3},
        {3.0000000000000004, 1, false, 4},
        {0.5, 1, false, 1},
        {1e-300, 1, false, 1},
        {1e8, 1, false, 100000000},
        {1e-300, 1e300, false, 1},
        {20.600000381469727, 1.03, true, 20},
        {20.600000381469727, 1.03, false, 21},
        {1.9800000190734863, 0.09, true, 22},
        {41.70000076293945, 1.39, true, 30},
        {14.25, 0.57, true, 25},
        {14.25, 0.57, false, 26},
        {3.6600000858306885, 1.83, true, 2},
        {6.300000190734863, 0.7, true, 9},
        {3, 1e-3, true, 3000},
        {16777216, 1, true, 16777216},
        {3, 1e39, true, 1},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct sparsemed_time_axis axis = {
            .n_frames = 2, .duration = cases[i].duration, .single_precision = cases[i].single_precision};
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        size_t n_steps = 0;
        assert_int_equal(sparsemed_count_steps(&axis, cases[i].split_time, &n_steps, &error), SPARSEMED_OK);
        assert_int_equal(n_steps, cases[i].n_steps);
    }
}

static void refuses_too_many_steps(void **state) {
    (void)state;
    static const struct {
        double duration, split_time;
        bool single_precision;
    } cases[] = {{1e8 + 0.5, 1, false}, {1, 1e-9, false},   {1e300, 1e-300, false},
                 {3, 1e-60, true},      {3, 5e-324, false}, {1e30, 1, true}};
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct sparsemed_time_axis axis = {
            .n_frames = 2, .duration = cases[i].duration, .single_precision = cases[i].single_precision};
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        size_t n_steps;
        assert_int_equal(sparsemed_count_steps(&axis, cases[i].split_time, &n_steps, &error), SPARSEMED_INPUT);
        assert_int_equal(error.status, SPARSEMED_INPUT);
        assert_true(strlen(error.message) > 0);
    }
}

/* A running sum of 0.1 would drift. */
static void step_times_are_products(void **state) {
    (void)state;
    assert_same_double(sparsemed_step_time(0, 0.1), 0);
    assert_same_double(sparsemed_step_time(3, 0.1), 0.30000000000000004);
    assert_same_double(sparsemed_step_time(10, 0.1), 1);
    assert_same_double(sparsemed_step_time(1000000, 0.1), 100000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(subtracts_float32_in_float32), cmocka_unit_test(subtracts_float64),
        cmocka_unit_test(subtracts_integers_exactly),   cmocka_unit_test(refuses_unusable_stamps),
        cmocka_unit_test(orders_only_what_is_unsorted), cmocka_unit_test(divides_frame_numbers),
        cmocka_unit_test(spaces_frames_evenly),         cmocka_unit_test(spaces_many_frames_evenly),
        cmocka_unit_test(refuses_unusable_rates),       cmocka_unit_test(counts_steps),
        cmocka_unit_test(refuses_too_many_steps),       cmocka_unit_test(step_times_are_products),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
