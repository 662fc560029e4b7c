#include "support/hdf5_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/hdf5/attributes.h"
#include "rtdc/hdf5/hdf5.h"
#include "support/demand.h"
#include "support/scratch.h"

hid_t create_file(const char *path, enum format format) {
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5F_libver_t oldest = format == FORMAT_NEW ? H5F_LIBVER_LATEST : H5F_LIBVER_EARLIEST; /* HDF5 2 begins with 1.8 */
    good(H5Pset_libver_bounds(access, oldest, H5F_LIBVER_LATEST), "ask for a format");
    hid_t file = good(H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access), "make a file");
    H5Pclose(access);
    return file;
}

hid_t change_file(const char *path) {
    return good(H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT), "open a file for changes");
}

hid_t open_file(const char *path) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t file;
    demand(sm_hdf5_open(path, &file, &error) == SPARSEMED_OK, "open a file");
    return file;
}

hid_t begin_file(const char *name) {
    return create_file(scratch_path("%s", name).text, FORMAT_OLD);
}

hid_t begin_measurement(const char *name) {
    hid_t file = begin_file(name);
    add_group(file, "events");
    return file;
}

void close_file(hid_t file) {
    demand(H5Fget_obj_count(file, H5F_OBJ_ALL) == 1, "close a file of which something else is open");
    good(H5Fclose(file), "close a file");
}

void add_group(hid_t location, const char *name) {
    hid_t group = good(H5Gcreate2(location, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), "make a group");
    H5Gclose(group);
}

void add_dataset(hid_t location, const char *name, hid_t type, int rank, const hsize_t *extent, hid_t creation,
                 const void *values) {
    hid_t space = rank > 0 ? H5Screate_simple(rank, extent, NULL) : H5Screate(H5S_SCALAR);
    hid_t linking = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(linking, true);
    hid_t dataset = good(H5Dcreate2(location, name, type, space, linking, creation, H5P_DEFAULT), "make a dataset");
    if (values) {
        good(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), "write a dataset");
    }
    good(H5Dclose(dataset), "close a dataset");
    H5Pclose(linking);
    H5Sclose(space);
}

void add_list(hid_t location, const char *name, hid_t type, hsize_t n, const void *values) {
    add_dataset(location, name, type, 1, &n, H5P_DEFAULT, values);
}

void add_lines(hid_t location, const char *name, hsize_t n, const char *const *lines) {
    hid_t type = variable_text(H5T_CSET_UTF8);
    add_list(location, name, type, n, lines);
    H5Tclose(type);
}

void add_definition(hid_t file, const char *key, const char *json) {
    char path[64];
    snprintf(path, sizeof path, "basins/%s", key);
    add_lines(file, path, 1, &json);
}

int extent_of(hid_t dataset, hsize_t extent[H5S_MAX_RANK]) {
    hid_t space = good(H5Dget_space(dataset), "find an extent");
    int rank = H5Sget_simple_extent_dims(space, extent, NULL);
    demand(rank > 0, "find an extent");
    H5Sclose(space);
    return rank;
}

size_t header_of(hid_t location, const char *path) {
#if H5_VERSION_GE(1, 12, 0)
    H5O_info2_t info;
    haddr_t address;
    good(H5Oget_info_by_name3(location, path, &info, H5O_INFO_BASIC, H5P_DEFAULT), "look at an object");
    good(H5VLnative_token_to_addr(location, info.token, &address), "find an object");
    return (size_t)address;
#else
    H5O_info_t info;
    good(H5Oget_info_by_name(location, path, &info, H5P_DEFAULT), "look at an object");
    return (size_t)info.addr;
#endif
}

static herr_t count_one(hid_t object, const char *name, const H5A_info_t *info, void *n) {
    (void)object;
    (void)name;
    (void)info;
    ++*(hsize_t *)n;
    return 0;
}

hsize_t count_attributes(hid_t object) {
    hsize_t n = 0;
    good(H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, count_one, &n), "count attributes");
    return n;
}

hid_t chunked(int rank, const hsize_t *chunk) {
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    good(H5Pset_chunk(creation, rank, chunk), "set the chunks");
    return creation;
}

hid_t variable_text(H5T_cset_t set) {
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, set);
    return type;
}

hid_t fixed_text(size_t size, H5T_str_t padding, H5T_cset_t set) {
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, size);
    H5Tset_strpad(type, padding);
    H5Tset_cset(type, set);
    return type;
}

void add_attribute(hid_t object, const char *name, hid_t type, hsize_t n, const void *values) {
    hid_t space = n > 0 ? H5Screate_simple(1, &n, NULL) : H5Screate(H5S_SCALAR);
    hid_t attribute = good(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), "make an attribute");
    good(H5Awrite(attribute, type, values), "write an attribute");
    H5Aclose(attribute);
    H5Sclose(space);
}

void add_text_attribute(hid_t object, const char *name, const char *text) {
    hid_t type = variable_text(H5T_CSET_UTF8);
    add_attribute(object, name, type, 0, &text);
    H5Tclose(type);
}

void add_number_attribute(hid_t object, const char *name, double number) {
    add_attribute(object, name, H5T_NATIVE_DOUBLE, 0, &number);
}

void assert_text_attribute(hid_t object, const char *name, const char *expected, bool expected_fixed) {
    bool fixed = !expected_fixed;
    char *text = sm_attribute_text(object, name, &fixed);
    if (!text || strcmp(text, expected) != 0) {
        fail_msg("%s is \"%s\", not \"%s\"", name, text ? text : "(none)", expected);
    }
    assert_int_equal(fixed, expected_fixed);
    free(text);
    text = sm_attribute_text(object, name, NULL);
    assert_string_equal(text, expected);
    free(text);
}
