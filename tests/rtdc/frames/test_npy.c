/* NumPy arrays: what is read of them, and whatever else may be in such a file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rtdc/frames/npy.h"
#include "rtdc/frames/stack.h"
#include "sparsemed/offset.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"

/* Write an array: version of the format, header, and its elements. */
static struct path write_array(int version, const char *header, size_t n_bytes, const void *elements) {
    struct path path = scratch_path("array.npy");
    size_t length = strlen(header);
    FILE *file = fopen(path.text, "wb");
    assert_non_null(file);
    fprintf(file, "\x93NUMPY%c%c%c%c", version, 0, (int)(length & 255), (int)(length >> 8));
    fwrite("\0", 1, version == 1 ? 0 : 1, file);
    fwrite("\0", 1, version == 1 ? 0 : 1, file);
    fwrite(header, 1, length, file);
    fwrite(elements, 1, n_bytes, file);
    assert_int_equal(fclose(file), 0);
    return path;
}

static void assert_message(const struct sparsemed_error *error, const char *path, const char *words) {
    assert_int_equal(error->status, SPARSEMED_INPUT);
    if (strncmp(error->message, path, strlen(path)) != 0 || !strstr(error->message, words)) {
        fail_msg("\"%s\" is not about \"%s\"", error->message, words);
    }
}

/* ---- stacks ---- */

/* Two slabs: five frames of half a mebibyte and a little. */
enum { N_FRAMES = 5, HEIGHT = 700, WIDTH = 750, STACK_BYTES = N_FRAMES * HEIGHT * WIDTH };
static uint8_t frames[STACK_BYTES];

static void assert_reads(const char *path) {
    struct sm_stack stack;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    if (sm_stack_open_npy(path, &stack, &error) != SPARSEMED_OK) {
        fail_msg("%s", error.message);
    }
    assert_int_equal(stack.n_frames, N_FRAMES);
    assert_int_equal(stack.height, HEIGHT);
    assert_int_equal(stack.width, WIDTH);
    assert_true(stack.n_slabs > 1 && stack.n_slabs * stack.slab_frames >= N_FRAMES);
    size_t image_bytes = (size_t)HEIGHT * WIDTH;
    uint8_t *slab = malloc(stack.slab_frames * image_bytes);
    assert_non_null(slab);
    for (uint64_t i = stack.n_slabs; i-- > 0;) {
        assert_int_equal(sm_stack_read(&stack, i, slab, &error), SPARSEMED_OK);
        size_t first = i * stack.slab_frames, left = N_FRAMES - first;
        size_t n = left < stack.slab_frames ? left : stack.slab_frames;
        assert_memory_equal(slab, frames + first * image_bytes, n * image_bytes);
    }
    assert_int_equal(stack.bytes_read, STACK_BYTES);
    free(slab);
    sm_stack_close(&stack);
}

static void reads_stacks(void **state) {
    (void)state;
    for (size_t i = 0; i < STACK_BYTES; i++) {
        frames[i] = (uint8_t)(i * 7 + i / 1000);
    }
    static const char *const headers[] = {
        "{'descr': '|u1', 'fortran_order': False, 'shape': (5, 700, 750), }                   \n",
        "{\"shape\":(5,700,750,),\"descr\":\"u1\",\"fortran_order\":False}",
        " { 'shape' : ( 5L , 700L , 750L ) , 'fortran_order' : False , 'descr' : '<u1' } \n\n",
        "{'descr': '>u1', 'fortran_order': False, 'shape': (005, 700, 750)}",
    };
    for (int version = 1; version <= 3; version++) {
        for (size_t i = 0; i < LENGTH(headers); i++) {
            struct path path = write_array(version, headers[i], STACK_BYTES, frames);
            assert_reads(path.text);
            assert_true(sm_npy_is(path.text));
        }
    }
    struct path path = write_array(1, headers[0], STACK_BYTES, frames);
    FILE *file = fopen(path.text, "ab");
    assert_non_null(file);
    fputs("what follows the array is not part of it", file);
    fclose(file);
    assert_reads(path.text);
}

static void assert_no_stack(const char *path, const char *words) {
    struct sm_stack stack;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_stack_open_npy(path, &stack, &error), SPARSEMED_INPUT);
    assert_message(&error, path, words);
    sm_stack_close(&stack);
}

static void refuses_other_arrays(void **state) {
    (void)state;
#define HEADER(type, order, shape) "{'descr': " type ", 'fortran_order': " order ", 'shape': " shape ", }\n"
    static const struct {
        const char *header, *words;
    } cases[] = {
        {HEADER("'<u2'", "False", "(1, 2, 2)"), "unsigned integers of 8 bits, but <u2"},
        {HEADER("'|i1'", "False", "(1, 2, 2)"), "unsigned integers of 8 bits, but |i1"},
        {HEADER("'|b1'", "False", "(1, 2, 2)"), "unsigned integers of 8 bits, but |b1"},
        {HEADER("'<f8'", "False", "(1, 1, 1)"), "unsigned integers of 8 bits, but <f8"},
        {HEADER("'|O'", "False", "(1, 2, 2)"), "unsigned integers of 8 bits, but |O"},
        {HEADER("[('a', '|u1')]", "False", "(1, 2, 2)"), "records"},
        {HEADER("'|u1'", "True", "(1, 2, 2)"), "Fortran order"},
        {HEADER("'|u1'", "False", "()"), "0 dimensions, not 3"},
        {HEADER("'|u1'", "False", "(4,)"), "1 dimensions, not 3"},
        {HEADER("'|u1'", "False", "(2, 2)"), "2 dimensions, not 3"},
        {HEADER("'|u1'", "False", "(1, 1, 2, 2)"), "4 dimensions, not 3"},
        {HEADER("'|u1'", "False", "(0, 2, 2)"), "is empty"},
        {HEADER("'|u1'", "False", "(2, 0, 2)"), "is empty"},
        {HEADER("'|u1'", "False", "(2, 2, 0)"), "is empty"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct path path = write_array(1, cases[i].header, 8, "frames!!");
        assert_no_stack(path.text, cases[i].words);
    }
}

static void refuses_frames_that_are_too_large(void **state) {
    (void)state;
    for (int i = 0; i < 2; i++) {
        char header[200];
        snprintf(header, sizeof header, HEADER("'|u1'", "False", "(1, %u, %u)"), i ? 1 : SPARSEMED_MAX_WIDTH + 1,
                 i ? SPARSEMED_MAX_WIDTH + 1 : 1);
        char *pixels = calloc(SPARSEMED_MAX_WIDTH + 1, 1);
        assert_non_null(pixels);
        struct path path = write_array(1, header, SPARSEMED_MAX_WIDTH + 1, pixels);
        assert_no_stack(path.text, "rows or columns");
        free(pixels);
    }
}

/* Shapes that the file does not fill, up to those whose product is beyond 64 bits. */
static void refuses_truncated_files(void **state) {
    (void)state;
    static const char *const shapes[] = {
        "(2, 2, 3)",
        "(1000000, 1000, 1000)",
        "(4294967296, 4294967296, 1)",
        "(4294967296, 4294967296, 4294967296)",
        "(18446744073709551615, 1, 1)",
        "(1, 18446744073709551615, 2)",
        "(9223372036854775808, 2, 1)",
    };
    for (size_t i = 0; i < LENGTH(shapes); i++) {
        char header[200];
        snprintf(header, sizeof header, HEADER("'|u1'", "False", "%s"), shapes[i]);
        struct path path = write_array(2, header, 11, "almost full");
        assert_no_stack(path.text, "is truncated");
    }
}

/* A file that loses its end after it was opened must neither crash nor yield frames that are not there. */
static void notices_a_file_that_shrinks(void **state) {
    (void)state;
    struct path path = write_array(1, HEADER("'|u1'", "False", "(5, 700, 750)"), STACK_BYTES, frames);
    struct sm_stack stack;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_stack_open_npy(path.text, &stack, &error), SPARSEMED_OK);
    assert_int_equal(truncate(path.text, STACK_BYTES / 2), 0);
    uint8_t *slab = malloc(stack.slab_frames * HEIGHT * WIDTH);
    assert_non_null(slab);
    assert_int_equal(sm_stack_read(&stack, 0, slab, &error), SPARSEMED_OK);
    assert_int_equal(sm_stack_read(&stack, stack.n_slabs - 1, slab, &error), SPARSEMED_INPUT);
    assert_message(&error, path.text, "is truncated");
    free(slab);
    sm_stack_close(&stack);
}

/* ---- headers ---- */

static const char *const bad_headers[] = {
    "",
    "\n",
    "{",
    "}",
    "{}",
    "{,}",
    "()",
    "garbage",
    HEADER("'|u1'", "False", "(1, 2, 2)") "more",
    HEADER("'|u1'", "false", "(1, 2, 2)"),
    HEADER("'|u1'", "0", "(1, 2, 2)"),
    HEADER("'|u1'", "", "(1, 2, 2)"),
    HEADER("u1", "False", "(1, 2, 2)"),
    HEADER("'|u1", "False", "(1, 2, 2)"),
    HEADER("'|u1\"", "False", "(1, 2, 2)"),
    HEADER("'\\x7cu1'", "False", "(1, 2, 2)"),
    HEADER("'a type whose name is longer than any'", "False", "(1, 2, 2)"),
    HEADER("'|u1'", "False", "[1, 2, 2]"),
    HEADER("'|u1'", "False", "(1, 2, 2"),
    HEADER("'|u1'", "False", "(1 2 2)"),
    HEADER("'|u1'", "False", "(1,, 2)"),
    HEADER("'|u1'", "False", "(,)"),
    HEADER("'|u1'", "False", "(4)"),
    HEADER("'|u1'", "False", "(-1, 2, 2)"),
    HEADER("'|u1'", "False", "(1.0, 2, 2)"),
    HEADER("'|u1'", "False", "(0x1, 2, 2)"),
    HEADER("'|u1'", "False", "(18446744073709551616, 2, 2)"),
    HEADER("'|u1'", "False", "(99999999999999999999999999, 2, 2)"),
    HEADER("'|u1'", "False",
           "(1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,"
           "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1)"),
    "{'descr': '|u1', 'fortran_order': False}",
    "{'descr': '|u1', 'shape': (1, 2, 2)}",
    "{'fortran_order': False, 'shape': (1, 2, 2)}",
    "{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (1, 2, 2)}",
    "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2, 2), 'more': 1}",
    "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2, 2), 'a key that is longer than any': 1}",
    "{'descr': '|u1' 'fortran_order': False, 'shape': (1, 2, 2)}",
    "{'descr' '|u1', 'fortran_order': False, 'shape': (1, 2, 2)}",
    "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2, 2),,}",
};

static void refuses_bad_headers(void **state) {
    (void)state;
    for (size_t i = 0; i < LENGTH(bad_headers); i++) {
        struct path path = write_array(1, bad_headers[i], 4, "1234");
        assert_no_stack(path.text, "header that is not that of a NumPy array");
    }
}

/* Every beginning of a good file is refused, wherever it ends; so is one with any byte of the header changed to 0. */
static void refuses_every_damaged_header(void **state) {
    (void)state;
    static const char header[] = HEADER("'|u1'", "False", "(1, 2, 2)");
    struct path path = write_array(1, header, 4, "1234");
    char whole[256];
    FILE *file = fopen(path.text, "rb");
    assert_non_null(file);
    size_t n = fread(whole, 1, sizeof whole, file);
    fclose(file);
    for (size_t i = 0; i < n; i++) {
        for (int cut = 0; cut < 2; cut++) {
            file = fopen(path.text, "wb");
            assert_non_null(file);
            fwrite(whole, 1, i, file);
            if (!cut) {
                fputc(0, file);
                fwrite(whole + i + 1, 1, n - i - 1, file);
            }
            fclose(file);
            struct sm_stack stack;
            struct sparsemed_error error = SPARSEMED_NO_ERROR;
            enum sparsemed_status expected =
                !cut && (i == 7 || i == 9 || i >= n - 4) ? SPARSEMED_OK : SPARSEMED_INPUT; /* 0 there already */
            assert_int_equal(sm_stack_open_npy(path.text, &stack, &error), expected);
            sm_stack_close(&stack);
        }
    }
}

static void refuses_other_files(void **state) {
    (void)state;
    assert_no_stack("/dev/null", "is not a file");
    assert_no_stack(scratch_folder(), "is not a file");
    struct path missing = scratch_path("missing.npy");
    assert_no_stack(missing.text, "No such file");
    for (int version = 0; version <= 4; version += 4) {
        struct path path = write_array(version, HEADER("'|u1'", "False", "(1, 2, 2)"), 4, "1234");
        assert_no_stack(path.text, version ? "version 4.0" : "version 0.0");
    }
    struct path path = scratch_path("array.npy");
    FILE *file = fopen(path.text, "wb");
    assert_non_null(file);
    fwrite("\x93NUMPY\x02\x00\xff\xff\xff\xff", 1, 12, file);
    fclose(file);
    assert_no_stack(path.text, "has a header of 4294967295 bytes");
}

static void knows_arrays(void **state) {
    (void)state;
    struct path array = write_array(1, "", 0, ""), renamed = scratch_path("array"), text = scratch_path("text");
    assert_int_equal(rename(array.text, renamed.text), 0);
    write_text(text.text, "\x93NUMP");
    assert_true(sm_npy_is(renamed.text));
    assert_true(sm_npy_is("missing.npy"));
    assert_false(sm_npy_is("missing"));
    assert_false(sm_npy_is("npy"));
    assert_false(sm_npy_is(text.text));
    assert_false(sm_npy_is(scratch_folder()));
}

/* ---- numbers ---- */

/* Three elements of one type, and the numbers that they are. */
struct numbers {
    const char *type;
    size_t n_bytes;
    const char *elements;
    enum sparsemed_number_type expected_type;
    double expected[3];
};

static double number(const void *values, enum sparsemed_number_type type, size_t i) {
    switch (type) {
    case SPARSEMED_FLOAT32:
        return ((const float *)values)[i];
    case SPARSEMED_FLOAT64:
        return ((const double *)values)[i];
    case SPARSEMED_INT64:
        return (double)((const int64_t *)values)[i];
    default:
        return (double)((const uint64_t *)values)[i];
    }
}

static void reads_numbers(void **state) {
    (void)state;
    static const struct numbers cases[] = {
        {"<f4", 12, "\0\0\0\x3f\0\0\x20\xc0\0\0\0\0", SPARSEMED_FLOAT32, {0.5, -2.5, 0}},
        {">f4", 12, "\x3f\0\0\0\xc0\x20\0\0\0\0\0\0", SPARSEMED_FLOAT32, {0.5, -2.5, 0}},
        {"<f8", 24, "\0\0\0\0\0\0\xe0\x3f\0\0\0\0\0\0\x04\xc0\0\0\0\0\0\0\0\0", SPARSEMED_FLOAT64, {0.5, -2.5, 0}},
        {">f8", 24, "\x3f\xe0\0\0\0\0\0\0\xc0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0", SPARSEMED_FLOAT64, {0.5, -2.5, 0}},
        {"|i1", 3, "\x01\xfe\x7f", SPARSEMED_INT64, {1, -2, 127}},
        {"|u1", 3, "\x01\xfe\x7f", SPARSEMED_UINT64, {1, 254, 127}},
        {"<i2", 6, "\x01\0\xfe\xff\0\x7f", SPARSEMED_INT64, {1, -2, 32512}},
        {">i2", 6, "\0\x01\xff\xfe\x7f\0", SPARSEMED_INT64, {1, -2, 32512}},
        {"<u4", 12, "\x01\0\0\0\xfe\xff\xff\xff\0\0\0\x7f", SPARSEMED_UINT64, {1, 4294967294, 2130706432}},
        {">i8",
         24,
         "\0\0\0\0\0\0\0\x01\xff\xff\xff\xff\xff\xff\xff\xfe\0\0\0\0\0\0\x01\0",
         SPARSEMED_INT64,
         {1, -2, 256}},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char header[200];
        snprintf(header, sizeof header, HEADER("'%s'", "%s", "(3,)"), cases[i].type, i % 2 ? "True" : "False");
        struct path path = write_array(1, header, cases[i].n_bytes, cases[i].elements);
        void *values;
        enum sparsemed_number_type type;
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        if (sm_npy_read_numbers(path.text, 3, &values, &type, &error) != SPARSEMED_OK) {
            fail_msg("%s", error.message);
        }
        assert_int_equal(type, cases[i].expected_type);
        for (size_t j = 0; j < 3; j++) {
            assert_true(number(values, type, j) == cases[i].expected[j]);
        }
        free(values);
    }
}

static void refuses_what_are_no_numbers(void **state) {
    (void)state;
    static const struct {
        const char *header, *words;
    } cases[] = {
        {HEADER("'<f8'", "False", "(2,)"), "2 values for 3 frames"},
        {HEADER("'<f8'", "False", "(4,)"), "4 values for 3 frames"},
        {HEADER("'<f8'", "False", "(0,)"), "0 values for 3 frames"},
        {HEADER("'<f8'", "False", "()"), "0 dimensions instead of one"},
        {HEADER("'<f8'", "False", "(3, 1)"), "2 dimensions instead of one"},
        {HEADER("'<f2'", "False", "(3,)"), "but <f2"},
        {HEADER("'<c16'", "False", "(3,)"), "but <c16"},
        {HEADER("'<M8[ns]'", "False", "(3,)"), "but <M8[ns]"},
        {HEADER("'<f8'", "False", "(5,)"), "is truncated"},
        {HEADER("'<f8'", "False", "(2305843009213693952,)"), "is truncated"},
        {HEADER("[('t', '<f8')]", "False", "(3,)"), "records"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct path path = write_array(1, cases[i].header, 32, "for elements of eight bytes each");
        void *values;
        enum sparsemed_number_type type;
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        assert_int_equal(sm_npy_read_numbers(path.text, 3, &values, &type, &error), SPARSEMED_INPUT);
        assert_message(&error, path.text, cases[i].words);
        free(values);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(reads_stacks),
        tidy_test(refuses_other_arrays),
        tidy_test(refuses_frames_that_are_too_large),
        tidy_test(refuses_truncated_files),
        tidy_test(notices_a_file_that_shrinks),
        tidy_test(refuses_bad_headers),
        tidy_test(refuses_every_damaged_header),
        tidy_test(refuses_other_files),
        tidy_test(knows_arrays),
        tidy_test(reads_numbers),
        tidy_test(refuses_what_are_no_numbers),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
