/* What has 2 GiB or more in one piece is refused before memory is asked for. Datasets of such extents that were never
 * written cost nothing. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/frames/stack.h"
#include "rtdc/hdf5/text.h"
#include "rtdc/outputs/metadata.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"

/* Extents whose product is beyond INT_MAX, and beyond 64 bits so that 0 is left of it. */
static const hsize_t huge[][2] = {{1 << 16, 1 << 15}, {(hsize_t)1 << 40, (hsize_t)1 << 40}};

/* Add a dataset of two dimensions that is never written. */
static void add_empty(hid_t file, const char *name, hid_t type, const hsize_t *extent) {
    hid_t creation = chunked(2, (const hsize_t[]){10, 10});
    add_dataset(file, name, type, 2, extent, creation, NULL);
    H5Pclose(creation);
}

/* ---- images ---- */

static enum sparsemed_status open_images(hsize_t height, hsize_t width, struct sparsemed_error *error) {
    const hsize_t extent[] = {2, height, width}, chunk[] = {1, 100, 100};
    hid_t file = begin_file("images.rtdc"), creation = chunked(3, chunk);
    struct sm_stack stack;
    add_dataset(file, "events/image", H5T_STD_U8LE, 3, extent, creation, NULL);
    hid_t dataset = H5Dopen2(file, "events/image", H5P_DEFAULT);
    *error = SPARSEMED_NO_ERROR;
    enum sparsemed_status status = sm_stack_open_dataset(dataset, "images.rtdc", "image", &stack, error);
    sm_stack_close(&stack);
    H5Dclose(dataset);
    H5Pclose(creation);
    close_file(file);
    return status;
}

static void images_are_refused(void **state) {
    (void)state;
    struct sparsemed_error error;
    assert_int_equal(open_images(1 << 15, (1 << 16) - 1, &error), SPARSEMED_OK); /* just less */
    assert_int_equal(open_images(1 << 15, 1 << 16, &error), SPARSEMED_INPUT);
    assert_string_equal(error.message, "images.rtdc: image has images of 2 GiB or more (32768 x 65536 pixels)");
    assert_int_equal(open_images(1 << 19, 1 << 19, &error), SPARSEMED_INPUT);
}

/* The file is as long as it says, but has no blocks on the disk. */
static void images_of_an_array_are_refused(void **state) {
    (void)state;
    static const char start[] =
        "\x93NUMPY\1\0\x76\0{'descr': '|u1', 'fortran_order': False, 'shape': (1, 65536, 32768)}";
    struct path path = scratch_path("images.npy");
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_stack stack;
    char header[128];
    memset(header, ' ', sizeof header);
    memcpy(header, start, sizeof start - 1);
    FILE *file = fopen(path.text, "w");
    assert_true(file && fwrite(header, sizeof header, 1, file) == 1);
    assert_true(fseek(file, INT_MAX, SEEK_CUR) == 0 && fputc(0, file) == 0 && fclose(file) == 0);
    assert_int_equal(sm_stack_open_npy(path.text, &stack, &error), SPARSEMED_INPUT);
    assert_non_null(strstr(error.message, "2 GiB"));
    sm_stack_close(&stack);
}

/* ---- texts, logs and tables ---- */

static void texts_are_refused(void **state) {
    (void)state;
    hid_t file = begin_file("texts.rtdc"),
          types[] = {fixed_text(32, H5T_STR_NULLPAD, H5T_CSET_ASCII), variable_text(H5T_CSET_UTF8)};
    for (size_t i = 0; i < LENGTH(huge); i++) {
        for (size_t j = 0; j < LENGTH(types); j++) {
            struct sparsemed_error error = SPARSEMED_NO_ERROR;
            char *text, name[16];
            snprintf(name, sizeof name, "%zu %zu", i, j);
            add_empty(file, name, types[j], huge[i]);
            assert_int_equal(sm_text_read(file, name, &text, &error), SPARSEMED_INPUT);
            assert_non_null(strstr(error.message, "2 GiB"));
            assert_null(text);
        }
    }
    H5Tclose(types[1]);
    H5Tclose(types[0]);
    close_file(file);
}

static void assert_not_copied(hid_t input, const char *message) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t output = begin_file("output.rtdc");
    assert_int_equal(sm_metadata_copy(input, output, 5, &error), SPARSEMED_INPUT);
    assert_string_equal(error.message, message);
    close_file(output);
    close_file(input);
}

static void logs_and_tables_are_refused(void **state) {
    (void)state;
    hid_t line = fixed_text(100, H5T_STR_NULLPAD, H5T_CSET_ASCII);
    for (size_t i = 0; i < LENGTH(huge); i++) {
        hid_t input = begin_file("input.rtdc");
        add_empty(input, "logs/long", line, huge[i]);
        assert_not_copied(input, "logs/long: has 2 GiB or more");
        input = begin_file("input.rtdc");
        add_empty(input, "tables/wide", H5T_STD_U8LE, huge[i]);
        assert_not_copied(input, "tables/wide: has 2 GiB or more");
    }
    H5Tclose(line);
}

/* One line of 64 KiB, and as many without any text: little until all of them are as long. */
static void logs_are_refused_that_grow(void **state) {
    (void)state;
    enum { SIZE = 1 << 16 };
    const char **lines = calloc(SIZE, sizeof *lines);
    char *line = malloc(SIZE);
    assert_true(lines && line);
    memset(line, 'x', SIZE - 1);
    line[SIZE - 1] = '\0';
    lines[0] = line;
    hid_t input = begin_file("input.rtdc");
    add_lines(input, "logs/grows", SIZE, lines);
    assert_not_copied(input, "logs/grows: needs too much memory with lines of equal length, as outputs have them");
    free(line);
    free(lines);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(images_are_refused),          tidy_test(images_of_an_array_are_refused), tidy_test(texts_are_refused),
        tidy_test(logs_and_tables_are_refused), tidy_test(logs_are_refused_that_grow),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
