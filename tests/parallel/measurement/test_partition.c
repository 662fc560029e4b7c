/* Division of weighted items into contiguous parts. */
#include "parallel/measurement/partition.h"
#include "support/random.h"
#include "support/unit_test.h"

enum { MAX_ITEMS = 400, MAX_PARTS = 130 };

/* Every item is in exactly one part: the bounds ascend from 0 to n_items. */
static void assert_complete(const size_t *first, size_t n_items, size_t n_parts) {
    assert_int_equal(first[0], 0);
    for (size_t p = 0; p < n_parts; p++) {
        assert_true(first[p] <= first[p + 1]);
    }
    assert_int_equal(first[n_parts], n_items);
}

/* The middles of a part's items lie in its even share, so that at each end it exceeds the share by half an item at
 * most. The margin is for rounding. */
static void assert_balanced(const double *weights, size_t n_items, const size_t *first, size_t n_parts) {
    double total = 0, greatest = 0;
    for (size_t i = 0; i < n_items; i++) {
        total += weights[i];
        greatest = weights[i] > greatest ? weights[i] : greatest;
    }
    for (size_t p = 0; p < n_parts; p++) {
        double weight = 0;
        for (size_t i = first[p]; i < first[p + 1]; i++) {
            weight += weights[i];
        }
        assert_true(weight <= total / (double)n_parts + greatest + 1e-9 * total);
    }
}

/* An item lies in the part in whose share its middle lies; middles too close to a bound for that are left out. */
static void assert_middles(const double *weights, size_t n_items, const size_t *first, size_t n_parts) {
    double total = 0, sum = 0;
    for (size_t i = 0; i < n_items; i++) {
        total += weights[i];
    }
    size_t part = 0;
    for (size_t i = 0; i < n_items; i++) {
        double middle = (sum + weights[i] / 2) / total * (double)n_parts;
        sum += weights[i];
        while (first[part + 1] <= i) {
            part++;
        }
        assert_true(middle >= (double)part - 1e-9 && middle <= (double)part + 1 + 1e-9);
    }
}

static double random_weight(struct rng *rng, int kind) {
    switch (kind) {
    case 0:
        return 1;
    case 1:
        return rng_unit(rng);
    case 2:
        return rng_below(rng, 4) ? 0 : (double)rng_below(rng, 1000);
    case 3:
        return rng_below(rng, 30) ? 1e-3 * rng_unit(rng) : 1e6;
    default:
        return 1e12 * rng_unit(rng);
    }
}

static void random_items_are_balanced(void **state) {
    (void)state;
    struct rng rng = {71};
    double weights[MAX_ITEMS];
    size_t first[MAX_PARTS + 1];
    for (int round = 0; round < 5000; round++) {
        size_t n_items = 1 + rng_below(&rng, MAX_ITEMS), n_parts = 1 + rng_below(&rng, MAX_PARTS);
        for (size_t i = 0; i < n_items; i++) {
            weights[i] = random_weight(&rng, round % 5);
        }
        weights[rng_below(&rng, n_items)] += 1; /* not all are zero */
        sm_partition(weights, n_items, n_parts, first);
        assert_complete(first, n_items, n_parts);
        assert_balanced(weights, n_items, first, n_parts);
        assert_middles(weights, n_items, first, n_parts);
    }
}

static void assert_bounds(const double *weights, size_t n_items, size_t n_parts, const size_t *expected) {
    size_t first[MAX_PARTS + 1];
    sm_partition(weights, n_items, n_parts, first);
    for (size_t p = 0; p <= n_parts; p++) {
        assert_int_equal(first[p], expected[p]);
    }
}

static void parts_hold_even_shares(void **state) {
    (void)state;
    const double even[8] = {1, 1, 1, 1, 1, 1, 1, 1}, heavy_first[4] = {97, 1, 1, 1}, heavy_last[4] = {1, 1, 1, 97};
    assert_bounds(even, 8, 4, (const size_t[]){0, 2, 4, 6, 8});
    assert_bounds(even, 8, 3, (const size_t[]){0, 3, 5, 8});
    assert_bounds(even, 8, 1, (const size_t[]){0, 8});
    assert_bounds(heavy_first, 4, 2, (const size_t[]){0, 1, 4});
    assert_bounds(heavy_last, 4, 2, (const size_t[]){0, 3, 4});
}

static void more_parts_than_items_leave_some_empty(void **state) {
    (void)state;
    struct rng rng = {72};
    for (size_t n_items = 0; n_items < 20; n_items++) {
        double weights[20];
        size_t first[MAX_PARTS + 1];
        for (size_t i = 0; i < n_items; i++) {
            weights[i] = 0.5 + rng_unit(&rng);
        }
        for (size_t n_parts = n_items + 1; n_parts <= MAX_PARTS; n_parts++) {
            sm_partition(weights, n_items, n_parts, first);
            assert_complete(first, n_items, n_parts);
            if (n_parts > 3 * n_items) { /* an even share is less than the least item */
                for (size_t p = 0; p < n_parts; p++) {
                    assert_true(first[p + 1] - first[p] <= 1);
                }
            }
        }
    }
}

static void weightless_items_are_divided_by_number(void **state) {
    (void)state;
    const double zeros[MAX_ITEMS] = {0};
    for (size_t n_items = 0; n_items <= MAX_ITEMS; n_items += 1 + n_items / 7) {
        for (size_t n_parts = 1; n_parts <= MAX_PARTS; n_parts++) {
            size_t first[MAX_PARTS + 1];
            sm_partition(zeros, n_items, n_parts, first);
            assert_complete(first, n_items, n_parts);
            for (size_t p = 0; p < n_parts; p++) {
                assert_true(first[p + 1] - first[p] <= n_items / n_parts + 1);
            }
        }
    }
}

static void no_items_make_empty_parts(void **state) {
    (void)state;
    assert_bounds(NULL, 0, 3, (const size_t[]){0, 0, 0, 0});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_items_are_balanced),
        cmocka_unit_test(parts_hold_even_shares),
        cmocka_unit_test(more_parts_than_items_leave_some_empty),
        cmocka_unit_test(weightless_items_are_divided_by_number),
        cmocka_unit_test(no_items_make_empty_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
