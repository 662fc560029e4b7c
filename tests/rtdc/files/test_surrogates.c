/* Names that are not UTF-8, in JSON as Python writes them. The expected texts are what os.fsdecode and json.dumps of
 * Python 3 make of the bytes, but for the last two, which lead to the same names there. */
#include "support/unit_test.h"

#include <stdio.h>
#include <string.h>

#include "rtdc/files/surrogates.h"

static const struct {
    const char *bytes;
    const char *escaped; /* ASCII alone */
} names[] = {
    {"", ""},
    {"plain.rtdc", "plain.rtdc"},
    {"st\xc3\xb6re", "st\\u00F6re"},                      /* UTF-8 */
    {"st\xf6re.rtdc", "st\\udcf6re.rtdc"},                /* Latin-1 */
    {"\xff", "\\udcff"},                                  /* alone */
    {"\x80\xc3\xa9\xc3", "\\udc80\\u00E9\\udcc3"},        /* both, the last one cut */
    {"\xe2\x82", "\\udce2\\udc82"},                       /* cut */
    {"\xc0\xaf", "\\udcc0\\udcaf"},                       /* longer than needed */
    {"\xed\xa0\x80", "\\udced\\udca0\\udc80"},            /* a surrogate is no UTF-8 */
    {"\xf4\x90\x80\x80", "\\udcf4\\udc90\\udc80\\udc80"}, /* beyond Unicode */
    {"\xf0\x9f\x94\xac", "\\uD83D\\uDD2C"},               /* beyond 16 bits */
    {"a\nb\t\"c\"\\d", "a\\nb\\t\\\"c\\\"\\\\d"},         /* what JSON escapes */
    {"\\udce9", "\\\\udce9"},                             /* looks like an escape */
    {"\\\xe9", "\\\\\\udce9"},                            /* behind a backslash */
    {"\xf4\x8f\x9f\xbf", "\\uDBFD\\uDFFF"},               /* the last one that means itself */
    {"\xf4\x8f\xa0\x80", "\\udcf4\\udc8f\\udca0\\udc80"}, /* those that mean surrogates here */
    {"\xf4\x8f\xbf\xbf\xe9", "\\udcf4\\udc8f\\udcbf\\udcbf\\udce9"},
};

/* A value in an array, as JSON. Takes the value over; release with free. */
static char *written(json_t *value, size_t flags) {
    json_t *array = json_pack("[o]", value);
    assert_non_null(array);
    char *text = sm_json_write(array, flags);
    json_decref(array);
    assert_non_null(text);
    return text;
}

static void bytes_become_what_python_writes(void **state) {
    (void)state;
    for (size_t i = 0; i < LENGTH(names); i++) {
        char expected[100];
        snprintf(expected, sizeof expected, "[\"%s\"]", names[i].escaped);
        char *text = written(sm_json_from_bytes(names[i].bytes), JSON_ENSURE_ASCII);
        assert_string_equal(text, expected);
        free(text);
    }
}

static void plain_texts_are_utf8(void **state) {
    (void)state;
    static const char *const texts[][2] = {
        {"", ""},
        {"st\xc3\xb6re \xf0\x9f\x94\xac \\x", "st\xc3\xb6re \xf0\x9f\x94\xac \\x"},
        {"st\xf6re\xff", "st\\udcf6re\\udcff"},
        {"\xf4\x8f\xa0\x80", "\xf4\x8f\xa0\x80"},
        {"\xe2\x82", "\\udce2\\udc82"},
    };
    for (size_t i = 0; i < LENGTH(texts); i++) {
        char *text = sm_utf8_from_bytes(texts[i][0]);
        assert_string_equal(text, texts[i][1]);
        free(text);
    }
}

/* The string that is the first element of an array in JSON, as bytes; release with free. */
static char *read_back(const char *text) {
    json_t *array = sm_json_read(text);
    assert_non_null(array);
    char *bytes = sm_json_to_bytes(json_array_get(array, 0));
    assert_non_null(bytes);
    json_decref(array);
    return bytes;
}

static void what_is_written_is_read_back(void **state) {
    (void)state;
    static const size_t flags[] = {0, JSON_ENSURE_ASCII, JSON_INDENT(2), JSON_INDENT(2) | JSON_ENSURE_ASCII};
    for (size_t i = 0; i < LENGTH(names) * LENGTH(flags); i++) {
        const char *bytes = names[i / LENGTH(flags)].bytes;
        char *text = written(sm_json_from_bytes(bytes), flags[i % LENGTH(flags)]);
        char *again = read_back(text);
        assert_string_equal(again, bytes);
        free(again);
        free(text);
    }
}

static void what_is_utf8_stays_so(void **state) {
    (void)state;
    char *text = written(sm_json_from_bytes("st\xc3\xb6re \xf0\x9f\x94\xac \xe9"), JSON_COMPACT);
    assert_string_equal(text, "[\"st\xc3\xb6re \xf0\x9f\x94\xac \\udce9\"]");
    free(text);
}

static void every_byte_is_a_value_of_its_own(void **state) {
    (void)state;
    json_t *seen = json_object();
    for (int byte = 1; byte < 256; byte++) {
        const char name[] = {'x', (char)byte, '\0'};
        json_t *value = sm_json_from_bytes(name);
        assert_non_null(value);
        json_object_set_new(seen, json_string_value(value), json_integer(byte));
        char *again = sm_json_to_bytes(value);
        assert_string_equal(again, name);
        free(again);
        json_decref(value);
    }
    assert_int_equal(json_object_size(seen), 255);
    json_decref(seen);
}

/* Either case of hexadecimal digits, and the form in which a name may stand otherwise. */
static void other_forms_are_read(void **state) {
    (void)state;
    static const struct {
        const char *json, *bytes;
    } forms[] = {
        {"[\"\\uDCE9\"]", "\xe9"},
        {"[\"\\uDcE9\\u0041\"]", "\xe9"
                                 "A"},
        {"[\"\xe9\"]", "\xe9"},                                          /* the byte itself */
        {"[\"\\udbfe\\udc00\"]", "\xf4\x8f\xa0\x80"},                    /* a stand-in as a pair */
        {"[\"\xf4\x8f\xa0\x80\"]", "\xf4\x8f\xa0\x80"},                  /* or itself */
        {"[\"\\ud83d\\udcac\"]", "\xf0\x9f\x92\xac"},                    /* a pair whose end looks like a byte */
        {"[\"\\ud83d\\ud83d\\udcac\"]", "\xef\xbf\xbd\xf0\x9f\x92\xac"}, /* no byte, then a pair */
        {"[\"\\udc41 \\ud800\"]", "\xef\xbf\xbd \xef\xbf\xbd"},          /* no bytes */
        {"[\"\\\\\\udce9\\\\udce9\"]", "\\\xe9\\udce9"},
    };
    for (size_t i = 0; i < LENGTH(forms); i++) {
        char *bytes = read_back(forms[i].json);
        assert_string_equal(bytes, forms[i].bytes);
        free(bytes);
    }
}

/* A definition is written again as it was, whatever its surrogates mean. */
static void surrogates_are_kept(void **state) {
    (void)state;
    const char *text = "{\"paths\": [\"\\udce9\", \"\\ud800\", \"\\udc00\", \"\\udfff\"]}";
    json_t *value = sm_json_read(text);
    assert_non_null(value);
    for (int ascii = 0; ascii < 2; ascii++) {
        char *again = sm_json_write(value, ascii ? JSON_ENSURE_ASCII : 0);
        assert_string_equal(again, text);
        free(again);
    }
    json_decref(value);
}

static void what_is_no_json_is_refused(void **state) {
    (void)state;
    static const char *const texts[] = {"",
                                        "{",
                                        "[\"\\",
                                        "[\"\\u",
                                        "[\"\\ud83d",
                                        "[\"\\ud83d\\",
                                        "[\"\\udce\"]",
                                        "\xe9",
                                        "[\"\\\xe9\"]",
                                        "[\"\\u0000\"]",
                                        "[\"\xe9"};
    for (size_t i = 0; i < LENGTH(texts); i++) {
        assert_null(sm_json_read(texts[i]));
    }
    json_t *number = json_integer(1);
    assert_null(sm_json_to_bytes(number));
    assert_null(sm_json_to_bytes(NULL));
    json_decref(number);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_become_what_python_writes),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(what_is_utf8_stays_so),
        cmocka_unit_test(every_byte_is_a_value_of_its_own),
        cmocka_unit_test(other_forms_are_read),
        cmocka_unit_test(surrogates_are_kept),
        cmocka_unit_test(what_is_no_json_is_refused),
        cmocka_unit_test(plain_texts_are_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
