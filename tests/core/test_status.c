/* The record of a failure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "sparsemed/status.h"

static void records_status_and_message(void **state) {
    (void)state;
    struct sm_error error = SM_NO_ERROR;
    assert_int_equal(error.status, SM_OK);
    assert_string_equal(error.message, "");
    assert_int_equal(sm_fail(&error, SM_INPUT, "frame %d of %s", 7, "a.rtdc"), SM_INPUT);
    assert_int_equal(error.status, SM_INPUT);
    assert_string_equal(error.message, "frame 7 of a.rtdc");
}

static void tells_what_memory_was_for(void **state) {
    (void)state;
    struct sm_error error = SM_NO_ERROR;
    assert_int_equal(sm_fail_memory(&error, "planning"), SM_INTERNAL);
    assert_int_equal(error.status, SM_INTERNAL);
    assert_non_null(strstr(error.message, "memory"));
    assert_non_null(strstr(error.message, "planning"));
}

static void tells_where_it_happened(void **state) {
    (void)state;
    struct sm_error error = SM_NO_ERROR;
    sm_fail(&error, SM_INPUT, "is missing");
    assert_int_equal(sm_fail_where(&error, "%s, line %d", "a.txt", 7), SM_INPUT);
    assert_string_equal(error.message, "a.txt, line 7: is missing");
    for (int i = 0; i < SM_MESSAGE_SIZE; i++) {
        assert_int_equal(sm_fail_where(&error, "b"), SM_INPUT);
    }
    assert_int_equal(strlen(error.message), SM_MESSAGE_SIZE - 1);
    assert_memory_equal(error.message, "b: b: ", 6);
}

static void cuts_long_messages(void **state) {
    (void)state;
    struct {
        struct sm_error error;
        char behind[16];
    } record = {SM_NO_ERROR, "untouched"};
    char text[2 * SM_MESSAGE_SIZE];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_int_equal(sm_fail(&record.error, SM_OUTPUT, "%s", text), SM_OUTPUT);
    assert_int_equal(strlen(record.error.message), SM_MESSAGE_SIZE - 1);
    assert_string_equal(record.behind, "untouched");
}

/* Scripts depend on the exit codes. */
static void exit_codes_stay(void **state) {
    (void)state;
    assert_int_equal(SM_OK, 0);
    assert_int_equal(SM_USAGE, 2);
    assert_int_equal(SM_INPUT, 3);
    assert_int_equal(SM_OUTPUT, 4);
    assert_int_equal(SM_INTERNAL, 70);
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
