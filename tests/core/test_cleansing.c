/* Cleansing, against its plain form and against values from NumPy and SciPy. */
#include <stdlib.h>
#include <string.h>

#include "core/naive_cleansing.h"
#include "sparsemed/cleansing.h"
#include "support/bits.h"
#include "support/random.h"
#include "support/unit_test.h"

/* ---- decisions ---- */

/* Windows of n_steps split points, each with its own. Only what cleansing reads is filled in. */
static struct sparsemed_windows own_windows(size_t n_steps) {
    struct sparsemed_windows windows = {.kernel_size = 1, .n_steps = n_steps, .n_windows = n_steps};
    windows.window_of_step = allocate(n_steps * sizeof *windows.window_of_step);
    for (size_t i = 0; i < n_steps; i++) {
        windows.window_of_step[i] = (uint32_t)i;
    }
    return windows;
}

static void cleanse(const struct sparsemed_windows *windows, const uint8_t *profiles, size_t height,
                    const struct sparsemed_parameters *parameters, struct sparsemed_cleansing *cleansing) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sparsemed_cleanse(windows, profiles, height, parameters, cleansing, &error), SPARSEMED_OK);
    size_t n_kept = 0;
    for (size_t i = 0; i < windows->n_steps; i++) {
        n_kept += cleansing->used[i];
    }
    assert_int_equal(cleansing->n_kept, n_kept);
    assert_true(n_kept >= 1);
}

static void assert_same_decision(const struct sparsemed_cleansing *actual, const struct sparsemed_cleansing *expected,
                                 size_t n) {
    assert_int_equal(actual->n_kept, expected->n_kept);
    assert_memory_equal(actual->used, expected->used, n * sizeof *expected->used);
    assert_int_equal(actual->enforced, expected->enforced);
    if (expected->enforced) {
        assert_same_double(actual->fraction_removed, expected->fraction_removed);
        assert_same_double(actual->thresh_cleansing, expected->thresh_cleansing);
    }
}

/* Noise, and now and then an image with cells. */
static uint8_t *literal_profiles(uint64_t seed, size_t n_steps, size_t height) {
    uint8_t *profiles = allocate(n_steps * height);
    struct rng rng = {seed};
    for (size_t i = 0; i < n_steps; i++) {
        size_t cells = rng_below(&rng, 8) == 0 ? 40 : 0;
        for (size_t y = 0; y < height; y++) {
            size_t noise = rng_below(&rng, 12);
            profiles[i * height + y] = (uint8_t)(30 + noise + rng_below(&rng, cells + 1));
        }
    }
    return profiles;
}

/* Computed with NumPy and SciPy (ptp, median, scipy.ndimage.median_filter(size=10), var, quantile) from the profiles
 * above; the seed is the index plus one. The digest is d = d * 1000003 + i + 1 over the kept images i. */
static const struct {
    size_t n_steps, height;
    double thresh_cleansing, frac_cleansing;
    size_t n_kept;
    uint64_t digest;
    bool enforced;
    double fraction_removed, new_threshold;
} literal[] = {
    {1, 80, 0.0, 0.8, 1, 0x0000000000000001u, false, 0, 0},
    {2, 80, 0.0, 0.8, 2, 0x00000000000f4245u, false, 0, 0},
    {3, 80, 0.0, 0.8, 2, 0x00000000000f4246u, false, 0, 0},
    {5, 80, 0.0, 0.5, 3, 0x000000e8d51f2213u, false, 0, 0},
    {9, 30, 0.0, 0.8, 7, 0xd8e2e91714cf52bcu, false, 0, 0},
    {10, 80, 0.0, 0.8, 8, 0x23d880f639fd082du, false, 0, 0},
    {11, 13, 0.0, 0.7, 8, 0x2b7caea8a66917f3u, false, 0, 0},
    {200, 80, 0.0, 0.8, 160, 0xd870e386f9bd1253u, false, 0, 0},
    {200, 39, 0.0, 0.9, 181, 0x2c6351a1c2bbf0d8u, false, 0, 0},
    {200, 40, 0.0, 0.8, 161, 0x0876eecb18ff5bbau, false, 0, 0},
    {60, 100, 0.0, 0.8, 48, 0xffc14a8fa16ce4b7u, false, 0, 0},
    {50, 41, 0.0, 0.3333333333333333, 17, 0xc22da2e81cbfdfecu, false, 0, 0},
    {40, 80, 3.0, 0.5, 40, 0xc12a7a3cfef16704u, false, 0, 0},
    {40, 80, 1000.0, 0.9, 36, 0x96d8d9381a7125ffu, true, 0x1.3333333333333p-3, 0x1.8e02021e06edep+8},
    {3, 80, 100.0, 0.9, 2, 0x00000000000f4245u, true, 0x1.5555555555555p-1, 0x1.371c71c71c71dp+4},
    {129, 80, 4000.0, 0.9, 116, 0x8303d2f45a59774bu, true, 0x1.2da4b692da4b7p-3, 0x1.6b9df4e4c7555p+8},
    {300, 80, 1000.0, 0.8, 269, 0x34dbda50816495d7u, false, 0, 0},
    {1111, 80, 5000.0, 0.6, 939, 0x1f78e9cc4aad5546u, false, 0, 0},
    {1111, 80, 2.0, 0.6, 1111, 0x309c8509f5d6ab4cu, false, 0, 0},
    {137, 1, 1000000.0, 0.8, 114, 0x87cf5e6e6c84eb27u, true, 0x1.adc7f10d148e0p-1, 0x1.5132270949dbbp+10},
    {1024, 20, 1000000.0, 0.75, 773, 0x379cee0ec7650782u, true, 0x1.c280000000000p-1, 0x1.c604276555556p+11},
    {7, 10, 1000000.0, 0.5, 4, 0x0de0c0b4cd2a5586u, true, 0x1.6db6db6db6db7p-1, 0x1.baa5397829cbap+13},
    {2000, 10, 100.0, 0.9, 2000, 0xb465aa686bc319c8u, false, 0, 0},
};

static void agrees_with_numpy(void **state) {
    (void)state;
    for (size_t k = 0; k < LENGTH(literal); k++) {
        size_t n_steps = literal[k].n_steps, height = literal[k].height;
        uint8_t *profiles = literal_profiles(k + 1, n_steps, height);
        struct sparsemed_windows windows = own_windows(n_steps);
        struct sparsemed_parameters parameters = SPARSEMED_PARAMETERS_DEFAULT;
        parameters.thresh_cleansing = literal[k].thresh_cleansing;
        parameters.frac_cleansing = literal[k].frac_cleansing;
        struct sparsemed_cleansing cleansing;
        cleanse(&windows, profiles, height, &parameters, &cleansing);
        uint64_t digest = 0;
        for (size_t i = 0; i < n_steps; i++) {
            digest = cleansing.used[i] ? digest * 1000003 + i + 1 : digest;
        }
        assert_int_equal(cleansing.n_kept, literal[k].n_kept);
        assert_int_equal(digest, literal[k].digest);
        assert_int_equal(cleansing.enforced, literal[k].enforced);
        if (literal[k].enforced) {
            assert_same_double(cleansing.fraction_removed, literal[k].fraction_removed);
            assert_same_double(cleansing.thresh_cleansing, literal[k].new_threshold);
        }
        sparsemed_cleansing_free(&cleansing);
        sparsemed_windows_free(&windows);
        free(profiles);
    }
}

/* The rows that count, from slice(H // 2 - spread, H // 2 + spread).indices(H) of Python. */
static void centre_rows_are_those_of_python(void **state) {
    (void)state;
    static const struct {
        size_t height, begin, end;
    } rows[] = {
        {1, 0, 1},   {10, 0, 10}, {13, 0, 13},  {14, 1, 14},  {20, 10, 20}, {30, 25, 30}, {38, 37, 38},  {39, 38, 39},
        {40, 0, 40}, {41, 0, 40}, {79, 19, 59}, {80, 20, 60}, {83, 21, 61}, {84, 21, 63}, {100, 25, 75}, {255, 64, 190},
    };
    enum { N_STEPS = 40, ODD_ONE = 17 };
    struct sparsemed_parameters parameters = SPARSEMED_PARAMETERS_DEFAULT;
    parameters.frac_cleansing = 0.95;
    struct sparsemed_windows windows = own_windows(N_STEPS);
    for (size_t k = 0; k < LENGTH(rows); k++) {
        size_t height = rows[k].height;
        uint8_t *profiles = allocate(N_STEPS * height);
        for (size_t y = 0; y < height; y++) { /* one image differs in one row: it goes where that row counts */
            struct sparsemed_cleansing cleansing;
            memset(profiles, 10, N_STEPS * height);
            profiles[ODD_ONE * height + y] = 11;
            cleanse(&windows, profiles, height, &parameters, &cleansing);
            bool counts = y >= rows[k].begin && y < rows[k].end;
            assert_int_equal(cleansing.n_kept, counts ? N_STEPS - 1 : N_STEPS);
            assert_int_equal(cleansing.used[ODD_ONE], !counts);
            sparsemed_cleansing_free(&cleansing);
        }
        free(profiles);
    }
    sparsemed_windows_free(&windows);
}

/* Compare with the plain form; the windows are shared at random. */
static void compare(struct rng *rng, size_t n_steps, size_t height, const struct sparsemed_parameters *parameters) {
    size_t n_windows = 1 + rng_below(rng, n_steps), range = 1 + rng_below(rng, 40);
    uint8_t *profiles = allocate(n_windows * height), *of_steps = allocate(n_steps * height);
    struct sparsemed_windows windows = own_windows(n_steps);
    windows.n_windows = n_windows;
    for (size_t i = 0; i < n_windows; i++) {
        size_t cells = rng_below(rng, 9) == 0 ? 200 : 0;
        for (size_t y = 0; y < height; y++) {
            profiles[i * height + y] = (uint8_t)(rng_below(rng, range) + (cells ? rng_below(rng, cells) : 0));
        }
    }
    for (size_t i = 0; i < n_steps; i++) {
        windows.window_of_step[i] = (uint32_t)rng_below(rng, n_windows);
        memcpy(of_steps + i * height, profiles + windows.window_of_step[i] * height, height);
    }
    struct sparsemed_cleansing actual, expected;
    cleanse(&windows, profiles, height, parameters, &actual);
    naive_cleanse(of_steps, n_steps, height, parameters, &expected);
    assert_same_decision(&actual, &expected, n_steps);
    sparsemed_cleansing_free(&actual);
    sparsemed_cleansing_free(&expected);
    sparsemed_windows_free(&windows);
    free(profiles);
    free(of_steps);
}

static void agrees_with_the_plain_form(void **state) {
    (void)state;
    static const size_t heights[] = {1, 10, 13, 20, 30, 39, 40, 41, 100};
    static const size_t steps[] = {1,  2,   3,   5,   7,   8,   9,   10,  11,  15,  16,
                                   17, 127, 128, 129, 200, 255, 256, 257, 300, 1111};
    static const double thresholds[] = {0, 0, 0.01, 4, 700, 1e5, 1e300};
    static const double fractions[] = {0.8, 0.5, 0.9999, 1e-9, 1.0 / 3, 1};
    struct rng rng = {42};
    for (size_t h = 0; h < LENGTH(heights); h++) {
        for (size_t t = 0; t < LENGTH(steps); t++) {
            for (int round = 0; round < (steps[t] < 100 ? 12 : 4); round++) {
                struct sparsemed_parameters parameters = SPARSEMED_PARAMETERS_DEFAULT;
                parameters.thresh_cleansing = thresholds[rng_below(&rng, LENGTH(thresholds))];
                parameters.frac_cleansing = fractions[rng_below(&rng, LENGTH(fractions))];
                compare(&rng, steps[t], heights[h], &parameters);
            }
        }
    }
}

/* The variance of many terms depends on the order in which they are added; the reported threshold shows it. */
static void adds_in_the_order_of_numpy(void **state) {
    (void)state;
    struct rng rng = {43};
    for (size_t n_steps = 1; n_steps < 420; n_steps++) {
        struct sparsemed_parameters parameters = SPARSEMED_PARAMETERS_DEFAULT;
        parameters.thresh_cleansing = 1e9;
        parameters.frac_cleansing = 0.9;
        compare(&rng, n_steps, n_steps % 3 ? 7 : 11, &parameters);
    }
}

/* ---- limits ---- */

static void keeps_all_where_it_is_off(void **state) {
    (void)state;
    uint8_t *profiles = literal_profiles(9, 50, 80);
    struct sparsemed_windows windows = own_windows(50);
    const double thresholds[] = {0, 1e9};
    for (size_t k = 0; k < LENGTH(thresholds); k++) {
        struct sparsemed_parameters parameters = SPARSEMED_PARAMETERS_DEFAULT;
        struct sparsemed_cleansing cleansing;
        parameters.frac_cleansing = 1;
        parameters.thresh_cleansing = thresholds[k];
        cleanse(&windows, profiles, 80, &parameters, &cleansing);
        assert_int_equal(cleansing.n_kept, 50);
        assert_false(cleansing.enforced);
        sparsemed_cleansing_free(&cleansing);
        sparsemed_cleansing_free(&cleansing); /* nothing is left, which is fine */
    }
    sparsemed_windows_free(&windows);
    free(profiles);
}

static void keeps_all_that_are_alike(void **state) {
    (void)state;
    uint8_t profiles[30 * 50];
    struct sparsemed_windows windows = own_windows(30);
    memset(profiles, 77, sizeof profiles);
    for (int k = 0; k < 3; k++) {
        struct sparsemed_parameters parameters = SPARSEMED_PARAMETERS_DEFAULT;
        struct sparsemed_cleansing cleansing;
        parameters.thresh_cleansing = k;
        cleanse(&windows, profiles, 50, &parameters, &cleansing);
        assert_int_equal(cleansing.n_kept, 30);
        assert_false(cleansing.enforced);
        sparsemed_cleansing_free(&cleansing);
    }
    sparsemed_windows_free(&windows);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_numpy),          cmocka_unit_test(centre_rows_are_those_of_python),
        cmocka_unit_test(agrees_with_the_plain_form), cmocka_unit_test(adds_in_the_order_of_numpy),
        cmocka_unit_test(keeps_all_where_it_is_off),  cmocka_unit_test(keeps_all_that_are_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
