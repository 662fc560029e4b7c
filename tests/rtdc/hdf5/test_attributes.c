/* Attributes: reading and writing texts and numbers, and copying whatever there is. */
#include <stdlib.h>
#include <string.h>

#include "rtdc/hdf5/attributes.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"

/* ---- reading ---- */

static void add_fixed(hid_t object, const char *name, size_t size, H5T_str_t padding, H5T_cset_t set,
                      const char *bytes) {
    hid_t type = fixed_text(size, padding, set);
    add_attribute(object, name, type, 0, bytes);
    H5Tclose(type);
}

static void reads_texts(void **state) {
    (void)state;
    struct path path = scratch_path("texts.h5");
    hid_t file = create_file(path.text, FORMAT_OLD), ascii = variable_text(H5T_CSET_ASCII);
    const char *text = "plain", *one[] = {"in an array"};
    add_text_attribute(file, "variable", "größe µl/s");
    add_attribute(file, "ascii", ascii, 0, &text);
    add_attribute(file, "array", ascii, 1, one);
    add_text_attribute(file, "empty", "");
    add_fixed(file, "full", 5, H5T_STR_NULLPAD, H5T_CSET_ASCII, "IMAGE");
    add_fixed(file, "padded", 8, H5T_STR_NULLPAD, H5T_CSET_ASCII, "IMAGE\0\0\0");
    add_fixed(file, "terminated", 8, H5T_STR_NULLTERM, H5T_CSET_ASCII, "IMAGE\0??");
    add_fixed(file, "utf-8", 6, H5T_STR_NULLPAD, H5T_CSET_UTF8, "gr\xc3\xbcn\0");
    add_fixed(file, "no bytes", 4, H5T_STR_NULLPAD, H5T_CSET_ASCII, "\0\0\0\0");
    H5Tclose(ascii);
    close_file(file);
    file = open_file(path.text);
    assert_text_attribute(file, "variable", "größe µl/s", false);
    assert_text_attribute(file, "ascii", "plain", false);
    assert_text_attribute(file, "array", "in an array", false);
    assert_text_attribute(file, "empty", "", false);
    assert_text_attribute(file, "full", "IMAGE", true);
    assert_text_attribute(file, "padded", "IMAGE", true);
    assert_text_attribute(file, "terminated", "IMAGE", true);
    assert_text_attribute(file, "utf-8", "grün", true);
    assert_text_attribute(file, "no bytes", "", true);
    close_file(file);
}

/* As LabVIEW and Fortran programs write them. */
static void reads_texts_padded_with_spaces(void **state) {
    (void)state;
    struct path path = scratch_path("spaces.h5");
    hid_t file = create_file(path.text, FORMAT_OLD);
    add_fixed(file, "padded", 8, H5T_STR_SPACEPAD, H5T_CSET_ASCII, "a b c   ");
    add_fixed(file, "full", 5, H5T_STR_SPACEPAD, H5T_CSET_ASCII, "a b c");
    add_fixed(file, "only spaces", 3, H5T_STR_SPACEPAD, H5T_CSET_ASCII, "   ");
    assert_text_attribute(file, "padded", "a b c", true);
    assert_text_attribute(file, "full", "a b c", true);
    assert_text_attribute(file, "only spaces", "", true);
    close_file(file);
}

static void has_no_text_of_other_things(void **state) {
    (void)state;
    struct path path = scratch_path("others.h5");
    hid_t file = create_file(path.text, FORMAT_OLD), type = variable_text(H5T_CSET_UTF8), space = H5Screate(H5S_NULL);
    const char *two[] = {"a", "b"};
    add_attribute(file, "two", type, 2, two);
    add_number_attribute(file, "number", 4);
    H5Aclose(H5Acreate2(file, "null", type, space, H5P_DEFAULT, H5P_DEFAULT));
    H5Sclose(space);
    H5Tclose(type);
    assert_null(sm_attribute_text(file, "two", NULL));
    assert_null(sm_attribute_text(file, "number", NULL));
    assert_null(sm_attribute_text(file, "null", NULL));
    assert_null(sm_attribute_text(file, "missing", NULL));
    assert_null(sm_attribute_text(H5I_INVALID_HID, "missing", NULL));
    close_file(file);
}

/* A variable string that was never written has no value. */
static void has_no_text_where_none_was_written(void **state) {
    (void)state;
    struct path path = scratch_path("unwritten.h5");
    hid_t file = create_file(path.text, FORMAT_OLD), type = variable_text(H5T_CSET_UTF8), space = H5Screate(H5S_SCALAR);
    H5Aclose(H5Acreate2(file, "text", type, space, H5P_DEFAULT, H5P_DEFAULT));
    H5Sclose(space);
    H5Tclose(type);
    assert_null(sm_attribute_text(file, "text", NULL));
    close_file(file);
}

static void reads_numbers(void **state) {
    (void)state;
    struct path path = scratch_path("numbers.h5");
    hid_t file = create_file(path.text, FORMAT_OLD), truth = H5Tenum_create(H5T_STD_I8LE);
    H5Tenum_insert(truth, "FALSE", "\0");
    H5Tenum_insert(truth, "TRUE", "\1");
    const int8_t byte = -7;
    const uint64_t large = 1u << 31;
    const float single = 0.1f;
    const double number = 0.1, pair[] = {1, 2};
    const struct {
        const char *name;
        hid_t type;
        hsize_t n;
        const void *value;
        double expected;
    } cases[] = {
        {"byte", H5T_NATIVE_INT8, 0, &byte, -7},        {"large", H5T_NATIVE_UINT64, 0, &large, 2147483648.0},
        {"single", H5T_NATIVE_FLOAT, 0, &single, 0.1f}, {"double", H5T_NATIVE_DOUBLE, 0, &number, 0.1},
        {"array", H5T_NATIVE_DOUBLE, 1, &number, 0.1},
    };
    double read;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        add_attribute(file, cases[i].name, cases[i].type, cases[i].n, cases[i].value);
        assert_true(sm_attribute_number(file, cases[i].name, &read));
        assert_true(read == cases[i].expected);
    }
    add_attribute(file, "pair", H5T_NATIVE_DOUBLE, 2, pair);
    add_attribute(file, "truth", truth, 0, &byte);
    add_text_attribute(file, "text", "7");
    assert_false(sm_attribute_number(file, "pair", &read));
    assert_false(sm_attribute_number(file, "truth", &read));
    assert_false(sm_attribute_number(file, "text", &read));
    assert_false(sm_attribute_number(file, "missing", &read));
    H5Tclose(truth);
    close_file(file);
}

/* ---- writing ---- */

static void assert_type(hid_t object, const char *name, bool variable, size_t size, H5T_cset_t set, H5T_str_t padding) {
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    assert_int_equal(H5Sget_simple_extent_type(space), H5S_SCALAR);
    assert_int_equal(H5Tget_class(type), H5T_STRING);
    assert_int_equal(H5Tis_variable_str(type), variable);
    assert_int_equal(H5Tget_cset(type), set);
    if (!variable) {
        assert_int_equal(H5Tget_size(type), size);
        assert_int_equal(H5Tget_strpad(type), padding);
    }
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(attribute);
}

static void writes_as_h5py_does(void **state) {
    (void)state;
    struct path path = scratch_path("write.h5");
    hid_t file = create_file(path.text, FORMAT_OLD);
    const double pair[] = {1, 2};
    add_attribute(file, "text", H5T_NATIVE_DOUBLE, 2, pair); /* to be replaced */
    add_text_attribute(file, "fixed", "a longer text of variable length");
    assert_true(sm_attribute_write_text(file, "text", "größe"));
    assert_true(sm_attribute_write_fixed(file, "fixed", "IMAGE"));
    assert_true(sm_attribute_write_text(file, "empty", ""));
    assert_type(file, "text", true, 0, H5T_CSET_UTF8, H5T_STR_NULLTERM);
    assert_type(file, "fixed", false, 5, H5T_CSET_ASCII, H5T_STR_NULLPAD);
    assert_text_attribute(file, "text", "größe", false);
    assert_text_attribute(file, "fixed", "IMAGE", true);
    assert_text_attribute(file, "empty", "", false);
    close_file(file);
    file = open_file(path.text);
    assert_false(sm_attribute_write_text(file, "text", "x"));
    assert_false(sm_attribute_write_fixed(file, "new", "x"));
    close_file(file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(reads_texts),
        tidy_test(reads_texts_padded_with_spaces),
        tidy_test(has_no_text_of_other_things),
        tidy_test(has_no_text_where_none_was_written),
        tidy_test(reads_numbers),
        tidy_test(writes_as_h5py_does),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
