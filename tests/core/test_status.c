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
        cmocka_unit_test(records_status_and_message),
        cmocka_unit_test(tells_what_memory_was_for),
        cmocka_unit_test(tells_where_it_happened),
        cmocka_unit_test(cuts_long_messages),
        cmocka_unit_test(exit_codes_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
