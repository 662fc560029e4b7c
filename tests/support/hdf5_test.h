/* Tests that work with HDF5: in a folder of their own, and closing what they open. */
#ifndef TESTS_SUPPORT_HDF5_TEST_H
#define TESTS_SUPPORT_HDF5_TEST_H

#include "support/scratch.h"

/* Set-up of a group of tests: make the folder, and start HDF5 as the program does. Its tear-down is scratch_remove. */
int hdf5_test_start(void **state);

/* Tear-down of one test: fails it where an object of HDF5 is still open in some file. */
int nothing_is_open(void **state);

/* The same, and also fails it where memory is lost (with the address sanitizer). */
int nothing_is_left(void **state);

/* A test after which nothing may be open; one that must leave nothing behind. */
#define hdf5_test(function) cmocka_unit_test_setup_teardown(function, NULL, nothing_is_open)
#define tidy_test(function) cmocka_unit_test_setup_teardown(function, NULL, nothing_is_left)

#endif
