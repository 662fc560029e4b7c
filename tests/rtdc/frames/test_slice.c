/* Slices: what texts mean, against frames that are picked one by one, and what is picked of values. */
#include <stdio.h>
#include <stdlib.h>

#include "rtdc/frames/slice.h"
#include "support/hdf5_files.h"
#include "support/unit_test.h"

enum { MOST = 7, FAR = 9, NONE = FAR + 1 }; /* frames; numbers go from -FAR to FAR, and NONE is left out */

/* ---- helpers ---- */

/* Pick frames as Python does, one by one. Returns how many there are. */
static size_t pick_naively(int first, int end, int step, int n, int picked[MOST]) {
    int begin = first == NONE ? 0 : first < 0 ? first + n : first, stop = end == NONE ? n : end < 0 ? end + n : end;
    size_t n_picked = 0;
    for (int i = begin < 0 ? 0 : begin; i < stop && i < n; i += step) {
        picked[n_picked++] = i;
    }
    return n_picked;
}

static void write_request(int first, int end, int step, char text[32]) {
    int length = first == NONE ? 0 : snprintf(text, 32, "%d", first);
    length += end == NONE ? snprintf(text + length, 32 - (size_t)length, ":")
                          : snprintf(text + length, 32 - (size_t)length, ":%d", end);
    if (step > 1) {
        snprintf(text + length, 32 - (size_t)length, ":%d", step);
    }
}

static void assert_slice(int first, int end, int step, int n) {
    char text[32] = "", told[SM_SLICE_TEXT_SIZE];
    int picked[MOST];
    struct sm_slice_request request;
    struct sm_slice slice, again;
    write_request(first, end, step, text);
    size_t n_picked = pick_naively(first, end, step, n, picked);
    assert_true(sm_slice_parse(text, &request));
    assert_int_equal(sm_slice_resolve(&request, (uint64_t)n, &slice), n_picked > 0);
    if (n_picked == 0) {
        return;
    }
    assert_int_equal(slice.n_there, n);
    assert_int_equal(slice.n, n_picked);
    for (size_t i = 0; i < n_picked; i++) {
        assert_int_equal(slice.first + i * slice.step, picked[i]);
    }
    sm_slice_format(&slice, told);
    assert_true(sm_slice_parse(told, &request) && sm_slice_resolve(&request, (uint64_t)n, &again));
    assert_memory_equal(&slice, &again, sizeof slice);
}

/* ---- tests ---- */

static void are_as_in_python(void **state) {
    (void)state;
    for (int n = 1; n <= MOST; n++) {
        for (int first = -FAR; first <= NONE; first++) {
            for (int end = -FAR; end <= NONE; end++) {
                for (int step = 1; step <= FAR; step++) {
                    assert_slice(first, end, step, n);
                }
            }
        }
    }
}

static void numbers_may_be_huge(void **state) {
    (void)state;
    static const char *const texts[] = {":", "::", "-9223372036854775808:9223372036854775807", "0:18014398509481984:1",
                                        "-18014398509481984::"};
    struct sm_slice_request request;
    struct sm_slice slice;
    for (size_t i = 0; i < LENGTH(texts); i++) {
        assert_true(sm_slice_parse(texts[i], &request) && sm_slice_resolve(&request, 5, &slice));
        assert_int_equal(slice.n, 5);
    }
    assert_true(sm_slice_parse("4::9223372036854775807", &request) && sm_slice_resolve(&request, 5, &slice));
    assert_int_equal(slice.n, 1);
    assert_false(sm_slice_parse("9223372036854775807:", &request) && sm_slice_resolve(&request, 5, &slice));
}

static void other_texts_are_refused(void **state) {
    (void)state;
    static const char *const texts[] = {"",      "5",    "a:b",   "1:2:0", "1:2:-1", "1:2:3:4",
                                        "1 :2",  " 1:2", "1:2 ",  "+1:2",  "1.5:3",  "1:2:x",
                                        "--1:2", "1:-",  "1::2:", "0x1:2", "1-2-3",  "9223372036854775808:"};
    struct sm_slice_request request;
    for (size_t i = 0; i < LENGTH(texts); i++) {
        if (sm_slice_parse(texts[i], &request)) {
            fail_msg("\"%s\" is taken", texts[i]);
        }
    }
}

static void no_request_is_all(void **state) {
    (void)state;
    const struct sm_slice_request request = {0};
    struct sm_slice slice;
    const struct sm_slice all = sm_slice_all(3);
    assert_true(sm_slice_resolve(&request, 3, &slice));
    assert_memory_equal(&slice, &all, sizeof slice);
}

static void equal_frames_have_equal_texts(void **state) {
    (void)state;
    static const char *const texts[] = {"4:9:3", "4::3", "4:1000:3", "-6:8:3", "-6:-2:3"};
    char told[SM_SLICE_TEXT_SIZE];
    struct sm_slice_request request;
    struct sm_slice slice;
    for (size_t i = 0; i < LENGTH(texts); i++) {
        assert_true(sm_slice_parse(texts[i], &request) && sm_slice_resolve(&request, 10, &slice));
        sm_slice_format(&slice, told);
        assert_string_equal(told, "4:8:3");
    }
    assert_true(sm_slice_parse("3::100", &request) && sm_slice_resolve(&request, 10, &slice));
    sm_slice_format(&slice, told);
    assert_string_equal(told, "3:4:1");
}

static void values_are_picked(void **state) {
    (void)state;
    for (uint64_t first = 0; first < MOST; first++) {
        for (uint64_t step = 1; step <= MOST; step++) {
            float single[MOST];
            double values[MOST];
            const struct sm_slice slice = {MOST, first, step, (MOST - first + step - 1) / step};
            for (size_t i = 0; i < MOST; i++) {
                single[i] = (float)i, values[i] = (double)i;
            }
            sm_slice_pick(&slice, sizeof *single, single);
            sm_slice_pick(&slice, sizeof *values, values);
            for (size_t i = 0; i < slice.n; i++) {
                assert_true(single[i] == (float)(first + i * step) && values[i] == (double)(first + i * step));
            }
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(are_as_in_python),
        cmocka_unit_test(numbers_may_be_huge),
        cmocka_unit_test(other_texts_are_refused),
        cmocka_unit_test(no_request_is_all),
        cmocka_unit_test(equal_frames_have_equal_texts),
        cmocka_unit_test(values_are_picked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
