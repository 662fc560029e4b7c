/* Prints the bits of results in which a sum in another order, a product that is contracted with a sum, or a quotient
 * that is a product with the reciprocal would show. For the test "exact". */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sparsemed/attribution.h"
#include "sparsemed/cleansing.h"
#include "sparsemed/offset.h"
#include "sparsemed/windows.h"
#include "support/random.h"

enum { N_FRAMES = 3000, HEIGHT = 45, KERNEL_SIZE = 3 };

static uint64_t bits_of(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* One number for the bits of many. */
static uint64_t mix(uint64_t sum, double value) {
    return (sum ^ bits_of(value)) * 0x100000001b3u;
}

static void print_axis(const struct sparsemed_time_axis *axis) {
    uint64_t sum = 0;
    for (size_t i = 0; i < axis->n_frames; i++) {
        sum = mix(sum, axis->time[i]);
    }
    printf("axis %016" PRIx64 ", duration %016" PRIx64 "\n", sum, bits_of(axis->duration));
}

/* Cleanse the first so many split points. So much is to be removed that the threshold that is told is made of the
 * variance and the quantile; returns it, and NaN after a failure. */
static double threshold(const struct sparsemed_windows *all, size_t n_steps, const uint8_t *profiles, double fraction,
                        struct sparsemed_error *error) {
    struct sparsemed_windows windows = *all;
    struct sparsemed_parameters parameters = SPARSEMED_PARAMETERS_DEFAULT;
    struct sparsemed_cleansing cleansing;
    windows.n_steps = n_steps;
    parameters.thresh_cleansing = 1e9;
    parameters.frac_cleansing = fraction;
    enum sparsemed_status status = sparsemed_cleanse(&windows, profiles, HEIGHT, &parameters, &cleansing, error);
    double result = status == SPARSEMED_OK && cleansing.enforced ? cleansing.thresh_cleansing : NAN;
    sparsemed_cleansing_free(&cleansing);
    return result;
}

/* One long series, whose sums are made of halves, and many short ones, in which the deviations next to the quantile are
 * not the same. */
static void print_thresholds(const struct sparsemed_windows *windows, const uint8_t *profiles,
                             struct sparsemed_error *error) {
    struct rng rng = {5};
    uint64_t sum = mix(0, threshold(windows, windows->n_steps, profiles, 0.8, error));
    for (size_t i = 0; i < 2000; i++) {
        double fraction = 0.5 + rng_unit(&rng) / 2;
        sum = mix(sum, threshold(windows, 20, profiles + i * HEIGHT, fraction, error));
    }
    printf("thresholds %016" PRIx64 "\n", sum);
}

static void print_map(const struct sparsemed_attribution *attribution) {
    uint64_t sum = 0;
    for (size_t i = 0; i < attribution->n_runs; i++) {
        sum = mix(sum, (double)attribution->run[i].first_frame);
    }
    printf("%zu runs %016" PRIx64 "\n", attribution->n_runs, sum);
}

static void print_offsets(void) {
    uint64_t sum = 0;
    for (uint32_t i = 0; i < N_FRAMES; i++) {
        sum = mix(sum, sparsemed_offset(i * 7, i * 3, HEIGHT, 37));
    }
    printf("offsets %016" PRIx64 "\n", sum);
}

/* Frame numbers, and profiles of images that show noise, so that every one deviates a little. */
static void draw(double numbers[N_FRAMES], uint8_t profiles[N_FRAMES * HEIGHT]) {
    struct rng rng = {3};
    for (size_t i = 0; i < N_FRAMES; i++) {
        numbers[i] = (double)(17 + i * 11);
    }
    for (size_t i = 0; i < (size_t)N_FRAMES * HEIGHT; i++) {
        profiles[i] = (uint8_t)(rng_below(&rng, 9) * rng_below(&rng, 9));
    }
}

static bool print_all(const double *numbers, const uint8_t *profiles, struct sparsemed_error *error) {
    struct sparsemed_parameters parameters = SPARSEMED_PARAMETERS_DEFAULT;
    parameters.split_time = 0.00311;
    struct sparsemed_time_axis axis = {0};
    struct sparsemed_windows windows = {0};
    struct sparsemed_cleansing cleansing = {0};
    struct sparsemed_attribution attribution = {0};
    bool done = sparsemed_time_axis_from_frame_numbers(numbers, N_FRAMES, 3571.3, &axis, error) == SPARSEMED_OK &&
                sparsemed_windows_build(&axis, KERNEL_SIZE, parameters.split_time, &windows, error) == SPARSEMED_OK &&
                sparsemed_cleanse(&windows, profiles, HEIGHT, &parameters, &cleansing, error) == SPARSEMED_OK &&
                sparsemed_attribute_frames(&axis, &cleansing, windows.n_steps, parameters.split_time, &attribution,
                                           error) == SPARSEMED_OK;
    if (done) {
        print_axis(&axis);
        print_thresholds(&windows, profiles, error);
        print_map(&attribution);
        print_offsets();
    }
    sparsemed_attribution_free(&attribution);
    sparsemed_cleansing_free(&cleansing);
    sparsemed_windows_free(&windows);
    sparsemed_time_axis_free(&axis);
    return done;
}

int main(void) {
    static double numbers[N_FRAMES];
    static uint8_t profiles[N_FRAMES * HEIGHT];
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    draw(numbers, profiles);
    if (!print_all(numbers, profiles, &error)) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    return 0;
}
