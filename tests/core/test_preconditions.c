/* What the headers demand of a caller is asserted: a call against it ends the program, in builds with assertions. */
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sparsemed/attribution.h"
#include "sparsemed/cleansing.h"
#include "sparsemed/moving_median.h"
#include "sparsemed/offset.h"
#include "sparsemed/parameters.h"
#include "sparsemed/windows.h"
#include "support/unit_test.h"

static const uint8_t pixels[4] = {1, 2, 3, 4};
static const uint8_t *const frames[] = {pixels, pixels};
static struct sparsemed_parameters parameters = SPARSEMED_PARAMETERS_DEFAULT;
static struct sparsemed_error error = SPARSEMED_NO_ERROR;

/* ---- calls against a demand ---- */

static void fail_without_a_failure(void) {
    sparsemed_fail(&error, SPARSEMED_OK, "all is well");
}

static void tell_where_nothing_failed(void) {
    sparsemed_fail_where(&error, "here");
}

static void make_an_axis_of_no_frames(void) {
    struct sparsemed_time_axis axis;
    sparsemed_time_axis_uniform(0, 1, &axis, &error);
}

static void make_an_axis(struct sparsemed_time_axis *axis) {
    if (sparsemed_time_axis_uniform(4, 1, axis, &error) != SPARSEMED_OK) {
        _exit(2);
    }
}

static void split_at_no_distance(void) {
    struct sparsemed_time_axis axis;
    size_t n_steps;
    make_an_axis(&axis);
    sparsemed_count_steps(&axis, 0, &n_steps, &error);
}

static void build_windows_of_no_frames(void) {
    struct sparsemed_time_axis axis;
    struct sparsemed_windows windows;
    make_an_axis(&axis);
    sparsemed_windows_build(&axis, 0, 1, &windows, &error);
}

static void cleanse_with_a_bad_fraction(void) {
    size_t start = 0;
    uint32_t window_of_step = 0;
    const struct sparsemed_windows windows = {1, 1, 1, &start, &window_of_step};
    struct sparsemed_cleansing cleansing;
    parameters.frac_cleansing = 1.5;
    sparsemed_cleanse(&windows, pixels, 1, &parameters, &cleansing, &error);
}

static void attribute_frames_to_no_image(void) {
    bool used[] = {false};
    const struct sparsemed_cleansing cleansing = {.used = used, .n_kept = 0};
    struct sparsemed_time_axis axis;
    struct sparsemed_attribution attribution;
    make_an_axis(&axis);
    sparsemed_attribute_frames(&axis, &cleansing, 1, 1, &attribution, &error);
}

static void format_bad_parameters(void) {
    char ppid[SPARSEMED_PPID_SIZE];
    parameters.kernel_size = 0;
    sparsemed_ppid_format(&parameters, ppid);
}

static void sum_frames_that_are_too_wide(void) {
    sparsemed_top_sum(pixels, 1, (size_t)SPARSEMED_MAX_WIDTH + 1);
}

static void take_the_median_of_no_frames(void) {
    uint8_t image[4] = {0};
    sparsemed_median_image(SPARSEMED_PORTABLE, frames, 0, 4, image);
}

static void use_an_instruction_set_that_is_none(void) {
    struct sparsemed_moving_median *moving;
    sparsemed_moving_median_create(1, 4, SPARSEMED_N_INSTRUCTION_SETS, &moving, &error);
}

static struct sparsemed_moving_median *create_for_one_frame(void) {
    struct sparsemed_moving_median *moving;
    if (sparsemed_moving_median_create(1, 4, SPARSEMED_PORTABLE, &moving, &error) != SPARSEMED_OK) {
        _exit(2);
    }
    return moving;
}

static void move_before_the_start(void) {
    sparsemed_moving_median_move(create_for_one_frame(), NULL, 0, frames, 1);
}

static void let_in_too_many_frames(void) {
    struct sparsemed_moving_median *moving = create_for_one_frame();
    sparsemed_moving_median_start(moving, pixels);
    sparsemed_moving_median_move(moving, NULL, 0, frames, 2);
}

/* ---- the test ---- */

static const struct {
    const char *name;
    void (*call)(void);
} cases[] = {
    {"fail_without_a_failure", fail_without_a_failure},
    {"tell_where_nothing_failed", tell_where_nothing_failed},
    {"make_an_axis_of_no_frames", make_an_axis_of_no_frames},
    {"split_at_no_distance", split_at_no_distance},
    {"build_windows_of_no_frames", build_windows_of_no_frames},
    {"cleanse_with_a_bad_fraction", cleanse_with_a_bad_fraction},
    {"attribute_frames_to_no_image", attribute_frames_to_no_image},
    {"format_bad_parameters", format_bad_parameters},
    {"sum_frames_that_are_too_wide", sum_frames_that_are_too_wide},
    {"take_the_median_of_no_frames", take_the_median_of_no_frames},
    {"use_an_instruction_set_that_is_none", use_an_instruction_set_that_is_none},
    {"move_before_the_start", move_before_the_start},
    {"let_in_too_many_frames", let_in_too_many_frames},
};

/* Whether a call, in a process of its own, ends that by SIGABRT. It leaves neither a message nor a core file. */
static bool aborts(void (*call)(void)) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        signal(SIGABRT, SIG_DFL);
        if (!freopen("/dev/null", "w", stderr)) {
            _exit(2);
        }
        call();
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void calls_against_a_demand_abort(void **state) {
    (void)state;
    int n_survived = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (!aborts(cases[i].call)) {
            print_error("%s did not abort\n", cases[i].name);
            n_survived++;
        }
    }
    assert_int_equal(n_survived, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(calls_against_a_demand_abort)};
#ifdef NDEBUG
    printf("Skipped: this build has no assertions\n");
    (void)tests;
    return 77;
#else
    return cmocka_run_group_tests(tests, NULL, NULL);
#endif
}
