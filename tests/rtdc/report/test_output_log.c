/* Logs of outputs, as entries of a key and a value. */
#include <stdlib.h>

#include "rtdc/report/output_log.h"
#include "support/unit_test.h"

static void assert_entry(const char **at, const char *expected_key, const char *expected_value) {
    char *key, *value;
    assert_true(sm_output_log_next(at, &key, &value));
    assert_string_equal(key, expected_key);
    assert_string_equal(value, expected_value);
    free(key);
    free(value);
}

static void assert_end(const char *at) {
    char *key, *value;
    assert_false(sm_output_log_next(&at, &key, &value));
    assert_null(key);
    assert_null(value);
}

static void entries_are_read_in_order(void **state) {
    (void)state;
    const char *log = "software: sparsemed 0.1.0\nsteps removed: 6 9-10\n    19-21\n    30\ninput: a: b\nempty:";
    assert_entry(&log, "software", "sparsemed 0.1.0");
    assert_entry(&log, "steps removed", "6 9-10 19-21 30");
    assert_entry(&log, "input", "a: b");
    assert_entry(&log, "empty", "");
    assert_end(log);
}

static void what_is_no_entry_is_passed_over(void **state) {
    (void)state;
    const char *log = "\n\nno entry\nkey: value\nanother\n\n";
    assert_entry(&log, "key", "value");
    assert_end(log);
    assert_end("");
    assert_end("\n \n");
}

static void values_are_found_by_key(void **state) {
    (void)state;
    const char *log = "a: 1\nb: 2\nb: 3";
    char *value = sm_output_log_value(log, "b");
    assert_string_equal(value, "2");
    free(value);
    assert_null(sm_output_log_value(log, "c"));
    assert_null(sm_output_log_value(NULL, "a"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_are_read_in_order),
        cmocka_unit_test(what_is_no_entry_is_passed_over),
        cmocka_unit_test(values_are_found_by_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
