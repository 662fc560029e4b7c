/* Figures and flags of a background, against plain forms of them. */
#include <math.h>
#include <string.h>

#include "core/axes.h"
#include "sparsemed/quality.h"
#include "support/bits.h"
#include "support/guarded.h"
#include "support/random.h"
#include "support/unit_test.h"

enum { MOST_FRAMES = 600, HEIGHT = 44 };

/* ---- pixels ---- */

static int by_value(const void *left, const void *right) {
    return *(const uint8_t *)left - *(const uint8_t *)right;
}

static double naive_brightness(const uint8_t *image, size_t n) {
    uint8_t *sorted = allocate(n);
    memcpy(sorted, image, n);
    qsort(sorted, n, 1, by_value);
    double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2.0;
    free(sorted);
    return median;
}

static double naive_activity(const uint8_t *frame, const uint8_t *image, size_t height, size_t width) {
    size_t count = 0, n = 0;
    for (size_t y = height / 4; y < height - height / 4; y++) {
        for (size_t x = 0; x < width; x++, n++) {
            count += abs(frame[y * width + x] - image[y * width + x]) >= 12;
        }
    }
    return (double)count / (double)n;
}

static void pixels_are_counted(void **state) {
    (void)state;
    static const size_t sizes[] = {1, 2, 3, 15, 16, 17, 64, 999, 4080, 4081, 9000};
    struct rng rng = {7};
    struct guarded guarded;
    guarded_create(&guarded, 2, 9000);
    for (size_t s = 0; s < 4 * LENGTH(sizes); s++) {
        size_t n = sizes[s / 4], range = s % 2 ? 3 : 256;
        uint8_t *image = guarded_buffer(&guarded, 0, n, s / 2 % 2 ? GUARDED_LAST_BYTE : GUARDED_FIRST_BYTE);
        uint8_t *frame = guarded_buffer(&guarded, 1, n, s / 2 % 2 ? GUARDED_LAST_BYTE : GUARDED_FIRST_BYTE);
        for (size_t i = 0; i < n; i++) {
            image[i] = (uint8_t)(rng_next(&rng) % range * (range == 3 ? 127 : 1));
            frame[i] = (uint8_t)(image[i] + rng_next(&rng) % 27 - 13);
        }
        const uint8_t *frames[] = {frame};
        for (int guess = 0; guess < 256; guess += 15) {
            assert_same_double(sparsemed_brightness(image, n, guess), naive_brightness(image, n));
        }
        size_t height = n % 3 == 0 ? 3 : n % 8 == 0 ? 8 : 1;
        assert_same_double(sparsemed_activity(frames, 1, image, height, n / height),
                           naive_activity(frame, image, height, n / height));
    }
    guarded_free(&guarded);
}

static void extreme_pixels_are_counted(void **state) {
    (void)state;
    uint8_t black[5000], white[5000];
    memset(black, 0, sizeof black);
    memset(white, 255, sizeof white);
    const uint8_t *frames[] = {black, white, black};
    assert_same_double(sparsemed_brightness(black, sizeof black, 255), 0);
    assert_same_double(sparsemed_brightness(white, sizeof white, 0), 255);
    assert_same_double(sparsemed_activity(frames, 3, black, 50, 100), 1);
    assert_same_double(sparsemed_activity(frames, 1, black, 50, 100), 0);
}

/* ---- a background ---- */

static int by_size(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

static double naive_median(const double *values, size_t n) {
    double *sorted = allocate(n * sizeof *sorted);
    memcpy(sorted, values, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_size);
    double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    free(sorted);
    return median;
}

static double naive_spread(const double *values, size_t n) {
    double *distances = allocate(n * sizeof *distances), median = naive_median(values, n);
    for (size_t i = 0; i < n; i++) {
        distances[i] = fabs(values[i] - median);
    }
    double spread = naive_median(distances, n);
    free(distances);
    return spread;
}

/* What a background is judged by, with what it borrows. */
struct scene {
    struct sparsemed_time_axis axis;
    struct sparsemed_windows windows;
    struct sparsemed_parameters parameters;
    struct sparsemed_cleansing cleansing;
    struct sparsemed_attribution attribution;
    struct sparsemed_impression *impressions;
    struct sparsemed_offset_count offsets;
    double *offset; /* [n_frames] */
};

static void set_scene(struct scene *scene, struct rng *rng, enum axis_kind kind, size_t n_frames) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    memset(scene, 0, sizeof *scene);
    random_axis(rng, kind, n_frames, &scene->axis);
    scene->parameters = SPARSEMED_PARAMETERS_DEFAULT;
    scene->parameters.kernel_size = 20;
    scene->parameters.split_time = scene->axis.duration / rng_between(rng, 1, 60);
    scene->parameters.frac_cleansing = rng_next(rng) % 3 ? 0.8 : 1;
    assert_int_equal(sparsemed_windows_build(&scene->axis, 20, scene->parameters.split_time, &scene->windows, &error),
                     SPARSEMED_OK);
    size_t n_windows = scene->windows.n_windows, n_steps = scene->windows.n_steps;
    uint8_t *profiles = allocate(n_windows * HEIGHT);
    scene->impressions = allocate(n_windows * sizeof *scene->impressions);
    for (size_t i = 0; i < n_windows * HEIGHT; i++) {
        profiles[i] = (uint8_t)(rng_next(rng) % 40);
    }
    for (size_t i = 0; i < n_windows; i++) {
        scene->impressions[i] =
            (struct sparsemed_impression){(double)(rng_next(rng) % 500) / 2, rng_between(rng, 0, 0.001)};
    }
    assert_int_equal(
        sparsemed_cleanse(&scene->windows, profiles, HEIGHT, &scene->parameters, &scene->cleansing, &error),
        SPARSEMED_OK);
    assert_int_equal(sparsemed_attribute_frames(&scene->axis, &scene->cleansing, n_steps, scene->parameters.split_time,
                                                &scene->attribution, &error),
                     SPARSEMED_OK);
    scene->offset = allocate(n_frames * sizeof *scene->offset);
    for (size_t j = 0; j < n_frames; j++) {
        scene->offset[j] = rng_next(rng) % 50 ? 2 * rng_normal(rng) : 40 * rng_normal(rng);
        sparsemed_offset_count_add(&scene->offsets, scene->offset[j]);
    }
    free(profiles);
}

static void clear_scene(struct scene *scene) {
    free(scene->offset);
    free(scene->impressions);
    sparsemed_attribution_free(&scene->attribution);
    sparsemed_cleansing_free(&scene->cleansing);
    sparsemed_windows_free(&scene->windows);
    sparsemed_time_axis_free(&scene->axis);
}

static struct sparsemed_quality judge(const struct scene *scene, bool with_offsets) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sparsemed_quality quality;
    const struct sparsemed_evidence evidence = {
        .axis = &scene->axis,
        .windows = &scene->windows,
        .parameters = &scene->parameters,
        .cleansing = &scene->cleansing,
        .attribution = &scene->attribution,
        .impressions = scene->impressions,
        .offsets = with_offsets ? &scene->offsets : NULL,
    };
    assert_int_equal(sparsemed_judge(&evidence, &quality, &error), SPARSEMED_OK);
    return quality;
}

static void assert_figure(const struct sparsemed_quality *quality, enum sparsemed_figure figure, double expected) {
    double found = quality->figure[figure];
    if (isnan(expected) ? !isnan(found) : found != expected) {
        print_error("%s is %g instead of %g\n", sparsemed_figure_name(figure), found, expected);
        fail();
    }
}

static void check_contrast(const struct scene *scene, const struct sparsemed_quality *quality) {
    size_t n = scene->windows.n_steps, n_kept = 0;
    double *kept = allocate(n * sizeof *kept), most = 0, least = INFINITY;
    const struct sparsemed_cleansing *cleansing = &scene->cleansing;
    for (size_t i = 0; i < n; i++) {
        if (cleansing->used[i]) {
            kept[n_kept++] = cleansing->ref[i];
            most = fmax(most, cleansing->ref[i]);
        } else {
            least = fmin(least, cleansing->ref[i]);
        }
        assert_int_equal(cleansing->used[i], cleansing->ref[i] <= cleansing->threshold);
        assert_same_double(cleansing->ref[i], fabs(cleansing->x[i] - naive_median(cleansing->x, n)));
    }
    bool all = scene->parameters.frac_cleansing == 1;
    assert_figure(quality, SPARSEMED_FIGURE_THRESHOLD, all ? NAN : cleansing->threshold);
    assert_figure(quality, SPARSEMED_FIGURE_REF_KEPT_MAX, most);
    assert_figure(quality, SPARSEMED_FIGURE_REF_KEPT_MEDIAN, naive_median(kept, n_kept));
    assert_figure(quality, SPARSEMED_FIGURE_REF_REMOVED_MIN, isfinite(least) ? least : NAN);
    assert_figure(quality, SPARSEMED_FIGURE_REF_MEDIAN, naive_median(cleansing->ref, n));
    assert_figure(quality, SPARSEMED_FIGURE_REF_SPREAD, naive_spread(cleansing->ref, n));
    free(kept);
}

static void check_brightness(const struct scene *scene, const struct sparsemed_quality *quality) {
    size_t n = 0;
    double *kept = allocate(scene->windows.n_steps * sizeof *kept), most = 0, least = 255, activity = 0;
    for (size_t i = 0; i < scene->windows.n_steps; i++) {
        const struct sparsemed_impression *impression = &scene->impressions[scene->windows.window_of_step[i]];
        if (scene->cleansing.used[i]) {
            kept[n++] = impression->brightness;
            most = fmax(most, impression->brightness);
            least = fmin(least, impression->brightness);
        }
        activity = fmax(activity, impression->activity);
    }
    size_t tenth = n < 10 ? 1 : n / 10;
    assert_figure(quality, SPARSEMED_FIGURE_BG_MED, naive_median(kept, n));
    assert_figure(quality, SPARSEMED_FIGURE_BG_MED_RANGE, most - least);
    assert_figure(quality, SPARSEMED_FIGURE_BG_MED_DRIFT,
                  naive_median(kept + n - tenth, tenth) - naive_median(kept, tenth));
    assert_figure(quality, SPARSEMED_FIGURE_ACTIVITY, activity);
    free(kept);
}

static void check_offsets(const struct scene *scene, const struct sparsemed_quality *quality) {
    size_t n = scene->axis.n_frames, n_flickering = 0;
    double *rounded = allocate(n * sizeof *rounded);
    for (size_t j = 0; j < n; j++) {
        rounded[j] = fmin(fmax(floor(scene->offset[j] * 64 + 0.5) / 64, -32), 32);
        n_flickering += fabs(scene->offset[j]) >= 2.5;
    }
    assert_figure(quality, SPARSEMED_FIGURE_BG_OFF_SPREAD, naive_spread(rounded, n));
    assert_figure(quality, SPARSEMED_FIGURE_FLICKERING_FRAMES, (double)n_flickering);
    free(rounded);
}

static void check_time(const struct scene *scene, const struct sparsemed_quality *quality) {
    size_t n_frames = scene->axis.n_frames, n_kept = 0;
    double *kept = allocate((scene->windows.n_steps + 2) * sizeof *kept), *times = allocate(n_frames * sizeof *times);
    double gap = 0, pause = 0, farthest = 0;
    int64_t *map = allocate(n_frames * sizeof *map);
    for (size_t i = 0; i < scene->windows.n_steps; i++) {
        if (scene->cleansing.used[i]) {
            kept[n_kept++] = (double)i * scene->parameters.split_time;
        }
    }
    for (size_t i = 0; i <= n_kept; i++) {
        double begin = i > 0 ? kept[i - 1] : 0, end = i < n_kept ? kept[i] : scene->axis.duration;
        gap = fmax(gap, end - begin);
    }
    memcpy(times, scene->axis.time, n_frames * sizeof *times);
    qsort(times, n_frames, sizeof *times, by_size);
    sparsemed_attribution_map(&scene->attribution, 0, n_frames, map);
    double *frames = calloc(n_kept, sizeof *frames);
    assert_non_null(frames);
    for (size_t j = 0; j < n_frames; j++) {
        pause = j > 0 ? fmax(pause, times[j] - times[j - 1]) : 0;
        farthest = fmax(farthest, fabs(scene->axis.time[j] - kept[map[j]]));
        frames[map[j]]++;
    }
    assert_figure(quality, SPARSEMED_FIGURE_LONGEST_GAP, gap);
    assert_figure(quality, SPARSEMED_FIGURE_LONGEST_PAUSE, pause);
    assert_figure(quality, SPARSEMED_FIGURE_FARTHEST_IMAGE, farthest);
    assert_figure(quality, SPARSEMED_FIGURE_FRAMES_PER_IMAGE_MEDIAN, naive_median(frames, n_kept));
    qsort(frames, n_kept, sizeof *frames, by_size);
    assert_figure(quality, SPARSEMED_FIGURE_FRAMES_PER_IMAGE_MIN, frames[0]);
    assert_figure(quality, SPARSEMED_FIGURE_FRAMES_PER_IMAGE_MAX, frames[n_kept - 1]);
    free(frames);
    free(map);
    free(times);
    free(kept);
}

static void figures_are_what_they_are_said_to_be(void **state) {
    (void)state;
    struct rng rng = {23};
    for (int i = 0; i < 40 * N_AXIS_KINDS; i++) {
        enum axis_kind kind = (enum axis_kind)(i % N_AXIS_KINDS);
        struct scene scene;
        if (kind == AXIS_HUGE) { /* seconds that are too large to be split */
            continue;
        }
        set_scene(&scene, &rng, kind, 20 + rng_next(&rng) % (MOST_FRAMES - 20));
        struct sparsemed_quality quality = judge(&scene, true), without = judge(&scene, false);
        check_contrast(&scene, &quality);
        check_brightness(&scene, &quality);
        check_offsets(&scene, &quality);
        check_time(&scene, &quality);
        assert_figure(&without, SPARSEMED_FIGURE_BG_OFF_SPREAD, NAN);
        assert_figure(&without, SPARSEMED_FIGURE_FLICKERING_FRAMES, NAN);
        assert_false(sparsemed_is_flagged(&without, SPARSEMED_FLAG_FLICKER));
        clear_scene(&scene);
    }
}

/* ---- flags ---- */

/* A background that is clean: 400 frames, one every so many seconds, but for a pause in the middle. A split point a
 * second. */
static void set_clean_scene(struct scene *scene, double interval, double pause) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    memset(scene, 0, sizeof *scene);
    scene->parameters = SPARSEMED_PARAMETERS_DEFAULT;
    double times[400];
    for (int j = 0; j < 400; j++) {
        times[j] = j * interval + (j < 200 ? 0 : pause);
        sparsemed_offset_count_add(&scene->offsets, 0);
    }
    sparsemed_time_axis_from_times(times, SPARSEMED_FLOAT64, 400, &scene->axis, &error);
    sparsemed_windows_build(&scene->axis, scene->parameters.kernel_size, 1, &scene->windows, &error);
    uint8_t *profiles = calloc(scene->windows.n_windows, HEIGHT);
    assert_non_null(profiles);
    sparsemed_cleanse(&scene->windows, profiles, HEIGHT, &scene->parameters, &scene->cleansing, &error);
    sparsemed_attribute_frames(&scene->axis, &scene->cleansing, scene->windows.n_steps, 1, &scene->attribution, &error);
    assert_int_equal(error.status, SPARSEMED_OK);
    scene->impressions = allocate(scene->windows.n_windows * sizeof *scene->impressions);
    for (size_t i = 0; i < scene->windows.n_windows; i++) {
        scene->impressions[i] = (struct sparsemed_impression){100, 0.01};
        scene->cleansing.ref[i] = 0.1;
    }
    free(profiles);
}

/* Keep the images of all split points but some. */
static void remove_images(struct scene *scene, size_t first, size_t end) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sparsemed_cleansing *cleansing = &scene->cleansing;
    cleansing->n_kept = 0;
    for (size_t i = 0; i < scene->windows.n_steps; i++) {
        cleansing->used[i] = i < first || i >= end;
        cleansing->n_kept += cleansing->used[i];
    }
    sparsemed_attribution_free(&scene->attribution);
    assert_int_equal(
        sparsemed_attribute_frames(&scene->axis, cleansing, scene->windows.n_steps, 1, &scene->attribution, &error),
        SPARSEMED_OK);
}

static void assert_flags(const struct scene *scene, const char *expected) {
    char text[SPARSEMED_FLAGS_SIZE];
    sparsemed_flags_format(judge(scene, true).flags, text);
    assert_string_equal(text, expected);
}

static void flags_begin_at_their_thresholds(void **state) {
    (void)state;
    struct scene scene;
    set_clean_scene(&scene, 0.1, 0);
    assert_flags(&scene, "clean");
    scene.cleansing.ref[7] = 2;
    assert_flags(&scene, "clean");
    scene.cleansing.ref[7] = 2.01;
    assert_flags(&scene, "streaks");
    remove_images(&scene, 7, 8);
    assert_flags(&scene, "clean");
    remove_images(&scene, 7, 16);
    assert_flags(&scene, "clean");
    remove_images(&scene, 7, 17);
    assert_flags(&scene, "gap");
    scene.cleansing.ref[7] = 0.1;
    remove_images(&scene, 30, 40);
    assert_flags(&scene, "gap");
    remove_images(&scene, 0, 0);
    for (size_t i = 0; i < scene.windows.n_steps; i++) {
        scene.cleansing.ref[i] = i % 2 ? 1.2 : 8;
    }
    assert_flags(&scene, "clean");
    scene.cleansing.ref[8] = 8.01;
    assert_flags(&scene, "streaks");
    for (size_t i = 0; i < scene.windows.n_steps; i++) {
        scene.cleansing.ref[i] = 0.1;
    }
    scene.impressions[3].brightness = 95.5;
    assert_flags(&scene, "clean");
    scene.impressions[3].brightness = 95;
    assert_flags(&scene, "drift");
    for (size_t i = 0; i < scene.windows.n_windows; i++) {
        scene.impressions[i].brightness = i == 3 ? 20 : 23.5;
    }
    assert_flags(&scene, "clean");
    scene.impressions[3].brightness = 19.5;
    assert_flags(&scene, "drift");
    scene.impressions[3].brightness = 23.5;
    scene.offsets.n_flickering = 19;
    assert_flags(&scene, "clean");
    scene.offsets.n_flickering = 20;
    assert_flags(&scene, "flicker");
    scene.offsets.n_flickering = 0;
    for (size_t i = 0; i < scene.windows.n_windows; i++) {
        scene.impressions[i].activity = 0.0005;
    }
    assert_flags(&scene, "empty");
    scene.impressions[0].activity = 0.0006;
    assert_flags(&scene, "clean");
    scene.parameters.kernel_size = 401;
    assert_flags(&scene, "short");
    clear_scene(&scene);
}

/* Where few cells pass, frames are rare, and the time between them is no gap. */
static void a_pause_is_a_gap_where_frames_are_not_rare(void **state) {
    (void)state;
    static const struct {
        double interval, pause;
        const char *flags;
    } cases[] = {{0.1, 9.8, "clean"}, {0.1, 10, "gap"}, {12, 0, "clean"}, {12, 200, "clean"}, {12, 300, "gap"}};
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct scene scene;
        set_clean_scene(&scene, cases[i].interval, cases[i].pause);
        assert_flags(&scene, cases[i].flags);
        clear_scene(&scene);
    }
}

static void flags_are_told_in_words(void **state) {
    (void)state;
    char text[SPARSEMED_FLAGS_SIZE];
    sparsemed_flags_format(0, text);
    assert_string_equal(text, "clean");
    sparsemed_flags_format(1u << SPARSEMED_FLAG_GUESSED_TIME | 1u << SPARSEMED_FLAG_DRIFT, text);
    assert_string_equal(text, "drift, guessed time");
    sparsemed_flags_format((1u << SPARSEMED_N_FLAGS) - 1, text);
    assert_string_equal(text, "streaks, flicker, drift, gap, empty, guessed time, short");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pixels_are_counted),
        cmocka_unit_test(extreme_pixels_are_counted),
        cmocka_unit_test(figures_are_what_they_are_said_to_be),
        cmocka_unit_test(flags_begin_at_their_thresholds),
        cmocka_unit_test(a_pause_is_a_gap_where_frames_are_not_rare),
        cmocka_unit_test(flags_are_told_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
