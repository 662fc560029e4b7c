/* Texts in datasets are read and written line by line. */
#include <stdlib.h>
#include <string.h>

#include "rtdc/hdf5/text.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"
#include "support/pipelines.h"
#include "support/stored_chunks.h"

static void assert_text(hid_t file, const char *name, const char *expected) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    char *text = NULL;
    if (sm_text_read(file, name, &text, &error) != SPARSEMED_OK) {
        fail_msg("%s: %s", name, error.message);
    }
    assert_string_equal(text, expected);
    free(text);
}

static void assert_refused(hid_t file, const char *name) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    char *text = &(char){'x'};
    assert_int_equal(sm_text_read(file, name, &text, &error), SPARSEMED_INPUT);
    assert_null(text);
    assert_true(strlen(error.message) > 0);
}

static void texts_come_back_as_written(void **state) {
    (void)state;
    static const char *const texts[] = {"one line", "a\nlonger one\n\nb", "\n", "x\n", "\xc3\xa4\n\xc2\xb5", "x"};
    static const size_t n_lines[] = {1, 4, 2, 2, 2, 1};
    for (size_t i = 0; i < LENGTH(texts); i++) {
        for (int level = 0; level <= 9; level += 3) {
            struct sparsemed_error error = SPARSEMED_NO_ERROR;
            hid_t file = begin_file("text.h5");
            assert_int_equal(sm_text_write(file, "text", texts[i], level, &error), SPARSEMED_OK);
            assert_text(file, "text", texts[i]);
            hid_t dataset = H5Dopen2(file, "text", H5P_DEFAULT), space = H5Dget_space(dataset);
            assert_int_equal(H5Sget_simple_extent_npoints(space), n_lines[i]);
            H5Sclose(space);
            H5Dclose(dataset);
            close_file(file);
        }
    }
}

static void lines_are_as_long_as_the_longest(void **state) {
    (void)state;
    char lines[3][6];
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t file = begin_file("text.h5");
    assert_int_equal(sm_text_write(file, "text", "ab\nsixlet\n", 5, &error), SPARSEMED_OK);
    hid_t dataset = H5Dopen2(file, "text", H5P_DEFAULT), type = H5Dget_type(dataset);
    assert_int_equal(H5Tget_size(type), 6);
    assert_int_equal(H5Tget_strpad(type), H5T_STR_NULLPAD);
    assert_true(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, lines) >= 0);
    assert_memory_equal(lines, "ab\0\0\0\0sixlet\0\0\0\0\0\0", sizeof lines);
    H5Tclose(type);
    H5Dclose(dataset);
    assert_int_equal(sm_text_write(file, "text", "again", 5, &error), SPARSEMED_OUTPUT);
    close_file(file);
}

static void reads_strings_of_every_kind(void **state) {
    (void)state;
    hid_t file = begin_file("text.h5"), terminated = fixed_text(5, H5T_STR_NULLTERM, H5T_CSET_UTF8);
    hid_t padded = fixed_text(4, H5T_STR_NULLPAD, H5T_CSET_ASCII), variable = variable_text(H5T_CSET_ASCII);
    const char *scalar = "scalar";
    add_lines(file, "variable", 3, (const char *const[]){"first", NULL, "third"});
    add_lines(file, "none", 0, NULL);
    add_list(file, "terminated", terminated, 2, "four\0ab\0\0\0");
    add_list(file, "padded", padded, 2, "fourab\0\0");
    add_dataset(file, "scalar", variable, 0, NULL, H5P_DEFAULT, &scalar);
    add_list(file, "never written", padded, 2, NULL);
    assert_text(file, "variable", "first\n\nthird");
    assert_text(file, "none", "");
    assert_text(file, "terminated", "four\nab");
    assert_text(file, "padded", "four\nab");
    assert_text(file, "scalar", "scalar");
    assert_text(file, "never written", "\n");
    H5Tclose(variable);
    H5Tclose(padded);
    H5Tclose(terminated);
    close_file(file);
}

static void refuses_what_is_no_text(void **state) {
    (void)state;
    hid_t file = begin_file("text.h5");
    add_list(file, "numbers", H5T_STD_I8LE, 3, "abc");
    add_group(file, "group");
    assert_refused(file, "numbers");
    assert_refused(file, "group");
    assert_refused(file, "missing");
    close_file(file);
}

static void refuses_damaged_chunks(void **state) {
    (void)state;
    const hsize_t n = 50, lengths[] = {1, 49, 51, 500};
    char *lines = calloc(500, 20);
    hid_t type = fixed_text(20, H5T_STR_NULLPAD, H5T_CSET_ASCII), creation = chunked(1, &n);
    pipeline_add(creation, "zstd");
    for (size_t i = 0; i < LENGTH(lengths); i++) {
        hid_t file = begin_file("text.h5");
        add_dataset(file, "text", type, 1, &n, creation, lines);
        hid_t dataset = H5Dopen2(file, "text", H5P_DEFAULT);
        store_other_chunk(dataset, &(hsize_t){0}, "zstd", 1, &lengths[i], lines);
        H5Dclose(dataset);
        assert_refused(file, "text");
        close_file(file);
    }
    H5Pclose(creation);
    H5Tclose(type);
    free(lines);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        hdf5_test(texts_come_back_as_written),  hdf5_test(lines_are_as_long_as_the_longest),
        hdf5_test(reads_strings_of_every_kind), hdf5_test(refuses_what_is_no_text),
        hdf5_test(refuses_damaged_chunks),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
