/* A folder for the files of a test program. */
#ifndef TESTS_SUPPORT_SCRATCH_H
#define TESTS_SUPPORT_SCRATCH_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

/* A path in the folder. */
struct path {
    char text[256];
};

/* Set-up and tear-down of a group of tests: make the folder and start HDF5 as the program does; remove the folder with
 * all that is in it. */
int scratch_create(void **state);
int scratch_remove(void **state);

/* Tear-down of one test: fails it where an object of HDF5 is still open in some file. */
int nothing_is_open(void **state);

/* The same, and also fails it where memory is lost (with the address sanitizer). */
int nothing_is_left(void **state);

/* A test after which nothing may be open; one that must leave nothing behind. */
#define hdf5_test(function) cmocka_unit_test_setup_teardown(function, NULL, nothing_is_open)
#define tidy_test(function) cmocka_unit_test_setup_teardown(function, NULL, nothing_is_left)

/* Path of a file in the folder, whose name is formatted as by printf. */
struct path scratch_path(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Make a folder, or a file that holds a text. */
void make_folder(const char *path);
void write_text(const char *path, const char *text);

/* Real path of the folder, without a final slash. */
const char *scratch_folder(void);

#endif
