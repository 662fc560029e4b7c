#include "rtdc/hdf5/hdf5.h"

#include <assert.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "rtdc/files/path.h"
#include "rtdc/hdf5/filters.h"

enum sparsemed_status sm_hdf5_start(struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return sm_filters_register(error);
}

enum sparsemed_status sm_hdf5_open(const char *path, hid_t *file, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    int descriptor;
    *file = H5I_INVALID_HID;
    if (sm_path_open(path, &descriptor, error) !=
        SPARSEMED_OK) { /* HDF5 does not tell a missing file from a damaged one */
        return error->status;
    }
    close(descriptor);
    *file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (*file < 0) {
        return sm_fail_hdf5(error, SPARSEMED_INPUT, "%s: is not an HDF5 file, or damaged", path);
    }
    return SPARSEMED_OK;
}

hid_t sm_hdf5_create_in_memory(void) {
    static unsigned n_created; /* HDF5 wants every open file to have a name of its own */
    char name[32];
    snprintf(name, sizeof name, "sparsemed-memory-%u", n_created++);
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fapl_core(access, 1 << 20, false);
    hid_t file = H5Fcreate(name, H5F_ACC_TRUNC, H5P_DEFAULT, access);
    sm_hdf5_release(access);
    return file;
}

enum sparsemed_status sm_hdf5_open_dataset(hid_t file, const char *file_name, const char *path, hid_t *dataset,
                                           struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    *dataset = H5Dopen2(file, path, H5P_DEFAULT);
    return *dataset >= 0 ? SPARSEMED_OK
                         : sm_fail_hdf5(error, SPARSEMED_INPUT, "%s: has no dataset %s", file_name, path);
}

/* Keeps the innermost message of the error stack, at which HDF5 starts its walk upward. */
static herr_t keep_reason(unsigned depth, const H5E_error2_t *record, void *reason) {
    (void)depth;
    const char **kept = reason;
    *kept = record->desc;
    return 1;
}

enum sparsemed_status sm_fail_hdf5(struct sparsemed_error *error, enum sparsemed_status status, const char *format,
                                   ...) {
    char message[SPARSEMED_MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    const char *reason = NULL;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_reason, &reason);
    if (reason) {
        return sparsemed_fail(error, status, "%s (%s)", message, reason);
    }
    return sparsemed_fail(error, status, "%s", message);
}

void sm_hdf5_release(hid_t object) {
    if (object >= 0) {
        H5Idec_ref(object);
    }
}

bool sm_hdf5_close(hid_t object) {
    return object >= 0 && H5Idec_ref(object) >= 0;
}

bool sm_hdf5_has(hid_t location, const char *group, const char *name) {
    if (H5Lexists(location, group, H5P_DEFAULT) <= 0) {
        return false;
    }
    hid_t opened = H5Oopen(location, group, H5P_DEFAULT);
    bool found = opened >= 0 && H5Iget_type(opened) == H5I_GROUP && H5Lexists(opened, name, H5P_DEFAULT) > 0;
    sm_hdf5_release(opened);
    return found;
}

bool sm_hdf5_count_bytes(hid_t type, hid_t space, size_t *n_bytes) {
    hsize_t extent[H5S_MAX_RANK];
    bool fits = true;
    int rank = H5Sget_simple_extent_dims(space, extent, NULL);
    /* Not by H5Sget_simple_extent_npoints, which does not tell of an overflow. */
    *n_bytes = rank >= 0 && H5Sget_simple_extent_type(space) != H5S_NULL ? H5Tget_size(type) : 0;
    for (int i = 0; i < rank; i++) {
        if (extent[i] == 0) {
            *n_bytes = 0;
            return true;
        }
        fits = fits && !__builtin_mul_overflow(*n_bytes, extent[i], n_bytes);
    }
    return fits && *n_bytes <= INT_MAX;
}

hid_t sm_hdf5_require_group(hid_t location, const char *name) {
    return H5Lexists(location, name, H5P_DEFAULT) > 0
               ? H5Gopen2(location, name, H5P_DEFAULT)
               : H5Gcreate2(location, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
}
