/* The whole method in one call, against its plain form. That the parts in between agree with the reference is shown by
 * the golden measurements (tests/rtdc/test_golden_stacks.c). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/axes.h"
#include "core/median/naive_median.h"
#include "core/naive_cleansing.h"
#include "sparsemed/background.h"
#include "sparsemed/offset.h"
#include "support/bits.h"
#include "support/random.h"
#include "support/unit_test.h"

enum { N_FRAMES = 150, HEIGHT = 45, WIDTH = 13, FRAME_BYTES = HEIGHT * WIDTH };

static uint8_t values[N_FRAMES][FRAME_BYTES];
static double times[N_FRAMES];

/* Frames that flicker and drift a little, with noise and, in bursts, cells; and time stamps with pauses. */
static int draw(void **state) {
    (void)state;
    struct rng rng = {11};
    for (size_t j = 0; j < N_FRAMES; j++) {
        size_t cells = j / 20 % 3 == 1 ? 60 : 1, brightness = 80 + j / 10 + rng_below(&rng, 4);
        for (size_t x = 0; x < FRAME_BYTES; x++) {
            values[j][x] = (uint8_t)(brightness + rng_below(&rng, 5) + rng_below(&rng, cells));
        }
        times[j] = 7 + 0.02 * (double)j + 1.3 * (double)((j + 9) / 50);
    }
    return 0;
}

static const struct sparsemed_frames all = {
    .values = values[0], .n_frames = N_FRAMES, .height = HEIGHT, .width = WIDTH, .times = times};

/* ---- the plain form ---- */

/* The image of every split point, each sorted out anew, and its profile. */
static void naive_images(const struct sparsemed_time_axis *axis, const struct sparsemed_parameters *parameters,
                         size_t n_steps, uint8_t *images, uint8_t *profiles) {
    size_t kernel = parameters->kernel_size < N_FRAMES ? (size_t)parameters->kernel_size : N_FRAMES;
    for (size_t i = 0; i < n_steps; i++) {
        size_t start = naive_nearest_frame(axis, (double)i * parameters->split_time, 0);
        start = start + kernel > N_FRAMES ? N_FRAMES - kernel : start;
        const uint8_t *frames[N_FRAMES];
        for (size_t j = 0; j < kernel; j++) {
            frames[j] = values[start + j];
        }
        naive_median(frames, kernel, FRAME_BYTES, images + i * FRAME_BYTES);
        sparsemed_profile(images + i * FRAME_BYTES, HEIGHT, WIDTH, profiles + i * HEIGHT);
    }
}

static double naive_top_mean(const uint8_t *image) {
    double sum = 0;
    for (size_t x = 0; x < (size_t)SPARSEMED_OFFSET_ROWS * WIDTH; x++) {
        sum += image[x];
    }
    return sum / (SPARSEMED_OFFSET_ROWS * WIDTH);
}

static void assert_frame(const struct sparsemed_background *background, size_t j, int64_t image) {
    assert_int_equal(background->map[j], image);
    if (background->offsets) {
        double offset = naive_top_mean(values[j]) - naive_top_mean(background->images + image * FRAME_BYTES);
        assert_same_double(background->offsets[j], offset);
    }
}

/* The kept images, which frames have them (none of the axes here runs backwards), and the offsets. */
static void assert_kept(const struct sparsemed_background *background, const struct sparsemed_time_axis *axis,
                        double split_time, const bool *used, const uint8_t *images) {
    size_t n = 0, begin = 0;
    for (size_t i = 0; i < background->n_steps; i++) {
        if (!used[i]) {
            continue;
        }
        assert_int_equal(background->step[n], i);
        assert_memory_equal(background->images + n * FRAME_BYTES, images + i * FRAME_BYTES, FRAME_BYTES);
        n++;
        size_t end = naive_nearest_frame(axis, (double)i * split_time, split_time / 2);
        end = n == background->n_kept ? N_FRAMES : end;
        for (; begin < end; begin++) {
            assert_frame(background, begin, (int64_t)n - 1);
        }
    }
    assert_int_equal(background->n_kept, n);
    assert_int_equal(begin, N_FRAMES);
}

/* Compute a background and compare it. */
static void assert_background(const struct sparsemed_frames *frames, const struct sparsemed_time_axis *axis,
                              const struct sparsemed_parameters *parameters, struct sparsemed_error *error) {
    struct sparsemed_background background;
    assert_int_equal(sparsemed_background_compute(frames, parameters, &background, error), SPARSEMED_OK);
    size_t n_steps;
    assert_int_equal(sparsemed_count_steps(axis, parameters->split_time, &n_steps, error), SPARSEMED_OK);
    assert_int_equal(background.n_steps, n_steps);
    assert_int_equal(background.kernel_size, parameters->kernel_size < N_FRAMES ? parameters->kernel_size : N_FRAMES);
    assert_int_equal(background.offsets != NULL, parameters->offset_correction);
    uint8_t *images = malloc(n_steps * FRAME_BYTES), *profiles = malloc(n_steps * HEIGHT);
    assert_true(images && profiles);
    naive_images(axis, parameters, n_steps, images, profiles);
    struct sparsemed_cleansing cleansing;
    naive_cleanse(profiles, n_steps, HEIGHT, parameters, &cleansing);
    assert_int_equal(background.enforced, cleansing.enforced);
    assert_kept(&background, axis, parameters->split_time, cleansing.used, images);
    sparsemed_cleansing_free(&cleansing);
    free(profiles);
    free(images);
    sparsemed_background_free(&background);
    assert_null(background.images);
}

/* ---- tests ---- */

static const struct sparsemed_parameters parameter_sets[] = {
    {20, 0.1, 0, 0.8, true},   {50, 0.05, 0, 0.6, true},                             /* windows overlap */
    {7, 0.5, 0, 1, false},     {1, 0.3, 0, 0.5, true},     {200, 0.2, 0, 0.8, true}, /* longer than the stack */
    {20, 0.1, 4, 0.5, true},   {20, 0.1, 4000, 0.9, true}, /* a threshold, and one that removes too much */
    {20, 0.003, 0, 0.8, true}, {20, 100, 0, 0.8, true},    /* more split points than frames, and one alone */
};

static void equals_the_plain_form(void **state) {
    (void)state;
    struct sparsemed_time_axis axis;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sparsemed_time_axis_from_times(times, SPARSEMED_FLOAT64, N_FRAMES, &axis, &error), SPARSEMED_OK);
    for (size_t i = 0; i < sizeof parameter_sets / sizeof *parameter_sets; i++) {
        assert_background(&all, &axis, &parameter_sets[i], &error);
    }
    sparsemed_time_axis_free(&axis);
}

static void takes_times_of_other_types(void **state) {
    (void)state;
    float single[N_FRAMES];
    int64_t whole[N_FRAMES];
    for (size_t j = 0; j < N_FRAMES; j++) {
        single[j] = (float)times[j];
        whole[j] = (int64_t)j / 3 - 20;
    }
    const struct {
        const void *times;
        enum sparsemed_number_type type;
    } cases[] = {{single, SPARSEMED_FLOAT32}, {whole, SPARSEMED_INT64}};
    for (size_t i = 0; i < 2; i++) {
        struct sparsemed_frames frames = all;
        struct sparsemed_time_axis axis;
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        frames.times = cases[i].times;
        frames.time_type = cases[i].type;
        assert_int_equal(sparsemed_time_axis_from_times(frames.times, frames.time_type, N_FRAMES, &axis, &error),
                         SPARSEMED_OK);
        assert_background(&frames, &axis, &parameter_sets[0], &error);
        sparsemed_time_axis_free(&axis);
    }
}

static void goes_without_times(void **state) {
    (void)state;
    static const double rates[] = {40, 0}, meant[] = {40, SPARSEMED_DEFAULT_FRAME_RATE};
    struct sparsemed_parameters parameters = parameter_sets[0];
    for (size_t i = 0; i < 2; i++) {
        struct sparsemed_frames frames = all;
        struct sparsemed_time_axis axis;
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        frames.times = NULL;
        frames.frame_rate = rates[i];
        parameters.split_time = 20 / meant[i];
        assert_int_equal(sparsemed_time_axis_uniform(N_FRAMES, meant[i], &axis, &error), SPARSEMED_OK);
        assert_background(&frames, &axis, &parameters, &error);
        sparsemed_time_axis_free(&axis);
    }
}

static void assert_refused(const struct sparsemed_frames *frames, const struct sparsemed_parameters *parameters,
                           enum sparsemed_status status) {
    struct sparsemed_background background;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sparsemed_background_compute(frames, parameters, &background, &error), status);
    assert_int_equal(error.status, status);
    assert_true(*error.message != '\0');
    sparsemed_background_free(&background);
}

static void refuses_what_is_not_valid(void **state) {
    (void)state;
    const struct sparsemed_parameters defaults = SPARSEMED_PARAMETERS_DEFAULT;
    struct sparsemed_parameters parameters = defaults;
    parameters.kernel_size = 0;
    assert_refused(&all, &parameters, SPARSEMED_USAGE);
    parameters = defaults;
    parameters.split_time = 1e-12;
    assert_refused(&all, &parameters, SPARSEMED_INPUT);

    struct sparsemed_frames empty[3] = {all, all, all}, huge[2] = {all, all};
    empty[0].n_frames = empty[1].height = empty[2].width = 0;
    huge[0].height = huge[1].width = (size_t)SPARSEMED_MAX_WIDTH + 1;
    for (size_t i = 0; i < 3; i++) {
        assert_refused(&empty[i], &defaults, SPARSEMED_INPUT);
        assert_refused(&huge[i % 2], &defaults, SPARSEMED_INPUT);
    }

    struct sparsemed_frames frames = all;
    frames.times = NULL;
    for (int i = 0; i < 3; i++) {
        frames.frame_rate = (const double[]){-1, NAN, INFINITY}[i];
        assert_refused(&frames, &defaults, SPARSEMED_INPUT);
    }
    double standing[N_FRAMES] = {0};
    frames.times = standing;
    assert_refused(&frames, &defaults, SPARSEMED_INPUT);
    standing[N_FRAMES - 1] = 1;
    standing[5] = NAN;
    assert_refused(&frames, &defaults, SPARSEMED_INPUT);
}

/* What failed before has no say, and what failed last is told. */
static void one_error_serves_many_calls(void **state) {
    (void)state;
    struct sparsemed_frames empty = all;
    struct sparsemed_time_axis axis;
    struct sparsemed_background background;
    struct sparsemed_parameters parameters = parameter_sets[0];
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sparsemed_time_axis_from_times(times, SPARSEMED_FLOAT64, N_FRAMES, &axis, &error), SPARSEMED_OK);
    empty.n_frames = 0;
    assert_int_equal(sparsemed_background_compute(&empty, &parameters, &background, &error), SPARSEMED_INPUT);
    sparsemed_background_free(&background);
    assert_background(&all, &axis, &parameters, &error);
    assert_int_equal(error.status, SPARSEMED_INPUT); /* still */
    parameters.kernel_size = 0;
    assert_int_equal(sparsemed_background_compute(&all, &parameters, &background, &error), SPARSEMED_USAGE);
    assert_int_equal(error.status, SPARSEMED_USAGE);
    assert_non_null(strstr(error.message, "kernel size"));
    sparsemed_background_free(&background);
    sparsemed_time_axis_free(&axis);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_the_plain_form),       cmocka_unit_test(takes_times_of_other_types),
        cmocka_unit_test(goes_without_times),          cmocka_unit_test(refuses_what_is_not_valid),
        cmocka_unit_test(one_error_serves_many_calls),
    };
    return cmocka_run_group_tests(tests, draw, NULL);
}
