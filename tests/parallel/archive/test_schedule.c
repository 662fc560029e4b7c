/* Schedules of archives, and how long they take when they are played. */
#include <stdlib.h>

#include "parallel/archive/schedule.h"
#include "parallel/archive/simulation.h"
#include "support/random.h"
#include "support/unit_test.h"

enum { MAX_FILES = 20000, MAX_RANKS = 130 };

static double costs[MAX_FILES];
static unsigned taken[MAX_FILES];

static struct sm_schedule build(size_t n, size_t n_ranks, double least_share) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_schedule schedule;
    assert_int_equal(sm_schedule_build(costs, n, n_ranks, least_share, &schedule, &error), SPARSEMED_OK);
    return schedule;
}

/* Every measurement is listed once, by descending cost, those of equal cost in order; levels follow upon another. */
static void assert_valid(const struct sm_schedule *schedule, size_t n) {
    assert_int_equal(schedule->first[0], 0);
    for (size_t l = 0; l < schedule->n_levels; l++) {
        assert_true(schedule->first[l] <= schedule->first[l + 1]);
    }
    assert_int_equal(schedule->first[schedule->n_levels], n);
    for (size_t k = 0; k < n; k++) {
        assert_true(schedule->order[k] < n);
    }
    for (size_t k = 1; k < n; k++) {
        size_t a = schedule->order[k - 1], b = schedule->order[k];
        assert_true(costs[a] > costs[b] || (costs[a] == costs[b] && a < b));
    }
}

/* Play the schedule: everything is taken once. Returns the makespan as a multiple of the lower bound. */
static double play(size_t n, size_t n_ranks, double least_share) {
    struct sm_schedule schedule = build(n, n_ranks, least_share);
    assert_valid(&schedule, n);
    double makespan = simulate(&schedule, costs, n, n_ranks, least_share, taken);
    double bound = sm_schedule_bound(costs, n, n_ranks, least_share);
    sm_schedule_free(&schedule);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(taken[i], 1);
    }
    assert_true(makespan >= bound * (1 - 1e-9));
    return bound > 0 ? makespan / bound : 1;
}

/* ---- groups ---- */

static void groups_halve_the_ranks(void **state) {
    (void)state;
    for (size_t n_ranks = 1; n_ranks <= MAX_RANKS; n_ranks++) {
        for (size_t level = 0; level < 10; level++) {
            size_t next = 0;
            while (next < n_ranks) {
                size_t first, size = sm_schedule_group(n_ranks, level, next, &first);
                assert_int_equal(first, next);
                assert_true(size == n_ranks >> level || size == ((n_ranks - 1) >> level) + 1);
                assert_true(size >= 1);
                for (size_t rank = first; rank < first + size; rank++) {
                    size_t same_first, same_size = sm_schedule_group(n_ranks, level, rank, &same_first);
                    assert_int_equal(same_first, first);
                    assert_int_equal(same_size, size);
                }
                next = first + size;
            }
            assert_int_equal(next, n_ranks);
        }
    }
}

static void groups_stem_from_one_of_the_level_before(void **state) {
    (void)state;
    for (size_t n_ranks = 1; n_ranks <= MAX_RANKS; n_ranks++) {
        for (size_t level = 1; level < 10; level++) {
            for (size_t rank = 0; rank < n_ranks; rank++) {
                size_t first, size = sm_schedule_group(n_ranks, level, rank, &first);
                size_t old_first, old_size = sm_schedule_group(n_ranks, level - 1, rank, &old_first);
                assert_true(first >= old_first && first + size <= old_first + old_size);
                assert_true(old_size == 1 || size < old_size);
            }
        }
    }
}

static void ranks_are_alone_at_the_last_level_only(void **state) {
    (void)state;
    for (size_t n_ranks = 1; n_ranks <= MAX_RANKS; n_ranks++) {
        struct sm_schedule schedule = build(0, n_ranks, 1);
        size_t first, greatest = 0;
        for (size_t rank = 0; rank < n_ranks; rank++) {
            assert_int_equal(sm_schedule_group(n_ranks, schedule.n_levels - 1, rank, &first), 1);
            if (schedule.n_levels > 1) {
                size_t size = sm_schedule_group(n_ranks, schedule.n_levels - 2, rank, &first);
                greatest = size > greatest ? size : greatest;
            }
        }
        assert_true(schedule.n_levels == 1 || greatest == 2);
        sm_schedule_free(&schedule);
    }
}

/* ---- who gets what ---- */

static void most_ranks_are_those_that_pay(void **state) {
    (void)state;
    assert_int_equal(sm_schedule_most_ranks(0, 10, 2), 1);
    assert_int_equal(sm_schedule_most_ranks(1.9, 10, 2), 1);
    assert_int_equal(sm_schedule_most_ranks(4, 10, 2), 2);
    assert_int_equal(sm_schedule_most_ranks(7.9, 10, 2), 3);
    assert_int_equal(sm_schedule_most_ranks(1e300, 10, 2), 10);
    assert_int_equal(sm_schedule_most_ranks(1, 10, 0), 10);
    assert_int_equal(sm_schedule_most_ranks(0, 10, 0), 10);
}

static void assert_close(double value, double expected) {
    assert_true(value >= expected - 1e-12 && value <= expected + 1e-12);
}

static void bound_is_the_even_share_or_the_longest(void **state) {
    (void)state;
    costs[0] = 6, costs[1] = 2, costs[2] = 1;
    assert_close(sm_schedule_bound(costs, 3, 3, 1), 3);
    assert_close(sm_schedule_bound(costs, 3, 3, 3), 3);
    assert_close(sm_schedule_bound(costs, 3, 3, 4), 6);
    assert_close(sm_schedule_bound(costs, 3, 100, 1), 1);
    assert_close(sm_schedule_bound(costs, 3, 100, 0), 0.09);
    assert_close(sm_schedule_bound(costs, 0, 100, 1), 0);
}

/* Level of a measurement. */
static size_t level_of(const struct sm_schedule *schedule, size_t measurement) {
    size_t k = 0, level = 0;
    while (schedule->order[k] != measurement) {
        k++;
    }
    while (schedule->first[level + 1] <= k) {
        level++;
    }
    return level;
}

static void giant_is_shared_by_all_and_comes_first(void **state) {
    (void)state;
    struct rng rng = {81};
    draw_costs(&rng, SIZES_EQUAL, costs, 100);
    costs[37] = 1e6;
    struct sm_schedule schedule = build(100, 64, 1);
    assert_int_equal(schedule.order[0], 37);
    assert_int_equal(level_of(&schedule, 37), 0);
    assert_true(level_of(&schedule, 36) > 0);
    sm_schedule_free(&schedule);
}

static void many_small_ones_take_a_rank_each(void **state) {
    (void)state;
    struct rng rng = {82};
    draw_costs(&rng, SIZES_EQUAL, costs, 10000);
    struct sm_schedule schedule = build(10000, 100, 1);
    assert_int_equal(schedule.first[schedule.n_levels - 1], 0);
    sm_schedule_free(&schedule);
}

/* The smaller ones fill up the time that it takes longer. */
static void large_one_is_not_shared_without_need(void **state) {
    (void)state;
    for (size_t i = 0; i < 1000; i++) {
        costs[i] = i == 500 ? 90 : 1;
    }
    struct sm_schedule schedule = build(1000, 10, 0);
    assert_int_equal(schedule.order[0], 500);
    assert_int_equal(schedule.first[schedule.n_levels - 1], 0);
    sm_schedule_free(&schedule);
}

static void ranks_that_do_not_pay_are_not_given(void **state) {
    (void)state;
    struct rng rng = {83};
    draw_costs(&rng, SIZES_EQUAL, costs, 10); /* a cost of 10 each */
    struct sm_schedule schedule = build(10, 8, 5);
    for (size_t i = 0; i < 10; i++) {
        assert_int_equal(level_of(&schedule, i), 2); /* groups of 2 */
    }
    sm_schedule_free(&schedule);
    schedule = build(10, 8, 10.5);
    assert_int_equal(schedule.first[3], 0);
    sm_schedule_free(&schedule);
    draw_costs(&rng, SIZES_EQUAL, costs, 10000);
    assert_true(play(10000, 10000, 1) <= 1 + 1e-9); /* 10 ranks pay, but some groups of 10 or more have 20 */
}

static void spare_ranks_are_given_rather_than_too_few(void **state) {
    (void)state;
    costs[0] = 10;
    assert_true(play(1, 100, 1) <= 1 + 1e-9); /* there are groups of 6 and of 13 */
}

/* ---- how long it takes ---- */

static void degenerate_archives_are_scheduled(void **state) {
    (void)state;
    for (size_t n_ranks = 1; n_ranks <= MAX_RANKS; n_ranks++) {
        for (int least_share = 0; least_share < 2; least_share++) {
            assert_true(play(0, n_ranks, least_share) == 1);
            costs[0] = costs[1] = costs[2] = 0;
            assert_true(play(3, n_ranks, least_share) == 1);
            costs[1] = 1e-300;
            play(3, n_ranks, least_share);
            costs[1] = 1e300;
            assert_true(play(3, n_ranks, least_share) <= 1 + 1e-9);
            assert_true(play(1, n_ranks, least_share) <= 1 + 1e-9);
        }
    }
}

static void one_rank_is_never_idle(void **state) {
    (void)state;
    struct rng rng = {84};
    for (int sizes = 0; sizes < N_SIZES; sizes++) {
        draw_costs(&rng, (enum sizes)sizes, costs, 500);
        assert_true(play(500, 1, 1) <= 1 + 1e-9);
    }
}

/* What sparsemed/schedule.h promises, for any number of ranks and measurements. */
static void all_ends_within_a_32nd_of_the_bound(void **state) {
    (void)state;
    struct rng rng = {85};
    size_t n_close = 0;
    for (int round = 0; round < 3000; round++) {
        size_t n = 1 + rng_below(&rng, 400), n_ranks = 1 + rng_below(&rng, round % 7 ? 60 : 1000);
        draw_costs(&rng, (enum sizes)(round % N_SIZES), costs, n);
        double least_share = round % 3 ? sm_schedule_bound(costs, n, n_ranks, 0) / 161 * rng_unit(&rng) : 0;
        if (sm_schedule_bound(costs, n, n_ranks, least_share) >= 160 * least_share) {
            double ratio = play(n, n_ranks, least_share);
            assert_true(ratio <= 1 + 1.0 / 32 + 1e-9);
            n_close++;
        }
    }
    assert_true(n_close > 2500);
}

static void heavy_tails_end_within_a_20th_of_the_bound(void **state) {
    (void)state;
    static const size_t ranks[] = {2, 5, 100, 1000, 10000};
    struct rng rng = {86};
    for (int sizes = 0; sizes < N_SIZES; sizes++) {
        for (size_t r = 0; r < sizeof ranks / sizeof *ranks; r++) {
            draw_costs(&rng, (enum sizes)sizes, costs, MAX_FILES);
            double least_share = 0.01 * sm_schedule_bound(costs, MAX_FILES, ranks[r], 0);
            assert_true(play(MAX_FILES, ranks[r], least_share) <= 1.05);
        }
    }
}

/* So small that the pieces that pay cannot be dealt out evenly: measurements then get up to three times fewer ranks
 * than pay, and begin before the bound. */
static void small_archives_end_within_four_times_the_bound(void **state) {
    (void)state;
    struct rng rng = {87};
    for (int round = 0; round < 3000; round++) {
        size_t n = 1 + rng_below(&rng, 300), n_ranks = 1 + rng_below(&rng, 1000);
        draw_costs(&rng, (enum sizes)(round % N_SIZES), costs, n);
        assert_true(play(n, n_ranks, 10 * rng_unit(&rng)) <= 4);
    }
}

/* At the first level, which all ranks work on together; the others follow as they were. */
static void what_is_put_first_comes_first(void **state) {
    (void)state;
    enum { N = 40, N_FIRST = 3 };
    for (size_t n_ranks = 1; n_ranks <= 9; n_ranks++) {
        for (size_t i = 0; i < N; i++) {
            costs[i] = (double)(i * i % 17);
        }
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        struct sm_schedule before = build(N, n_ranks, 5), after = build(N, n_ranks, 5);
        assert_int_equal(sm_schedule_put_first(&after, N_FIRST, &error), SPARSEMED_OK);
        assert_int_equal(after.first[0], 0);
        for (size_t l = 1; l <= before.n_levels; l++) {
            assert_int_equal(after.first[l], before.first[l] + N_FIRST);
        }
        for (size_t k = 0; k < N + N_FIRST; k++) {
            assert_int_equal(after.order[k], k < N_FIRST ? k : before.order[k - N_FIRST] + N_FIRST);
        }
        sm_schedule_free(&before);
        sm_schedule_free(&after);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_halve_the_ranks),
        cmocka_unit_test(groups_stem_from_one_of_the_level_before),
        cmocka_unit_test(ranks_are_alone_at_the_last_level_only),
        cmocka_unit_test(most_ranks_are_those_that_pay),
        cmocka_unit_test(bound_is_the_even_share_or_the_longest),
        cmocka_unit_test(giant_is_shared_by_all_and_comes_first),
        cmocka_unit_test(many_small_ones_take_a_rank_each),
        cmocka_unit_test(large_one_is_not_shared_without_need),
        cmocka_unit_test(ranks_that_do_not_pay_are_not_given),
        cmocka_unit_test(spare_ranks_are_given_rather_than_too_few),
        cmocka_unit_test(degenerate_archives_are_scheduled),
        cmocka_unit_test(what_is_put_first_comes_first),
        cmocka_unit_test(one_rank_is_never_idle),
        cmocka_unit_test(all_ends_within_a_32nd_of_the_bound),
        cmocka_unit_test(heavy_tails_end_within_a_20th_of_the_bound),
        cmocka_unit_test(small_archives_end_within_four_times_the_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
