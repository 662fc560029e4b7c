/* Names and other texts of files within HTML, JSON in a page, and tables. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/files/surrogates.h"
#include "rtdc/report/markup.h"
#include "support/unit_test.h"

static void assert_text(char *text, const char *expected) {
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

/* A value as it stands in a page. */
static char *in_page(json_t *value) {
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    assert_true(sm_markup_json(stream, value));
    assert_int_equal(fclose(stream), 0);
    json_decref(value);
    return text;
}

static void html_shows_what_is_there(void **state) {
    (void)state;
    assert_text(sm_markup_html("<script>alert(1)</script>.rtdc"), "&lt;script&gt;alert(1)&lt;/script&gt;.rtdc");
    assert_text(sm_markup_html("a\" onload='x' & \xc2\xb5"), "a&quot; onload=&#39;x&#39; &amp; \xc2\xb5");
    assert_text(sm_markup_html("a\nb\xff"), "a\\x0ab\\udcff");
    assert_text(sm_markup_html(""), "");
}

static void json_ends_no_script(void **state) {
    (void)state;
    assert_text(in_page(json_pack("[s]", "</script><!--<script>&")),
                "[\"\\u003c/script\\u003e\\u003c!--\\u003cscript\\u003e\\u0026\"]");
    /* The ends of lines of scripts alone; characters that begin alike stay. */
    assert_text(in_page(json_pack("[s]", "\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xa7\xe2\x82\xac")),
                "[\"\\u2028\\u2029\xe2\x80\xa7\xe2\x82\xac\"]");
    assert_text(in_page(json_pack("{so}", "</a", sm_json_from_bytes("\xff\""))), "{\"\\u003c/a\":\"\\udcff\\\"\"}");
}

static void json_stays_the_same(void **state) {
    (void)state;
    json_t *value = json_pack("{s[ssi]sf}", "a<b>&", "</script>", "\xe2\x80\xa8\\u2028", 7, "n", 0.5);
    char *text = in_page(json_incref(value));
    json_t *read = json_loads(text, 0, NULL);
    assert_true(json_equal(value, read));
    json_decref(read);
    json_decref(value);
    free(text);
}

static void cells_are_one_cell_each(void **state) {
    (void)state;
    assert_text(sm_markup_cell("a\tb\nc\r"), "a\\x09b\\x0ac\\x0d");
    assert_text(sm_markup_cell("=1+1"), "'=1+1");
    assert_text(sm_markup_cell("+1"), "'+1");
    assert_text(sm_markup_cell("-1"), "'-1");
    assert_text(sm_markup_cell("@x"), "'@x");
    assert_text(sm_markup_cell("a=1"), "a=1");
    assert_text(sm_markup_cell(""), "");
    assert_text(sm_markup_cell("\xfe"), "\\udcfe");
}

static void numbers_that_are_none_are_null(void **state) {
    (void)state;
    assert_text(in_page(json_pack("[oooo]", sm_number_value(NAN), sm_number_value(INFINITY), sm_number_value(-INFINITY),
                                  sm_number_value(0.25))),
                "[null,null,null,0.25]");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(html_shows_what_is_there),
        cmocka_unit_test(json_ends_no_script),
        cmocka_unit_test(json_stays_the_same),
        cmocka_unit_test(cells_are_one_cell_each),
        cmocka_unit_test(numbers_that_are_none_are_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
