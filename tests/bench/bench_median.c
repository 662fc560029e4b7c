/* The median of a window of 200 frames of 80 x 320 pixels against a copy of such a window, for every instruction set of
 * this processor. Prints, for each repetition: instruction set, where the window was (cache or memory), seconds of the
 * median, seconds of the copy. Usage: bench_median REPETITIONS */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sparsemed/median.h"
#include "support/clock.h"

enum { FRAMES = 200, PIXELS = 80 * 320, WINDOW = FRAMES * PIXELS, MANY_WINDOWS = 16 };

/* Windows of a still scene with noise, as neighbouring windows of a measurement are. */
static void fill(unsigned char *windows) {
    unsigned state = 1;
    for (size_t i = 0; i < (size_t)MANY_WINDOWS * WINDOW; i++) {
        state = state * 1664525 + 1013904223;
        windows[i] = (unsigned char)(110 + i % PIXELS / 400 + (state >> 28) % 6 + (state >> 24) % 6);
    }
}

/* One repetition over n windows, the median of one and a copy of the next. */
static void measure(enum sparsemed_instruction_set set, const unsigned char *windows, size_t n, int repetition,
                    unsigned char *image, unsigned char *copy, double seconds[2]) {
    const unsigned char *frames[FRAMES];
    const unsigned char *window = windows + (size_t)(2 * repetition) % n * WINDOW;
    const unsigned char *next = windows + (size_t)(2 * repetition + 1) % n * WINDOW;
    for (size_t i = 0; i < FRAMES; i++) {
        frames[i] = window + i * PIXELS;
    }
    double begin = now();
    sparsemed_median_image(set, frames, FRAMES, PIXELS, image);
    seconds[0] = now() - begin;
    begin = now();
    memcpy(copy, next, WINDOW);
    seconds[1] = now() - begin;
}

static void bench(enum sparsemed_instruction_set set, const unsigned char *windows, size_t n, const char *place,
                  int repetitions) {
    static unsigned char image[PIXELS];
    static unsigned char copy[WINDOW];
    double seconds[2];
    measure(set, windows, n, 0, image, copy, seconds); /* the guess is good from then on */
    for (int i = 0; i < repetitions; i++) {
        measure(set, windows, n, i, image, copy, seconds);
        printf("%s %s %.9f %.9f %d\n", sparsemed_instruction_set_name(set), place, seconds[0], seconds[1], copy[i]);
    }
}

int main(int argc, char **argv) {
    int repetitions = argc > 1 ? atoi(argv[1]) : 20;
    unsigned char *windows = malloc((size_t)MANY_WINDOWS * WINDOW);
    if (!windows) {
        fputs("bench_median: out of memory\n", stderr);
        return 1;
    }
    fill(windows);
    for (int i = 0; i < SPARSEMED_N_INSTRUCTION_SETS; i++) {
        enum sparsemed_instruction_set set = (enum sparsemed_instruction_set)i;
        if (sparsemed_instruction_set_is_available(set)) {
            bench(set, windows, 1, "cache", repetitions);
            bench(set, windows, MANY_WINDOWS, "memory", repetitions);
        }
    }
    free(windows);
    return 0;
}
