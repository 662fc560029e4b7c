/* Brightness offset, and flickering. */
#include <stdlib.h>
#include <string.h>

#include "sparsemed/offset.h"
#include "support/bits.h"
#include "support/guarded.h"
#include "support/random.h"
#include "support/unit_test.h"

/* ---- offset ---- */

static void sums_top_rows_only(void **state) {
    (void)state;
    static const size_t heights[] = {1, 5, 19, 20, 21, 80}, widths[] = {1, 7, 64, 250, 321};
    struct rng rng = {61};
    struct guarded guarded;
    guarded_create(&guarded, 1, 80 * 321);
    for (size_t h = 0; h < LENGTH(heights); h++) {
        for (size_t w = 0; w < 2 * LENGTH(widths); w++) {
            size_t width = widths[w / 2], n_pixels = heights[h] * width;
            uint8_t *frame = guarded_buffer(&guarded, 0, n_pixels, w % 2 ? GUARDED_LAST_BYTE : GUARDED_FIRST_BYTE);
            uint32_t expected = 0;
            for (size_t i = 0; i < n_pixels; i++) {
                frame[i] = (uint8_t)rng_next(&rng);
                expected += i / width < 20 ? frame[i] : 0u;
            }
            assert_int_equal(sparsemed_top_sum(frame, heights[h], width), expected);
        }
    }
    guarded_free(&guarded);
}

static void largest_sum_fits(void **state) {
    (void)state;
    assert_true((uint64_t)SPARSEMED_MAX_WIDTH * 20 * 255 <= UINT32_MAX);
    size_t width = SPARSEMED_MAX_WIDTH;
    uint8_t *frame = malloc(20 * width);
    assert_non_null(frame);
    memset(frame, 255, 20 * width);
    assert_int_equal(sparsemed_top_sum(frame, 20, width), 20 * width * 255);
    free(frame);
}

/* Expected: the difference of two numpy.mean. The mean of the difference would round differently. */
static void offset_is_a_difference_of_means(void **state) {
    (void)state;
    assert_same_double(sparsemed_offset(0, 0, 80, 320), 0);
    assert_same_double(sparsemed_offset(255 * 20 * 320, 0, 80, 320), 255);
    assert_same_double(sparsemed_offset(0, 255 * 20 * 320, 80, 320), -255);
    assert_same_double(sparsemed_offset(1000, 333, 3, 7), 0x1.fc30c30c30c31p+4);
    assert_same_double(sparsemed_offset(640001, 639000, 20, 321), 0x1.3f527659a3c00p-3);
    assert_same_double(sparsemed_offset(640001, 639000, 100, 321), 0x1.3f527659a3c00p-3);
    assert_same_double(sparsemed_offset(12345, 54321, 19, 13), -0x1.53e2fad15c3e3p+7);
    assert_same_double(sparsemed_offset(7, 2, 1, 3), 0x1.aaaaaaaaaaaacp+0);
}

/* ---- flickering ---- */

static int by_value(const void *left, const void *right) {
    return *(const uint8_t *)left - *(const uint8_t *)right;
}

static void top_median_is_that_of_ten_rows(void **state) {
    (void)state;
    struct rng rng = {62};
    struct guarded guarded;
    guarded_create(&guarded, 1, 30 * 60);
    for (int round = 0; round < 2000; round++) {
        size_t height = 1 + rng_below(&rng, 30), width = 1 + rng_below(&rng, 60);
        size_t range = round % 2 ? 256 : 1 + rng_below(&rng, 4), n = (height < 10 ? height : 10) * width;
        uint8_t *frame =
            guarded_buffer(&guarded, 0, height * width, round % 3 ? GUARDED_LAST_BYTE : GUARDED_FIRST_BYTE);
        for (size_t i = 0; i < height * width; i++) {
            frame[i] = (uint8_t)(256 - range + rng_below(&rng, range));
        }
        uint8_t sorted[600];
        memcpy(sorted, frame, n);
        qsort(sorted, n, 1, by_value);
        double expected = n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2.0;
        assert_same_double(sparsemed_top_median(frame, height, width), expected);
    }
    guarded_free(&guarded);
}

/* n_frames frames of brightness 100, some of them n_odd frames brighter or darker by the difference. */
static bool flickers(size_t n_frames, size_t n_odd, double difference) {
    double medians[SPARSEMED_FLICKER_FRAMES];
    for (size_t i = 0; i < n_frames; i++) {
        medians[i] = 100;
    }
    for (size_t i = 0; i < n_odd; i++) { /* spread out, and to both sides */
        medians[(i * 37) % n_frames] += i % 2 ? difference : -difference;
    }
    return sparsemed_flickers(medians, n_frames);
}

static void five_frames_by_two_and_a_half_flicker(void **state) {
    (void)state;
    assert_true(flickers(1000, 5, 2.5));
    assert_false(flickers(1000, 5, 2.0));
    assert_false(flickers(1000, 4, 2.5));
    assert_false(flickers(1000, 4, 99));
    assert_true(flickers(1000, 6, 3));
    assert_true(flickers(11, 5, 2.5));
    assert_true(flickers(1000, 400, 2.5));
    assert_false(flickers(1000, 0, 0));
    assert_false(flickers(1000, 1000, 2.0));
}

static void median_of_an_even_number_is_a_mean(void **state) {
    (void)state;
    double odd_ones_count[] = {10, 15, 10, 15, 10, 15};       /* 12.5 is 2.5 from all */
    double median_between[] = {10, 10, 10, 14.5, 14.5, 14.5}; /* 12.25 is 2.25 from all */
    double odd_number[] = {10, 15, 10, 15, 10, 15, 10};       /* 10; three are 5 from it */
    assert_true(sparsemed_flickers(odd_ones_count, 6));
    assert_false(sparsemed_flickers(median_between, 6));
    assert_false(sparsemed_flickers(odd_number, 7));
}

static void few_frames_never_flicker(void **state) {
    (void)state;
    double medians[] = {0, 255, 0, 255};
    assert_false(sparsemed_flickers(medians, 4));
    assert_false(sparsemed_flickers(medians, 1));
    assert_false(sparsemed_flickers(medians, 0));
    assert_false(sparsemed_flickers(NULL, 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_top_rows_only),
        cmocka_unit_test(largest_sum_fits),
        cmocka_unit_test(offset_is_a_difference_of_means),
        cmocka_unit_test(top_median_is_that_of_ten_rows),
        cmocka_unit_test(five_frames_by_two_and_a_half_flicker),
        cmocka_unit_test(median_of_an_even_number_is_a_mean),
        cmocka_unit_test(few_frames_never_flicker),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
