/* The record of a failure. */
#include <string.h>

#include "sparsemed/status.h"
#include "support/unit_test.h"

static void records_status_and_message(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(error.status, SPARSEMED_OK);
    assert_string_equal(error.message, "");
    assert_int_equal(sparsemed_fail(&error, SPARSEMED_INPUT, "frame %d of %s", 7, "a.rtdc"), SPARSEMED_INPUT);
    assert_int_equal(error.status, SPARSEMED_INPUT);
    assert_string_equal(error.message, "frame 7 of a.rtdc");
}

static void tells_what_memory_was_for(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sparsemed_fail_memory(&error, "planning"), SPARSEMED_INTERNAL);
    assert_int_equal(error.status, SPARSEMED_INTERNAL);
    assert_non_null(strstr(error.message, "memory"));
    assert_non_null(strstr(error.message, "planning"));
}

static void tells_where_it_happened(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    sparsemed_fail(&error, SPARSEMED_INPUT, "is missing");
    assert_int_equal(sparsemed_fail_where(&error, "%s, line %d", "a.txt", 7), SPARSEMED_INPUT);
    assert_string_equal(error.message, "a.txt, line 7: is missing");
    for (int i = 0; i < SPARSEMED_MESSAGE_SIZE; i++) {
        assert_int_equal(sparsemed_fail_where(&error, "b"), SPARSEMED_INPUT);
    }
    assert_int_equal(strlen(error.message), SPARSEMED_MESSAGE_SIZE - 1);
    assert_memory_equal(error.message, "b: b: ", 6);
}

static void cuts_long_messages(void **state) {
    (void)state;
    struct {
        struct sparsemed_error error;
        char behind[16];
    } record = {SPARSEMED_NO_ERROR, "untouched"};
    char text[2 * SPARSEMED_MESSAGE_SIZE];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_int_equal(sparsemed_fail(&record.error, SPARSEMED_OUTPUT, "%s", text), SPARSEMED_OUTPUT);
    assert_int_equal(strlen(record.error.message), SPARSEMED_MESSAGE_SIZE - 1);
    assert_string_equal(record.behind, "untouched");
}

/* Of a path that is too long the middle is left out: what is behind it is told. */
static void keeps_both_ends_of_long_messages(void **state) {
    (void)state;
    char path[3 * SPARSEMED_MESSAGE_SIZE];
    memset(path, 'a', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    for (int first = 0; first < 3; first++) { /* characters of two bytes, or of three, wherever the cuts are */
        for (size_t i = 0; i + 5 < sizeof path; i += 3) {
            memcpy(path + first + i, i < sizeof path / 2 ? "\xe2\x82\xac" : "\xc3\xb6-", 3);
        }
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        sparsemed_fail(&error, SPARSEMED_INPUT, "/begin/%s/end: cannot be read", path);
        size_t length = strlen(error.message);
        const char *omitted = strstr(error.message, "...");
        assert_true(length >= SPARSEMED_MESSAGE_SIZE - 6 && length <= SPARSEMED_MESSAGE_SIZE - 1);
        assert_memory_equal(error.message, "/begin/", 7);
        assert_string_equal(error.message + length - strlen("/end: cannot be read"), "/end: cannot be read");
        assert_non_null(omitted);
        assert_memory_equal(omitted - 3, "\xe2\x82\xac", 3); /* whole characters on both sides */
        assert_true((omitted[3] & 0xc0) != 0x80);
    }
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    sparsemed_fail(&error, SPARSEMED_INPUT, "is damaged");
    sparsemed_fail_where(&error, "%s/end: image", path);
    assert_string_equal(error.message + strlen(error.message) - strlen("/end: image: is damaged"),
                        "/end: image: is damaged");
}

/* Scripts depend on the exit codes. */
static void exit_codes_stay(void **state) {
    (void)state;
    assert_int_equal(SPARSEMED_OK, 0);
    assert_int_equal(SPARSEMED_USAGE, 2);
    assert_int_equal(SPARSEMED_INPUT, 3);
    assert_int_equal(SPARSEMED_OUTPUT, 4);
    assert_int_equal(SPARSEMED_INTERNAL, 70);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_status_and_message),       cmocka_unit_test(tells_what_memory_was_for),
        cmocka_unit_test(tells_where_it_happened),          cmocka_unit_test(cuts_long_messages),
        cmocka_unit_test(keeps_both_ends_of_long_messages), cmocka_unit_test(exit_codes_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
