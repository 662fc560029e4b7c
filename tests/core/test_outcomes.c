/* Each call tells its own outcome: one that succeeds says so and leaves the error alone, whatever failed before. */
#include <string.h>

#include "sparsemed/attribution.h"
#include "sparsemed/cleansing.h"
#include "sparsemed/moving_median.h"
#include "sparsemed/parameters.h"
#include "sparsemed/windows.h"
#include "support/unit_test.h"

enum { N_FRAMES = 4, HEIGHT = 2 };

static const double numbers[N_FRAMES] = {0, 1, 2, 3};
static const double split_time = 1;
static const struct sparsemed_parameters defaults = SPARSEMED_PARAMETERS_DEFAULT;

/* ---- good calls, each of one function that can fail; what it needs of others is made without an error of theirs ----
 */

static enum sparsemed_status from_times(struct sparsemed_error *error) {
    struct sparsemed_time_axis axis;
    enum sparsemed_status status = sparsemed_time_axis_from_times(numbers, SPARSEMED_FLOAT64, N_FRAMES, &axis, error);
    sparsemed_time_axis_free(&axis);
    return status;
}

static enum sparsemed_status from_times_that_do_not_ascend(struct sparsemed_error *error) {
    static const double times[N_FRAMES] = {0, 2, 1, 3};
    struct sparsemed_time_axis axis;
    enum sparsemed_status status = sparsemed_time_axis_from_times(times, SPARSEMED_FLOAT64, N_FRAMES, &axis, error);
    sparsemed_time_axis_free(&axis);
    return status;
}

static enum sparsemed_status from_frame_numbers(struct sparsemed_error *error) {
    struct sparsemed_time_axis axis;
    enum sparsemed_status status = sparsemed_time_axis_from_frame_numbers(numbers, N_FRAMES, 1, &axis, error);
    sparsemed_time_axis_free(&axis);
    return status;
}

static enum sparsemed_status uniform(struct sparsemed_error *error) {
    struct sparsemed_time_axis axis;
    enum sparsemed_status status = sparsemed_time_axis_uniform(N_FRAMES, 1, &axis, error);
    sparsemed_time_axis_free(&axis);
    return status;
}

static void make_axis(struct sparsemed_time_axis *axis) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sparsemed_time_axis_uniform(N_FRAMES, 1, axis, &error), SPARSEMED_OK);
}

static enum sparsemed_status count_steps(struct sparsemed_error *error) {
    struct sparsemed_time_axis axis;
    size_t n_steps = 0;
    make_axis(&axis);
    enum sparsemed_status status = sparsemed_count_steps(&axis, split_time, &n_steps, error);
    assert_int_equal(n_steps, 6);
    sparsemed_time_axis_free(&axis);
    return status;
}

static enum sparsemed_status build_windows(struct sparsemed_error *error) {
    struct sparsemed_time_axis axis;
    struct sparsemed_windows windows;
    make_axis(&axis);
    enum sparsemed_status status = sparsemed_windows_build(&axis, 2, split_time, &windows, error);
    sparsemed_windows_free(&windows);
    sparsemed_time_axis_free(&axis);
    return status;
}

static enum sparsemed_status cleanse(struct sparsemed_error *error) {
    static const uint8_t profiles[N_FRAMES * HEIGHT] = {0};
    struct sparsemed_time_axis axis;
    struct sparsemed_windows windows;
    struct sparsemed_cleansing cleansing;
    struct sparsemed_error own = SPARSEMED_NO_ERROR;
    make_axis(&axis);
    assert_int_equal(sparsemed_windows_build(&axis, 1, split_time, &windows, &own), SPARSEMED_OK);
    enum sparsemed_status status = sparsemed_cleanse(&windows, profiles, HEIGHT, &defaults, &cleansing, error);
    sparsemed_cleansing_free(&cleansing);
    sparsemed_windows_free(&windows);
    sparsemed_time_axis_free(&axis);
    return status;
}

static enum sparsemed_status attribute_frames(struct sparsemed_error *error) {
    bool used[] = {true, false};
    const struct sparsemed_cleansing cleansing = {.used = used, .n_kept = 1};
    struct sparsemed_time_axis axis;
    struct sparsemed_attribution attribution;
    make_axis(&axis);
    enum sparsemed_status status = sparsemed_attribute_frames(&axis, &cleansing, 2, split_time, &attribution, error);
    sparsemed_attribution_free(&attribution);
    sparsemed_time_axis_free(&axis);
    return status;
}

static enum sparsemed_status check_parameters(struct sparsemed_error *error) {
    return sparsemed_parameters_check(&defaults, error);
}

static enum sparsemed_status parse_ppid(struct sparsemed_error *error) {
    struct sparsemed_parameters parameters;
    return sparsemed_ppid_parse("sparsemed:k=200", &parameters, error);
}

static enum sparsemed_status choose_instruction_set(struct sparsemed_error *error) {
    enum sparsemed_instruction_set set;
    return sparsemed_instruction_set_choose(&set, error);
}

static enum sparsemed_status create_moving_median(struct sparsemed_error *error) {
    struct sparsemed_moving_median *moving;
    enum sparsemed_status status = sparsemed_moving_median_create(1, 1, SPARSEMED_PORTABLE, &moving, error);
    sparsemed_moving_median_free(moving);
    return status;
}

/* ---- the test ---- */

static enum sparsemed_status (*const calls[])(struct sparsemed_error *error) = {
    from_times,
    from_times_that_do_not_ascend,
    from_frame_numbers,
    uniform,
    count_steps,
    build_windows,
    cleanse,
    attribute_frames,
    check_parameters,
    parse_ppid,
    choose_instruction_set,
    create_moving_median,
};

static void success_is_told_and_leaves_the_error_alone(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        struct sparsemed_error before, after;
        memset(&before, 0x55, sizeof before);
        sparsemed_fail(&before, SPARSEMED_STOPPED, "an earlier failure");
        after = before;
        assert_int_equal(calls[i](&after), SPARSEMED_OK);
        assert_memory_equal(&after, &before, sizeof after);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(success_is_told_and_leaves_the_error_alone)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
