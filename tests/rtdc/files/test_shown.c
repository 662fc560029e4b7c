/* Names with control characters, as people get to see them. */
#include <stdlib.h>
#include <string.h>

#include "rtdc/files/shown.h"
#include "support/unit_test.h"

static void assert_shown(const char *text, const char *expected) {
    char *shown = sm_shown(text);
    assert_non_null(shown);
    assert_string_equal(shown, expected);
    free(shown);
}

static void what_can_be_read_stays(void **state) {
    (void)state;
    assert_shown("", "");
    assert_shown("/a b/\xc2\xb5\xe2\x82\xac~.rtdc", "/a b/\xc2\xb5\xe2\x82\xac~.rtdc");
}

static void controls_are_shown(void **state) {
    (void)state;
    assert_shown("a\nb\x1b[31m\x7f", "a\\x0ab\\x1b[31m\\x7f");
    assert_shown("\xc2\x80\xc2\x9f\xc2\xa0", "\\xc2\\x80\\xc2\\x9f\xc2\xa0");
    assert_shown("\x01", "\\x01");
    assert_shown("\xc2", "\xc2");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_can_be_read_stays),
        cmocka_unit_test(controls_are_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
