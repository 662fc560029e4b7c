#include "rtdc/hdf5/attributes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/hdf5/changed_calls.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/heap_values.h"
#include "rtdc/hdf5/type_soundness.h"

/* ---- reading ---- */

static bool read_variable(hid_t attribute, hid_t type, char **text) {
    char *stored = NULL;
    bool read = H5Aread(attribute, type, &stored) >= 0;
    if (read && stored) { /* one that was never written has no value */
        *text = strdup(stored);
        read = *text;
        H5free_memory(stored);
    }
    return read;
}

/* HDF5 takes the padding away. */
static bool read_fixed(hid_t attribute, hid_t type, char **text) {
    size_t size = H5Tget_size(type) + 1;
    *text = calloc(size, 1);
    hid_t memory = H5Tcopy(type);
    H5Tset_size(memory, size);
    H5Tset_strpad(memory, H5T_STR_NULLTERM);
    bool read = *text && H5Aread(attribute, memory, *text) >= 0;
    sm_hdf5_release(memory);
    if (!read) {
        free(*text);
        *text = NULL;
    }
    return read;
}

/* Returns false where there is something that cannot be read.
 *
 * trusted   whether what leads to a value is not looked at */
static bool read_text(hid_t attribute, bool trusted, char **text, bool *fixed_length) {
    hid_t type = H5Aget_type(attribute);
    hid_t space = H5Aget_space(attribute);
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    bool read = type >= 0 && space >= 0 && (trusted || sm_heap_values_check(attribute, &ignored) == SPARSEMED_OK);
    if (read && H5Tget_class(type) == H5T_STRING && H5Sget_simple_extent_npoints(space) == 1) {
        bool variable = H5Tis_variable_str(type) > 0;
        read = variable ? read_variable(attribute, type, text) : read_fixed(attribute, type, text);
        if (fixed_length) {
            *fixed_length = !variable;
        }
    }
    sm_hdf5_release(space);
    sm_hdf5_release(type);
    return read;
}

enum sparsemed_status sm_attribute_find(hid_t object, const char *name, bool *found, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    htri_t exists = H5Aexists(object, name);
    *found = exists > 0;
    return exists >= 0 ? SPARSEMED_OK
                       : sm_fail_hdf5(error, SPARSEMED_INPUT,
                                      "the attribute %.200s cannot be looked up: the file is damaged", name);
}

enum sparsemed_status sm_attribute_read_text(hid_t object, const char *name, char **text, bool *fixed_length,
                                             struct sparsemed_error *error) {
    bool found;
    *text = NULL;
    if (sm_attribute_find(object, name, &found, error) != SPARSEMED_OK || !found) {
        return error->status;
    }
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    if (!read_text(attribute, false, text, fixed_length)) {
        sm_fail_hdf5(error, SPARSEMED_INPUT, "the attribute %.200s cannot be read: the file is damaged", name);
    }
    sm_hdf5_release(attribute);
    return error->status;
}

char *sm_attribute_text(hid_t object, const char *name, bool *fixed_length) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    char *text;
    sm_attribute_read_text(object, name, &text, fixed_length, &ignored);
    return text;
}

char *sm_attribute_text_trusted(hid_t object, const char *name) {
    char *text = NULL;
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    if (attribute >= 0) {
        read_text(attribute, true, &text, NULL);
    }
    sm_hdf5_release(attribute);
    return text;
}

bool sm_attribute_number(hid_t object, const char *name, double *value) {
    if (H5Aexists(object, name) <= 0) {
        return false;
    }
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    hid_t type = H5Aget_type(attribute);
    hid_t space = H5Aget_space(attribute);
    H5T_class_t class = H5Tget_class(type);
    bool read = (class == H5T_FLOAT || class == H5T_INTEGER) && sm_type_is_sound(type) &&
                H5Sget_simple_extent_npoints(space) == 1 && H5Aread(attribute, H5T_NATIVE_DOUBLE, value) >= 0;
    sm_hdf5_release(space);
    sm_hdf5_release(type);
    sm_hdf5_release(attribute);
    return read;
}

/* ---- writing ---- */

/* Write a scalar attribute; value as of H5Awrite with this type. */
static bool write_scalar(hid_t object, const char *name, hid_t type, const void *value) {
    if (H5Aexists(object, name) > 0 && H5Adelete(object, name) < 0) {
        return false;
    }
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    bool written = H5Awrite(attribute, type, value) >= 0;
    sm_hdf5_release(attribute);
    sm_hdf5_release(space);
    return written;
}

bool sm_attribute_write_text(hid_t object, const char *name, const char *text) {
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    bool written = write_scalar(object, name, type, &text);
    sm_hdf5_release(type);
    return written;
}

bool sm_attribute_write_fixed(hid_t object, const char *name, const char *text) {
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, strlen(text));
    H5Tset_strpad(type, H5T_STR_NULLPAD);
    bool written = write_scalar(object, name, type, text);
    sm_hdf5_release(type);
    return written;
}

bool sm_attribute_write_integer(hid_t object, const char *name, int64_t integer) {
    return write_scalar(object, name, H5T_NATIVE_INT64, &integer);
}

/* ---- copying ---- */

/* Copy one attribute. Its type serves in memory too, so that nothing is converted. */
static bool copy_value(hid_t from, hid_t type, hid_t space, hid_t to) {
    size_t n_bytes;
    if (!sm_hdf5_count_bytes(type, space, &n_bytes)) {
        return false;
    }
    if (n_bytes == 0) {
        return true; /* an empty attribute has no value to copy */
    }
    void *values = calloc(n_bytes, 1);
    bool copied = values && H5Aread(from, type, values) >= 0 && H5Awrite(to, type, values) >= 0;
    if (values) {
        sm_hdf5_reclaim(type, space, values);
    }
    free(values);
    return copied;
}

static herr_t copy_attribute(hid_t from, const char *name, const H5A_info_t *info, void *target) {
    (void)info;
    hid_t to = *(hid_t *)target;
    hid_t attribute = H5Aopen(from, name, H5P_DEFAULT);
    hid_t type = H5Aget_type(attribute);
    hid_t space = H5Aget_space(attribute);
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    bool copied = type >= 0 && space >= 0 && sm_heap_values_check(attribute, &ignored) == SPARSEMED_OK;
    if (copied && H5Tdetect_class(type, H5T_REFERENCE) <= 0 && H5Aexists(to, name) == 0) {
        hid_t own_type = sm_hdf5_detached_type(type), own_space = sm_hdf5_detached_space(space);
        hid_t created = H5Acreate2(to, name, own_type, own_space, H5P_DEFAULT, H5P_DEFAULT);
        copied = created >= 0 && copy_value(attribute, own_type, own_space, created);
        sm_hdf5_release(created);
        sm_hdf5_release(own_space);
        sm_hdf5_release(own_type);
    }
    sm_hdf5_release(space);
    sm_hdf5_release(type);
    sm_hdf5_release(attribute);
    return copied ? 0 : -1;
}

/* A walk first makes a table of all attributes. Where one of them does not decode, HDF5 1.10.8 releases all entries of
 * that table, also those that it has not filled yet, and crashes (H5A__attr_release_table). A search makes no table,
 * and one without a result has decoded them all. */
static bool all_decode(hid_t object) {
    return H5Aexists(object, "\n") >= 0;
}

herr_t sm_attributes_walk(hid_t object, H5A_operator2_t visit, void *data) {
    return all_decode(object) ? H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, visit, data) : -1;
}

bool sm_attributes_copy(hid_t from, hid_t to) {
    return sm_attributes_walk(from, copy_attribute, &to) >= 0;
}
