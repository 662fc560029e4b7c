#include "support/hdf5_files.h"

#include <stdlib.h>

#include "rtdc/hdf5/attributes.h"
#include "rtdc/hdf5/hdf5.h"
#include "support/scratch.h"

hid_t create_file(const char *path, enum format format) {
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (format == FORMAT_NEW) {
        assert_true(H5Pset_libver_bounds(access, H5F_LIBVER_LATEST, H5F_LIBVER_LATEST) >= 0);
    }
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access);
    assert_true(file >= 0);
    H5Pclose(access);
    return file;
}

hid_t change_file(const char *path) {
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(file >= 0);
    return file;
}

hid_t open_file(const char *path) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t file;
    assert_int_equal(sm_hdf5_open(path, &file, &error), SPARSEMED_OK);
    return file;
}

void close_file(hid_t file) {
    assert_int_equal(H5Fget_obj_count(file, H5F_OBJ_ALL), 1);
    assert_true(H5Fclose(file) >= 0);
}

void add_group(hid_t location, const char *name) {
    hid_t group = H5Gcreate2(location, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(group >= 0);
    H5Gclose(group);
}

void add_dataset(hid_t location, const char *name, hid_t type, int rank, const hsize_t *extent, hid_t creation,
                 const void *values) {
    hid_t space = rank > 0 ? H5Screate_simple(rank, extent, NULL) : H5Screate(H5S_SCALAR);
    hid_t linking = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(linking, true);
    hid_t dataset = H5Dcreate2(location, name, type, space, linking, creation, H5P_DEFAULT);
    assert_true(dataset >= 0);
    if (values) {
        assert_true(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    }
    assert_true(H5Dclose(dataset) >= 0);
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

hid_t chunked(int rank, const hsize_t *chunk) {
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    assert_true(H5Pset_chunk(creation, rank, chunk) >= 0);
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
    hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(attribute >= 0 && H5Awrite(attribute, type, values) >= 0);
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
    bool fixed;
    char *text = sm_attribute_text(object, name, &fixed);
    assert_non_null(text);
    assert_string_equal(text, expected);
    assert_int_equal(fixed, expected_fixed);
    free(text);
}
