/* Attributes, logs and tables are taken over into the output. */
#include <stdlib.h>
#include <string.h>

#include "rtdc/hdf5/attributes.h"
#include "rtdc/hdf5/changed_calls.h"
#include "rtdc/layout.h"
#include "rtdc/outputs/metadata.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"
#include "support/pipelines.h"
#include "support/stored_chunks.h"

/* ---- helpers ---- */

/* Copy what the input has. Returns the output, open for reading. */
static hid_t copy(hid_t input) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct path output_path = scratch_path("output.rtdc");
    hid_t output = create_file(output_path.text, FORMAT_NEW);
    if (sm_metadata_copy(input, output, 5, &error) != SPARSEMED_OK) {
        fail_msg("%s", error.message);
    }
    close_file(input);
    close_file(output);
    return open_file(output_path.text);
}

/* Lines of a dataset of strings of fixed length, at most 8 of 31 bytes. */
static void assert_lines(hid_t file, const char *path, size_t size, size_t n, const char *const *expected) {
    char lines[8][32] = {{0}};
    hid_t dataset = H5Dopen2(file, path, H5P_DEFAULT);
    assert_true(dataset >= 0);
    hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset);
    assert_int_equal(H5Tget_class(type), H5T_STRING);
    assert_int_equal(H5Tis_variable_str(type), 0);
    assert_int_equal(H5Tget_size(type), size);
    assert_int_equal(H5Sget_simple_extent_npoints(space), n);
    hid_t memory = fixed_text(32, H5T_STR_NULLTERM, H5Tget_cset(type));
    assert_true(H5Dread(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, lines) >= 0);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(lines[i], expected[i]);
    }
    H5Tclose(memory);
    H5Sclose(space);
    H5Tclose(type);
    H5Dclose(dataset);
}

static void assert_software(hid_t file, const char *path, const char *expected) {
    hid_t dataset = H5Dopen2(file, path, H5P_DEFAULT);
    char *text = sm_attribute_text(dataset, "software", NULL);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
    H5Dclose(dataset);
}

/* ---- logs ---- */

static void lines_get_a_fixed_length(void **state) {
    (void)state;
    static const char *const lines[] = {"first line", "", "\xc3\xa4\xc3\xb6\xc3\xbc and more", "last"};
    hid_t input = begin_file("input.rtdc");
    add_lines(input, "logs/acquisition", LENGTH(lines), lines);
    add_lines(input, "logs/blank", 1, (const char *const[]){""});
    hid_t type = fixed_text(6, H5T_STR_NULLPAD, H5T_CSET_ASCII);
    add_list(input, "logs/fixed", type, 2,
             "sixlet"
             "abc\0\0");
    H5Tclose(type);
    hid_t output = copy(input);
    assert_lines(output, "logs/acquisition", strlen(lines[2]), LENGTH(lines), lines);
    assert_lines(output, "logs/blank", 1, 1, (const char *const[]){""});
    assert_lines(output, "logs/fixed", 6, 2, (const char *const[]){"sixlet", "abc"});
    close_file(output);
}

static void empty_and_foreign_members_are_left_out(void **state) {
    (void)state;
    hid_t input = begin_file("input.rtdc");
    add_lines(input, "logs/empty", 0, NULL);
    add_group(input, "logs/group");
    assert_true(H5Lcreate_soft("/nowhere", input, "logs/dangling", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    add_lines(input, "logs/kept", 1, (const char *const[]){"kept"});
    add_list(input, "events/deform", H5T_IEEE_F64LE, 3, NULL);
    hid_t output = copy(input);
    assert_int_equal(H5Lexists(output, "logs/empty", H5P_DEFAULT), 0);
    assert_int_equal(H5Lexists(output, "logs/group", H5P_DEFAULT), 0);
    assert_int_equal(H5Lexists(output, "logs/dangling", H5P_DEFAULT), 0);
    assert_int_equal(H5Lexists(output, "tables", H5P_DEFAULT), 0);
    assert_int_equal(H5Lexists(output, "events", H5P_DEFAULT), 0);
    assert_lines(output, "logs/kept", 4, 1, (const char *const[]){"kept"});
    close_file(output);
}

static void attributes_of_logs_are_kept_and_software_extended(void **state) {
    (void)state;
    hid_t input = begin_file("input.rtdc");
    add_lines(input, "logs/ours", 1, (const char *const[]){"a"});
    add_lines(input, "logs/theirs", 1, (const char *const[]){"b"});
    hid_t dataset = H5Dopen2(input, "logs/theirs", H5P_DEFAULT);
    add_text_attribute(dataset, "software", "dclab 0.50.0");
    add_number_attribute(dataset, "number", 4.5);
    H5Dclose(dataset);
    hid_t output = copy(input);
    double number = 0;
    assert_software(output, "logs/ours", SM_SOFTWARE);
    assert_software(output, "logs/theirs", "dclab 0.50.0 | " SM_SOFTWARE);
    dataset = H5Dopen2(output, "logs/theirs", H5P_DEFAULT);
    assert_true(sm_attribute_number(dataset, "number", &number));
    assert_true(number == 4.5);
    H5Dclose(dataset);
    close_file(output);
}

/* ---- tables ---- */

struct row {
    double time;
    int32_t count;
    char name[12]; /* no padding: rows are compared as bytes */
};

static hid_t row_type(void) {
    hid_t type = H5Tcreate(H5T_COMPOUND, sizeof(struct row)), name = fixed_text(12, H5T_STR_NULLPAD, H5T_CSET_ASCII);
    H5Tinsert(type, "time", HOFFSET(struct row, time), H5T_NATIVE_DOUBLE);
    H5Tinsert(type, "count", HOFFSET(struct row, count), H5T_NATIVE_INT32);
    H5Tinsert(type, "name", HOFFSET(struct row, name), name);
    H5Tclose(name);
    return type;
}

static void tables_are_copied(void **state) {
    (void)state;
    enum { N_ROWS = 100000 }; /* more than one chunk */
    struct row *rows = calloc(N_ROWS, sizeof *rows), *copied = calloc(N_ROWS, sizeof *rows);
    const hsize_t n = N_ROWS, chunk = 1000;
    for (int i = 0; i < N_ROWS; i++) {
        rows[i] = (struct row){i / 3.0, -i, "abcdefg"};
    }
    hid_t input = begin_file("input.rtdc"), type = row_type(), creation = chunked(1, &chunk);
    pipeline_add(creation, "gzip");
    add_dataset(input, "tables/cytometer", type, 1, &n, creation, rows);
    hid_t output = copy(input);
    hid_t dataset = H5Dopen2(output, "tables/cytometer", H5P_DEFAULT);
    assert_true(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, copied) >= 0);
    assert_memory_equal(copied, rows, N_ROWS * sizeof *rows);
    H5Dclose(dataset);
    assert_software(output, "tables/cytometer", SM_SOFTWARE);
    close_file(output);
    H5Pclose(creation);
    H5Tclose(type);
    free(copied);
    free(rows);
}

static void other_shapes_are_copied(void **state) {
    (void)state;
    const hsize_t shape[] = {2, 3};
    const int32_t numbers[] = {1, -2, 3, -4, 5, -6};
    int32_t copied[6] = {0}, scalar = 0;
    hid_t input = begin_file("input.rtdc");
    add_dataset(input, "tables/matrix", H5T_NATIVE_INT32, 2, shape, H5P_DEFAULT, numbers);
    add_dataset(input, "tables/scalar", H5T_NATIVE_INT32, 0, NULL, H5P_DEFAULT, numbers + 4);
    hid_t output = copy(input);
    hid_t matrix = H5Dopen2(output, "tables/matrix", H5P_DEFAULT), one = H5Dopen2(output, "tables/scalar", H5P_DEFAULT);
    assert_true(H5Dread(matrix, H5T_NATIVE_INT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, copied) >= 0);
    assert_true(H5Dread(one, H5T_NATIVE_INT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, &scalar) >= 0);
    assert_memory_equal(copied, numbers, sizeof numbers);
    assert_int_equal(scalar, 5);
    H5Dclose(one);
    H5Dclose(matrix);
    close_file(output);
}

static void damaged_logs_are_refused(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    const hsize_t n = 6, less = 2;
    hid_t input = begin_file("input.rtdc"), creation = chunked(1, &n),
          type = fixed_text(9, H5T_STR_NULLPAD, H5T_CSET_ASCII);
    pipeline_add(creation, "zstd");
    char values[6 * 9] = "damaged";
    add_dataset(input, "logs/damaged", type, 1, &n, creation, values);
    hid_t dataset = H5Dopen2(input, "logs/damaged", H5P_DEFAULT);
    store_other_chunk(dataset, &(hsize_t){0}, "zstd", 1, &less, values);
    H5Dclose(dataset);
    H5Tclose(type);
    H5Pclose(creation);
    close_file(input);
    input = open_file(scratch_path("input.rtdc").text);
    hid_t output = create_file(scratch_path("output.rtdc").text, FORMAT_NEW);
    assert_int_equal(sm_metadata_copy(input, output, 5, &error), SPARSEMED_INPUT);
    assert_non_null(strstr(error.message, "logs/damaged"));
    close_file(output);
    close_file(input);
}

/* ---- attributes of the file ---- */

static void assert_number(hid_t file, const char *name, double expected) {
    double number = expected + 1;
    assert_true(sm_attribute_number(file, name, &number));
    assert_true(number == expected);
}

/* Type and bytes of an attribute that is not of variable length. */
static void assert_value(hid_t file, const char *name, hid_t expected_type, const void *expected, size_t n_bytes) {
    unsigned char bytes[64] = {0};
    hid_t attribute = H5Aopen(file, name, H5P_DEFAULT), type = H5Aget_type(attribute);
    assert_true(H5Tequal(type, expected_type) > 0);
    assert_true(H5Aread(attribute, type, bytes) >= 0);
    assert_memory_equal(bytes, expected, n_bytes);
    H5Tclose(type);
    H5Aclose(attribute);
}

/* A bool as h5py writes it. */
static hid_t bool_type(void) {
    hid_t type = H5Tenum_create(H5T_STD_I8LE);
    H5Tenum_insert(type, "FALSE", &(int8_t){0});
    H5Tenum_insert(type, "TRUE", &(int8_t){1});
    return type;
}

static void attributes_of_every_kind_are_copied(void **state) {
    (void)state;
    const int32_t numbers[] = {3, -1, 4};
    const hobj_ref_t reference = 0;
    hid_t input = begin_file("input.rtdc"), truth = bool_type(), fixed = fixed_text(7, H5T_STR_NULLPAD, H5T_CSET_ASCII);
    hid_t lines = variable_text(H5T_CSET_UTF8);
    add_text_attribute(input, "variable", "\xc2\xb5m");
    add_text_attribute(input, "nothing", "");
    add_attribute(input, "fixed", fixed, 0, "seven77");
    add_attribute(input, "bool", truth, 0, &(int8_t){1});
    add_attribute(input, "array", H5T_STD_I32LE, 3, numbers);
    add_attribute(input, "lines", lines, 2, (const char *const[]){"one", "two"});
    add_attribute(input, "int8", H5T_STD_I8LE, 0, &(int8_t){-5});
    add_attribute(input, "uint64", H5T_STD_U64LE, 0, &(uint64_t){UINT64_MAX});
    add_attribute(input, "float", H5T_IEEE_F32LE, 0, &(float){0.5f});
    add_attribute(input, "double", H5T_IEEE_F64LE, 0, &(double){1.25});
    add_attribute(input, "reference", H5T_STD_REF_OBJ, 0, &reference);
    hid_t output = copy(input);
    assert_text_attribute(output, "variable", "\xc2\xb5m", false);
    assert_text_attribute(output, "nothing", "", false);
    assert_text_attribute(output, "fixed", "seven77", true);
    assert_value(output, "fixed", fixed, "seven77", 7);
    assert_value(output, "bool", truth, &(int8_t){1}, 1);
    assert_value(output, "array", H5T_STD_I32LE, numbers, sizeof numbers);
    assert_value(output, "int8", H5T_STD_I8LE, &(int8_t){-5}, 1);
    assert_value(output, "uint64", H5T_STD_U64LE, &(uint64_t){UINT64_MAX}, 8);
    assert_number(output, "float", 0.5);
    assert_number(output, "double", 1.25);
    assert_true(H5Aexists(output, "lines") > 0);
    char *read[2] = {NULL, NULL};
    hid_t attribute = H5Aopen(output, "lines", H5P_DEFAULT), space = H5Aget_space(attribute);
    assert_int_equal(H5Sget_simple_extent_npoints(space), 2);
    assert_true(H5Aread(attribute, lines, read) >= 0);
    assert_string_equal(read[0], "one");
    assert_string_equal(read[1], "two");
    sm_hdf5_reclaim(lines, space, read);
    H5Sclose(space);
    H5Aclose(attribute);
    assert_int_equal(H5Aexists(output, "reference"), 0);
    close_file(output);
    H5Tclose(lines);
    H5Tclose(fixed);
    H5Tclose(truth);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        hdf5_test(lines_get_a_fixed_length),
        hdf5_test(empty_and_foreign_members_are_left_out),
        hdf5_test(attributes_of_logs_are_kept_and_software_extended),
        hdf5_test(tables_are_copied),
        hdf5_test(other_shapes_are_copied),
        hdf5_test(damaged_logs_are_refused),
        hdf5_test(attributes_of_every_kind_are_copied),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
