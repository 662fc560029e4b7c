/* Median images, against sorting, for every instruction set of this processor. Frames and image lie between
 * inaccessible pages. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/median/each_set.h"
#include "core/median/naive_median.h"
#include "sparsemed/median.h"
#include "support/guarded.h"
#include "support/random.h"
#include "support/unit_test.h"

enum { MAX_FRAMES = 1000, MAX_PIXELS = 2200, MANY_FRAMES = 70000 };

/* ---- the comparison ---- */

static const uint8_t *frames[MANY_FRAMES];
static uint8_t expected[MAX_PIXELS];
static struct guarded guarded; /* a slot a frame, the last one for the image */

static int create_guarded(void **state) {
    (void)state;
    guarded_create(&guarded, MAX_FRAMES + 1, MAX_PIXELS);
    return 0;
}

static int free_guarded(void **state) {
    (void)state;
    guarded_free(&guarded);
    return 0;
}

static void fill_frames(struct rng *rng, enum content content, size_t n_frames, size_t n_pixels,
                        enum guarded_edge edge) {
    for (size_t i = 0; i < n_frames; i++) {
        uint8_t *frame = guarded_buffer(&guarded, i, n_pixels, edge);
        for (size_t x = 0; x < n_pixels; x++) {
            frame[x] = grey_value(rng, content, i, n_frames);
        }
        frames[i] = frame;
    }
}

/* Compute the image with the guess of some kind at one edge of its buffer. */
static void assert_image(enum sparsemed_instruction_set set, struct rng *rng, size_t n_frames, size_t n_pixels,
                         int guess_kind, enum guarded_edge edge) {
    uint8_t *image = guarded_buffer(&guarded, MAX_FRAMES, n_pixels, edge);
    for (size_t x = 0; x < n_pixels; x++) {
        image[x] = guess(rng, guess_kind, expected[x]);
    }
    sparsemed_median_image(set, frames, n_frames, n_pixels, image);
    for (size_t x = 0; x < n_pixels; x++) {
        if (image[x] != expected[x]) {
            fail_msg("%zu frames of %zu pixels, guess %d: pixel %zu is %d, not %d", n_frames, n_pixels, guess_kind, x,
                     image[x], expected[x]);
        }
    }
}

static void compare(enum sparsemed_instruction_set set, struct rng *rng, enum content content, size_t n_frames,
                    size_t n_pixels) {
    for (int edge = GUARDED_FIRST_BYTE; edge <= GUARDED_LAST_BYTE; edge++) {
        fill_frames(rng, content, n_frames, n_pixels, (enum guarded_edge)edge);
        naive_median(frames, n_frames, n_pixels, expected);
        int guess_kind = (int)rng_below(rng, N_GUESSES);
        assert_image(set, rng, n_frames, n_pixels, guess_kind, GUARDED_FIRST_BYTE);
        assert_image(set, rng, n_frames, n_pixels, (guess_kind + 1) % N_GUESSES, GUARDED_LAST_BYTE);
    }
}

static void sizes_of_windows_and_images(void **state) {
    enum sparsemed_instruction_set set = set_of_test(state);
    static const size_t kernels[] = {1000, 1, 2, 3, 199, 200, 254, 255, 256, 257, 509, 510, 511, 512, 765, 766};
    static const size_t pixels[] = {0, 1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 250, 1000, 1023, 1024, 1025, 2111};
    struct rng rng = {81};
    for (size_t k = 0; k < LENGTH(kernels); k++) {
        for (size_t p = 0; p < LENGTH(pixels); p++) {
            compare(set, &rng, (enum content)((k * LENGTH(pixels) + p) % N_CONTENTS), kernels[k], pixels[p]);
        }
    }
}

static void every_kernel_size(void **state) {
    enum sparsemed_instruction_set set = set_of_test(state);
    struct rng rng = {82};
    for (size_t n_frames = 1; n_frames <= 520; n_frames++) { /* one plane of counts, then two */
        compare(set, &rng, (enum content)(n_frames % N_CONTENTS), n_frames, 65);
    }
}

static void random_windows(void **state) {
    enum sparsemed_instruction_set set = set_of_test(state);
    struct rng rng = {83};
    for (int round = 0; round < 600; round++) {
        size_t n_frames = 1 + rng_below(&rng, round % 10 ? 60 : 300), n_pixels = rng_below(&rng, 140);
        compare(set, &rng, (enum content)(round % N_CONTENTS), n_frames, n_pixels);
    }
}

/* Every value as the median, from every guess: pixel x of image g is guessed to be g. */
static void every_value_from_every_guess(void **state) {
    enum sparsemed_instruction_set set = set_of_test(state);
    static const size_t kernels[] = {1, 2, 5, 200, 300};
    for (size_t k = 0; k < LENGTH(kernels); k++) {
        for (size_t i = 0; i < kernels[k]; i++) {
            uint8_t *frame = guarded_buffer(&guarded, i, 256, GUARDED_LAST_BYTE);
            for (size_t x = 0; x < 256; x++) { /* the values around x, but not beyond 0 and 255 */
                long value = (long)x + (long)i - (long)(kernels[k] / 2);
                frame[x] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
            }
            frames[i] = frame;
        }
        for (int g = 0; g < 256; g++) {
            uint8_t *image = guarded_buffer(&guarded, MAX_FRAMES, 256, GUARDED_LAST_BYTE);
            memset(image, g, 256);
            sparsemed_median_image(set, frames, kernels[k], 256, image);
            for (size_t x = 0; x < 256; x++) {
                assert_int_equal(image[x], x);
            }
        }
    }
}

/* ---- more frames than 16 bits count ---- */

/* Pixel x is dark in the first so many frames and bright in the others: at the limits of the rank and of 16 bits. */
static void counts_beyond_16_bits(void **state) {
    enum sparsemed_instruction_set set = set_of_test(state);
    static const size_t dark[] = {0, 1, 4464, 34999, 35000, 35001, 65535, 65536, 65537, 69999, MANY_FRAMES};
    size_t n_pixels = LENGTH(dark);
    struct rng rng = {84};
    for (size_t d = 0; d < n_pixels; d++) { /* frames alike from one limit to the next */
        uint8_t *frame = guarded_buffer(&guarded, d, n_pixels, GUARDED_LAST_BYTE);
        for (size_t x = 0; x < n_pixels; x++) {
            frame[x] = x < d ? 200 : 10;
        }
    }
    for (size_t i = 0, d = 0; i < MANY_FRAMES; i++) {
        for (; dark[d] <= i; d++) {
        }
        frames[i] = guarded_buffer(&guarded, d, n_pixels, GUARDED_LAST_BYTE);
    }
    for (size_t x = 0; x < n_pixels; x++) {
        expected[x] = dark[x] > MANY_FRAMES / 2 ? 10 : 200;
    }
    for (int kind = 0; kind < N_GUESSES; kind++) {
        assert_image(set, &rng, MANY_FRAMES, n_pixels, kind, GUARDED_LAST_BYTE);
    }
}

static void many_random_frames(void **state) {
    enum sparsemed_instruction_set set = set_of_test(state);
    struct rng rng = {85};
    size_t n_pixels = 70;
    fill_frames(&rng, UNIFORM, MAX_FRAMES, n_pixels, GUARDED_LAST_BYTE);
    for (size_t i = 0; i < MANY_FRAMES; i++) {
        frames[i] = guarded_buffer(&guarded, rng_below(&rng, MAX_FRAMES), n_pixels, GUARDED_LAST_BYTE);
    }
    naive_median(frames, MANY_FRAMES, n_pixels, expected);
    assert_image(set, &rng, MANY_FRAMES, n_pixels, N_GUESSES - 1, GUARDED_LAST_BYTE);
}

/* ---- the test itself ---- */

/* The guard pages are what finds accesses outside of a buffer: hold that they are there. */
static void guard_pages_crash(void **state) {
    (void)state;
    for (int edge = GUARDED_FIRST_BYTE; edge <= GUARDED_LAST_BYTE; edge++) {
        volatile uint8_t *buffer = guarded_buffer(&guarded, 3, 100, (enum guarded_edge)edge);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            const struct rlimit no_core_file = {0, 0};
            setrlimit(RLIMIT_CORE, &no_core_file);
            signal(SIGSEGV, SIG_DFL);
            _exit(edge == GUARDED_FIRST_BYTE ? buffer[-1] : buffer[100]);
        }
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), SIGSEGV);
        buffer[0] = buffer[99] = 1; /* but the buffer itself can be used */
    }
}

int main(void) {
    struct CMUnitTest tests[6 * SPARSEMED_N_INSTRUCTION_SETS + 1];
    size_t n = 0;
    n += for_each_set("sizes_of_windows_and_images", sizes_of_windows_and_images, tests + n);
    n += for_each_set("every_kernel_size", every_kernel_size, tests + n);
    n += for_each_set("random_windows", random_windows, tests + n);
    n += for_each_set("every_value_from_every_guess", every_value_from_every_guess, tests + n);
    n += for_each_set("counts_beyond_16_bits", counts_beyond_16_bits, tests + n);
    n += for_each_set("many_random_frames", many_random_frames, tests + n);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(guard_pages_crash);
    assert_int_equal(n, LENGTH(tests));
    return cmocka_run_group_tests(tests, create_guarded, free_guarded);
}
