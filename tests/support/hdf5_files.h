/* Writing HDF5 files for tests. What fails, fails the running test, or ends a program that is no test. */
#ifndef TESTS_SUPPORT_HDF5_FILES_H
#define TESTS_SUPPORT_HDF5_FILES_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

/* Versions of the file format: that of HDF5 1.8 and before, or the latest. */
enum format { FORMAT_OLD, FORMAT_NEW };

/* Make a file, or open one for changes or (with sm_hdf5_open) for reading. End with close_file. */
hid_t create_file(const char *path, enum format format);
hid_t change_file(const char *path);
hid_t open_file(const char *path);

/* Make a file of the old format in the folder of the test (see scratch.h), empty or with a group of events. End with
 * close_file. */
hid_t begin_file(const char *name);
hid_t begin_measurement(const char *name);

/* Close a file of which nothing else is open any more. */
void close_file(hid_t file);

void add_group(hid_t location, const char *name);

/* Write a dataset; groups on its path are made.
 *
 * type       in the file and in memory; neither this nor creation is closed
 * rank       0: a scalar
 * creation   as of H5Dcreate2
 * values     NULL: none are written */
void add_dataset(hid_t location, const char *name, hid_t type, int rank, const hsize_t *extent, hid_t creation,
                 const void *values);

/* A dataset in one dimension with default properties. */
void add_list(hid_t location, const char *name, hid_t type, hsize_t n, const void *values);

/* A list of strings of variable length; NULL pointers are fine. */
void add_lines(hid_t location, const char *name, hsize_t n, const char *const *lines);

/* The definition of a basin as basins/KEY. */
void add_definition(hid_t file, const char *key, const char *json);

/* Extent of a dataset that is no scalar. Returns the rank. */
int extent_of(hid_t dataset, hsize_t extent[H5S_MAX_RANK]);

/* Where the header of an object is in the file. */
size_t header_of(hid_t location, const char *path);

/* How many attributes an object has. */
hsize_t count_attributes(hid_t object);

/* Properties of a dataset of a given chunk; to be released with H5Pclose. */
hid_t chunked(int rank, const hsize_t *chunk);

/* Types of strings, to be released with H5Tclose. */
hid_t variable_text(H5T_cset_t set);
hid_t fixed_text(size_t size, H5T_str_t padding, H5T_cset_t set);

/* Write an attribute in one dimension of n elements; 0: a scalar. */
void add_attribute(hid_t object, const char *name, hid_t type, hsize_t n, const void *values);

/* Scalar attributes: a string of variable length, and a number. */
void add_text_attribute(hid_t object, const char *name, const char *text);
void add_number_attribute(hid_t object, const char *name, double number);

/* An attribute must be this string, of a fixed length or not. */
void assert_text_attribute(hid_t object, const char *name, const char *expected, bool expected_fixed);

#endif
