/* The search for the frame nearest to a split point, against a look at every frame. */
#include <math.h>

#include "core/axes.h"
#include "sparsemed/time_axis.h"
#include "support/random.h"
#include "support/unit_test.h"

static void assert_nearest(const struct sparsemed_time_axis *axis, double origin, double shift) {
    size_t actual = sparsemed_nearest_frame(axis, origin, shift);
    size_t expected = naive_nearest_frame(axis, origin, shift);
    if (actual != expected) {
        fail_msg("of %zu frames %zu is nearest to %.17g + %.17g, not %zu", axis->n_frames, expected, origin, shift,
                 actual);
    }
}

/* An origin within, at, between, before or behind the frames. */
static double random_origin(struct rng *rng, const struct sparsemed_time_axis *axis) {
    double a = axis->time[rng_below(rng, axis->n_frames)], b = axis->time[rng_below(rng, axis->n_frames)];
    switch (rng_below(rng, 6)) {
    case 0:
        return a;
    case 1:
        return a + (b - a) / 2;
    case 2:
        return nextafter(a, b);
    case 3:
        return -axis->duration * rng_unit(rng);
    case 4:
        return axis->duration * (1 + rng_unit(rng));
    default:
        return axis->duration * rng_unit(rng);
    }
}

static void agrees_with_a_scan(void **state) {
    (void)state;
    struct rng rng = {21};
    for (int round = 0; round < 100 * N_AXIS_KINDS; round++) {
        size_t n_frames = round % 3 == 0 ? 2 + rng_below(&rng, 6) : 2 + rng_below(&rng, 400);
        struct sparsemed_time_axis axis;
        random_axis(&rng, (enum axis_kind)(round % N_AXIS_KINDS), n_frames, &axis);
        for (int i = 0; i < 60; i++) {
            double origin = random_origin(&rng, &axis);
            assert_nearest(&axis, origin, 0);
            assert_nearest(&axis, origin, 0.5);
            assert_nearest(&axis, origin, axis.duration * rng_unit(&rng) / 7);
        }
        sparsemed_time_axis_free(&axis);
    }
}

/* From far away, rounding makes many frames equally near: the first of them must be found. */
static void finds_the_first_of_rounded_ties(void **state) {
    (void)state;
    struct rng rng = {22};
    for (int round = 0; round < 30 * N_AXIS_KINDS; round++) {
        struct sparsemed_time_axis axis;
        random_axis(&rng, (enum axis_kind)(round % N_AXIS_KINDS), 2 + rng_below(&rng, 200), &axis);
        for (int exponent = 40; exponent < 66; exponent++) {
            double far = ldexp(1 + rng_unit(&rng), exponent);
            assert_nearest(&axis, far, 0);
            assert_nearest(&axis, -far, 0);
            assert_nearest(&axis, far, -far);
            assert_nearest(&axis, -far, far + 3);
            assert_nearest(&axis, 1, far);
        }
        sparsemed_time_axis_free(&axis);
    }
}

static void finds_the_first_of_equal_frames(void **state) {
    (void)state;
    const double sorted[] = {0, 1, 1, 1, 3, 3, 5};
    const double unsorted[] = {1, 6, 4, 2, 6, 2, 4, 8};
    struct sparsemed_time_axis axis;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sparsemed_time_axis_from_times(sorted, SPARSEMED_FLOAT64, 7, &axis, &error), SPARSEMED_OK);
    assert_int_equal(sparsemed_nearest_frame(&axis, 1, 0), 1);
    assert_int_equal(sparsemed_nearest_frame(&axis, 2, 0), 1); /* as far from 1 as from 3 */
    assert_int_equal(sparsemed_nearest_frame(&axis, 2.5, 0), 4);
    assert_int_equal(sparsemed_nearest_frame(&axis, 3, 1), 4);
    assert_int_equal(sparsemed_nearest_frame(&axis, -9, 0), 0);
    assert_int_equal(sparsemed_nearest_frame(&axis, 9, 0), 6);
    sparsemed_time_axis_free(&axis);
    assert_int_equal(sparsemed_time_axis_from_times(unsorted, SPARSEMED_FLOAT64, 8, &axis, &error), SPARSEMED_OK);
    assert_int_equal(sparsemed_nearest_frame(&axis, 1, 0), 3); /* stamps are counted from the first */
    assert_int_equal(sparsemed_nearest_frame(&axis, 2, 0), 2); /* frames 3 and 5 are as near, but later */
    assert_int_equal(sparsemed_nearest_frame(&axis, 4, 0), 1); /* so are frames 2 and 6 */
    assert_int_equal(sparsemed_nearest_frame(&axis, 0.5, 0), 0);
    assert_int_equal(sparsemed_nearest_frame(&axis, 99, 0), 7);
    sparsemed_time_axis_free(&axis);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_a_scan),
        cmocka_unit_test(finds_the_first_of_rounded_ties),
        cmocka_unit_test(finds_the_first_of_equal_frames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
