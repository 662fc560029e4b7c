/* Brightness profiles of images. */
#include <string.h>

#include "sparsemed/cleansing.h"
#include "support/guarded.h"
#include "support/random.h"
#include "support/unit_test.h"

static void profile_is_greatest_minus_least(void **state) {
    (void)state;
    const uint8_t image[4][5] = {{7, 7, 7, 7, 7}, {0, 3, 255, 9, 1}, {200, 10, 10, 10, 10}, {10, 10, 10, 10, 200}};
    const uint8_t expected[4] = {0, 255, 190, 190};
    uint8_t profile[4];
    sparsemed_profile(&image[0][0], 4, 5, profile);
    assert_memory_equal(profile, expected, 4);
    sparsemed_profile(&image[0][0], 4, 1, profile);
    assert_memory_equal(profile, "\0\0\0\0", 4);
}

static void profiles_of_random_images(void **state) {
    (void)state;
    struct rng rng = {41};
    struct guarded guarded;
    guarded_create(&guarded, 2, 30 * 150);
    for (int round = 0; round < 300; round++) {
        size_t height = 1 + rng_below(&rng, 30), width = 1 + rng_below(&rng, 150);
        enum guarded_edge edge = round % 3 ? GUARDED_LAST_BYTE : GUARDED_FIRST_BYTE;
        uint8_t *image = guarded_buffer(&guarded, 0, height * width, edge);
        uint8_t *profile = guarded_buffer(&guarded, 1, height, edge);
        for (size_t i = 0; i < height * width; i++) {
            image[i] = (uint8_t)(round % 2 ? rng_next(&rng) : 100 + rng_below(&rng, 9));
        }
        sparsemed_profile(image, height, width, profile);
        for (size_t y = 0; y < height; y++) {
            int greatest = 0, least = 255;
            for (size_t x = 0; x < width; x++) {
                int value = image[y * width + x];
                greatest = value > greatest ? value : greatest;
                least = value < least ? value : least;
            }
            assert_int_equal(profile[y], greatest - least);
        }
    }
    guarded_free(&guarded);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(profile_is_greatest_minus_least),
        cmocka_unit_test(profiles_of_random_images),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
