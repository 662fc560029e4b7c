/* Median images of a window that moves on, against sorting, for every instruction set of this processor. */
#include <stdlib.h>
#include <string.h>

#include "core/median/each_set.h"
#include "core/median/naive_median.h"
#include "sparsemed/moving_median.h"
#include "support/guarded.h"
#include "support/random.h"
#include "support/unit_test.h"

enum { MAX_FRAMES = 700, MAX_PIXELS = 400, N_MOVES = 12 };

/* A measurement, each frame of which ends or begins at an inaccessible page. */
static struct guarded guarded;
static const uint8_t *frames[MAX_FRAMES];

static int create_frames(void **state) {
    (void)state;
    guarded_create(&guarded, MAX_FRAMES, MAX_PIXELS);
    return 0;
}

static int free_frames(void **state) {
    (void)state;
    guarded_free(&guarded);
    return 0;
}

/* Frames whose brightness drifts by so many grey values from first to last. */
static void fill_frames(struct rng *rng, size_t n_pixels, int drift, enum guarded_edge edge) {
    for (size_t i = 0; i < MAX_FRAMES; i++) {
        uint8_t *frame = guarded_buffer(&guarded, i, n_pixels, edge);
        for (size_t x = 0; x < n_pixels; x++) {
            int value = (int)(x % 256) + (int)rng_below(rng, 9) - 4 + drift * (int)i / MAX_FRAMES;
            value = rng_below(rng, 20) == 0 ? (int)rng_below(rng, 256) : value;
            frame[x] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
        }
        frames[i] = frame;
    }
}

static void assert_image(const uint8_t *image, size_t start, size_t n_frames, size_t n_pixels) {
    uint8_t expected[MAX_PIXELS];
    naive_median(frames + start, n_frames, n_pixels, expected);
    assert_memory_equal(image, expected, n_pixels);
}

/* Start somewhere, then move on by up to the given number of frames as often as there are frames left. */
static void move_along(enum sparsemed_instruction_set set, struct rng *rng, size_t n_frames, size_t n_pixels,
                       size_t longest) {
    struct sparsemed_moving_median *moving = NULL;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    uint8_t image[MAX_PIXELS] = {0};
    assert_int_equal(sparsemed_moving_median_create(n_frames, n_pixels, set, &moving, &error), SPARSEMED_OK);
    size_t start = rng_below(rng, 5);
    size_t n_first = rng_below(rng, n_frames + 1);
    sparsemed_moving_median_start(moving, image);
    sparsemed_moving_median_move(moving, NULL, 0, frames + start, n_first);
    sparsemed_moving_median_move(moving, NULL, 0, frames + start + n_first, n_frames - n_first);
    sparsemed_moving_median_image(moving, frames + start, n_frames, image);
    assert_image(image, start, n_frames, n_pixels);
    for (int i = 0; i < N_MOVES; i++) {
        size_t moved = rng_below(rng, longest + 1);
        moved = moved > n_frames ? n_frames : moved;
        if (start + moved + n_frames > MAX_FRAMES) {
            break;
        }
        sparsemed_moving_median_move(moving, frames + start, moved, frames + start + n_frames, moved);
        start += moved;
        sparsemed_moving_median_image(moving, frames + start, n_frames, image);
        assert_image(image, start, n_frames, n_pixels);
    }
    sparsemed_moving_median_free(moving);
}

static void follows_a_window(void **state) {
    enum sparsemed_instruction_set set = set_of_test(state);
    static const size_t kernels[] = {1, 2, 3, 50, 200, 255, 256, 300, 511};
    static const size_t pixels[] = {1, 63, 64, 65, 128, 200, 399};
    static const int drifts[] = {0, 40, -200}; /* the last one leaves the counted values again and again */
    struct rng rng = {5};
    for (size_t k = 0; k < sizeof kernels / sizeof *kernels; k++) {
        for (size_t p = 0; p < sizeof pixels / sizeof *pixels; p++) {
            enum guarded_edge edge = (k + p) % 2 ? GUARDED_FIRST_BYTE : GUARDED_LAST_BYTE;
            fill_frames(&rng, pixels[p], drifts[(k + p) % 3], edge);
            move_along(set, &rng, kernels[k], pixels[p], 5);
            move_along(set, &rng, kernels[k], pixels[p], kernels[k]);
        }
    }
}

/* Counts of more than 16 bits. */
static void follows_a_very_long_window(void **state) {
    (void)state;
    enum { N_FRAMES = 65600, N_PIXELS = 70 };
    struct sparsemed_moving_median *moving = NULL;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    const uint8_t **many = malloc((N_FRAMES + 100) * sizeof *many);
    uint8_t image[N_PIXELS] = {0}, expected[N_PIXELS];
    struct rng rng = {6};
    fill_frames(&rng, N_PIXELS, 100, GUARDED_LAST_BYTE);
    for (size_t i = 0; i < N_FRAMES + 100; i++) {
        many[i] = frames[rng_below(&rng, MAX_FRAMES)];
    }
    assert_int_equal(sparsemed_moving_median_create(N_FRAMES, N_PIXELS, SPARSEMED_PORTABLE, &moving, &error),
                     SPARSEMED_OK);
    sparsemed_moving_median_start(moving, image);
    sparsemed_moving_median_move(moving, NULL, 0, many, N_FRAMES);
    sparsemed_moving_median_move(moving, many, 100, many + N_FRAMES, 100);
    sparsemed_moving_median_image(moving, many + 100, N_FRAMES, image);
    naive_median(many + 100, N_FRAMES, N_PIXELS, expected);
    assert_memory_equal(image, expected, N_PIXELS);
    sparsemed_moving_median_free(moving);
    free(many);
}

int main(void) {
    struct CMUnitTest tests[SPARSEMED_N_INSTRUCTION_SETS + 1];
    size_t n = for_each_set("follows_a_window", follows_a_window, tests);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(follows_a_very_long_window);
    assert_int_equal(n, LENGTH(tests));
    return cmocka_run_group_tests(tests, create_frames, free_frames);
}
