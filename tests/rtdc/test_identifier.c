/* Identifiers of measurements are those of dcnum. The expected ones were computed with hashlib and uuid of Python. */
#include <stdlib.h>
#include <string.h>

#include "rtdc/identifier.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"

static const char run[] = "experiment:run identifier", time_of_day[] = "experiment:time", date[] = "experiment:date",
                  setup[] = "setup:identifier";

/* ---- helpers ---- */

static void add_fixed(hid_t file, const char *name, const char *text, size_t size, H5T_str_t padding) {
    char padded[256] = "";
    memcpy(padded, text, strlen(text));
    hid_t type = fixed_text(size, padding, H5T_CSET_ASCII);
    add_attribute(file, name, type, 0, padded);
    H5Tclose(type);
}

static void add_parts(hid_t file, const char *time_text, const char *date_text, const char *setup_text) {
    if (time_text) {
        add_text_attribute(file, time_of_day, time_text);
    }
    if (date_text) {
        add_text_attribute(file, date, date_text);
    }
    if (setup_text) {
        add_text_attribute(file, setup, setup_text);
    }
}

static void assert_identifier(hid_t file, const char *expected) {
    char *identifier = sm_measurement_identifier(file);
    if (expected) {
        assert_non_null(identifier);
        assert_string_equal(identifier, expected);
    } else {
        assert_null(identifier);
    }
    free(identifier);
    close_file(file);
}

/* ---- tests ---- */

static void the_run_identifier_comes_first(void **state) {
    (void)state;
    hid_t file = begin_file("identifier.rtdc");
    add_parts(file, "16:11:38", "2015-05-27", "ZMDD-AcC-a8548d-ce00be");
    add_text_attribute(file, run, "a run, \xc3\xa4");
    assert_identifier(file, "a run, \xc3\xa4");
    file = begin_file("identifier.rtdc");
    add_fixed(file, run, "fixed", 20, H5T_STR_NULLPAD);
    assert_identifier(file, "fixed");
    file = begin_file("identifier.rtdc");
    add_parts(file, "16:11:38", "2015-05-27", "ZMDD-AcC-a8548d-ce00be");
    add_text_attribute(file, run, "");
    assert_identifier(file, "12b4490f-6c58-13b1-bddd-5d8e2332b60b");
    file = begin_file("identifier.rtdc");
    add_parts(file, "16:11:38", "2015-05-27", "ZMDD-AcC-a8548d-ce00be");
    add_number_attribute(file, run, 5);
    assert_identifier(file, "12b4490f-6c58-13b1-bddd-5d8e2332b60b");
}

static void strings_of_variable_length_enter_as_they_are(void **state) {
    (void)state;
    hid_t file = begin_file("identifier.rtdc");
    add_parts(file, "16:11:38", "2015-05-27", "ZMDD-AcC-a8548d-ce00be");
    assert_identifier(file, "12b4490f-6c58-13b1-bddd-5d8e2332b60b");
    file = begin_file("identifier.rtdc");
    add_parts(file, "16:11:38", "2015-05-27", "Ger\303\244t \"\302\265\" 'x' \\");
    assert_identifier(file, "9fd37066-d097-d82c-f3da-538f45ed53c7");
}

static void strings_of_fixed_length_enter_as_python_shows_bytes(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"ZMDD-AcC-a8548d-ce00be", "b26306f4-f46e-bd6a-95a1-dba4de02a794"},
        {"it's", "3b41f832-5df4-ea27-f98c-608e584f5be4"},
        {"say \"hi\"", "23e46cc9-6dd6-cd6f-b07f-11699f70c3fa"},
        {"it's \"both\"", "03841787-3852-69e9-513d-1992666e45bb"},
        {"back\\slash", "1d0bb2b5-404c-7511-f940-fb7ca7bfbcdc"},
        {"Ger\303\244t \302\265", "55493f13-737a-0bf5-0d46-2d87ea1b9b67"},
        {"tab\011line\012return\015bell\007del\177", "01f01deb-c845-3481-3005-78ed01e06e27"},
        {"\200\377", "77772abe-365e-4f9a-6b2f-bedb78c0257a"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        for (int padded = 0; padded <= 1; padded++) {
            hid_t file = begin_file("identifier.rtdc");
            add_parts(file, "16:11:38", "2015-05-27", NULL);
            add_fixed(file, setup, cases[i][0], strlen(cases[i][0]) + 9 * (size_t)padded,
                      padded ? H5T_STR_NULLTERM : H5T_STR_NULLPAD);
            assert_identifier(file, cases[i][1]);
        }
    }
    hid_t file = begin_file("identifier.rtdc");
    add_fixed(file, time_of_day, "16:11:38", 8, H5T_STR_NULLPAD);
    add_fixed(file, date, "2015-05-27", 10, H5T_STR_NULLPAD);
    add_fixed(file, setup, "ZMDD-AcC-a8548d-ce00be", 22, H5T_STR_NULLPAD);
    assert_identifier(file, "2c5a56d7-c657-a791-27a8-e69d1bad5e4b");
}

static void there_is_none_where_a_part_is_missing(void **state) {
    (void)state;
    for (int missing = 0; missing < 3; missing++) {
        for (int empty = 0; empty <= 1; empty++) {
            const char *parts[] = {"16:11:38", "2015-05-27", "ZMDD"};
            parts[missing] = empty ? "" : NULL;
            hid_t file = begin_file("identifier.rtdc");
            add_parts(file, parts[0], parts[1], parts[2]);
            assert_identifier(file, NULL);
        }
    }
    hid_t file = begin_file("identifier.rtdc");
    add_parts(file, "16:11:38", "2015-05-27", NULL);
    add_number_attribute(file, setup, 3);
    assert_identifier(file, NULL);
    file = begin_file("identifier.rtdc");
    add_parts(file, "16:11:38", "2015-05-27", NULL);
    add_fixed(file, setup, "", 5, H5T_STR_NULLPAD);
    assert_identifier(file, NULL);
    assert_identifier(begin_file("identifier.rtdc"), NULL);
}

static void sums_are_those_of_md5(void **state) {
    (void)state;
    char sum[SM_MD5_SIZE];
    sm_md5("", sum);
    assert_string_equal(sum, "d41d8cd98f00b204e9800998ecf8427e");
    sm_md5("abc", sum);
    assert_string_equal(sum, "900150983cd24fb0d6963f7d28e17f72");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        hdf5_test(the_run_identifier_comes_first),
        hdf5_test(strings_of_variable_length_enter_as_they_are),
        hdf5_test(strings_of_fixed_length_enter_as_python_shows_bytes),
        hdf5_test(there_is_none_where_a_part_is_missing),
        hdf5_test(sums_are_those_of_md5),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
