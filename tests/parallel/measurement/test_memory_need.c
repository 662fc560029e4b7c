/* What memory a measurement takes. That it is about what is taken indeed, cli/test_max_memory looks at. */
#include "parallel/measurement/memory_need.h"

#include <string.h>

#include "support/unit_test.h"

static const struct sm_memory_task plain = {
    .n_frames = 100000,
    .height = 80,
    .width = 320,
    .slab_frames = 40,
    .kernel_size = 200,
    .n_steps = 60,
    .offset = true,
};

static void more_takes_more(void **state) {
    (void)state;
    const uint64_t needed = sm_memory_need(&plain, 1);
    struct sm_memory_task more[6];
    for (size_t i = 0; i < LENGTH(more); i++) {
        more[i] = plain;
    }
    more[0].n_frames *= 2;
    more[1].height *= 2;
    more[2].slab_frames *= 8;
    more[3].kernel_size *= 2;
    more[4].n_steps *= 100;
    more[5].frame_images = true;
    more[5].kernel_size = 1;
    for (size_t i = 0; i < LENGTH(more); i++) {
        assert_true(sm_memory_need(&more[i], 1) > (i < 5 ? needed : 0));
        for (size_t n_ranks = 1; n_ranks < 64; n_ranks++) {
            assert_true(sm_memory_need(&more[i], n_ranks + 1) <= sm_memory_need(&more[i], n_ranks));
        }
    }
    assert_true(sm_memory_need(&more[3], 2) - sm_memory_need(&plain, 2) >= 200 * 80 * 320);
}

/* A window has no more frames than there are. */
static void the_kernel_is_bounded(void **state) {
    (void)state;
    struct sm_memory_task all = plain, beyond = plain;
    all.n_frames = beyond.n_frames = all.kernel_size = 300;
    beyond.kernel_size = INT32_MAX;
    assert_int_equal(sm_memory_need(&all, 1), sm_memory_need(&beyond, 1));
}

static void nothing_overflows(void **state) {
    (void)state;
    struct sm_memory_task vast = {
        .n_frames = UINT64_MAX,
        .height = SIZE_MAX / 2,
        .width = 2,
        .slab_frames = SIZE_MAX,
        .kernel_size = INT32_MAX,
        .n_steps = UINT64_MAX,
    };
    assert_int_equal(sm_memory_need(&vast, 1), UINT64_MAX);
}

/* The number in a text behind a word. */
static uint64_t number_behind(const char *text, const char *word) {
    const char *place = strstr(text, word);
    assert_non_null(place);
    return strtoull(place + strlen(word), NULL, 10);
}

static void ranks_that_would_do_are_told(void **state) {
    (void)state;
    struct sm_memory_task task = plain;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    task.n_frames = 1000000000;
    const uint64_t allowed = (sm_memory_need(&task, 2) + sm_memory_need(&task, 1)) / 2;
    assert_int_equal(sm_memory_check(&task, 1, allowed, "in.rtdc", &error), SPARSEMED_TOO_LARGE);
    assert_int_equal(strncmp(error.message, "in.rtdc: needs about ", strlen("in.rtdc: needs about ")), 0);
    assert_non_null(strstr(error.message, " ranks that may take as much would do"));
    uint64_t enough = number_behind(error.message, " MB; ");
    error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_memory_check(&task, enough, allowed, "in.rtdc", &error), SPARSEMED_OK);
    assert_int_equal(sm_memory_check(&task, enough - 1, allowed, "in.rtdc", &error), SPARSEMED_TOO_LARGE);
}

static void a_kernel_that_would_do_is_told(void **state) {
    (void)state;
    struct sm_memory_task task = plain;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    task.kernel_size = 100000;
    const uint64_t allowed = 500000000;
    assert_int_equal(sm_memory_check(&task, 2, allowed, "in.rtdc", &error), SPARSEMED_TOO_LARGE);
    task.kernel_size = number_behind(error.message, "a kernel of ");
    error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_memory_check(&task, 2, allowed, "in.rtdc", &error), SPARSEMED_OK);
    task.kernel_size++;
    assert_int_equal(sm_memory_check(&task, 2, allowed, "in.rtdc", &error), SPARSEMED_TOO_LARGE);
}

static void nothing_would_do(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_memory_check(&plain, 1, 1, "in.rtdc", &error), SPARSEMED_TOO_LARGE);
    assert_null(strstr(error.message, "would do"));
}

static void there_may_be_no_limit(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_memory_check(&plain, 1, 0, "in.rtdc", &error), SPARSEMED_OK);
    assert_int_equal(sm_memory_check(&plain, 1, UINT64_MAX, "in.rtdc", &error), SPARSEMED_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(more_takes_more),
        cmocka_unit_test(the_kernel_is_bounded),
        cmocka_unit_test(nothing_overflows),
        cmocka_unit_test(ranks_that_would_do_are_told),
        cmocka_unit_test(a_kernel_that_would_do_is_told),
        cmocka_unit_test(nothing_would_do),
        cmocka_unit_test(there_may_be_no_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
