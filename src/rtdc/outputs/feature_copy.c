#include "rtdc/outputs/feature_copy.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "rtdc/filters/filters.h"
#include "rtdc/hdf5/attributes.h"
#include "rtdc/hdf5/guard.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/needs.h"
#include "rtdc/hdf5/references.h"
#include "rtdc/layout.h"

enum { PIECE_BYTES = 1 << 20 };

/* What is done with each feature. */
struct work {
    const struct sm_slice *rows;
    hid_t output;
    int zstd_level;   /* where it is copied */
    bool values;      /* the same */
    char **different; /* where it is compared */
    void (*act)(const struct work *work, hid_t dataset, const char *name, struct sparsemed_error *error);
    struct sparsemed_error *error;
};

/* ---- which ---- */

bool sm_feature_is_of_frames(const char *name) {
    static const char *const names[] = {SM_FRAME_FEATURES};
    bool is = false;
    for (size_t i = 0; i < sizeof names / sizeof *names && !is; i++) {
        is = strcmp(name, names[i]) == 0;
    }
    return is;
}

/* Whether it is a dataset of the file itself with n numbers. */
static bool has_numbers(hid_t dataset, uint64_t n) {
    if (dataset < 0 || H5Iget_type(dataset) != H5I_DATASET) {
        return false;
    }
    hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset);
    H5T_class_t class = H5Tget_class(type);
    hsize_t extent[H5S_MAX_RANK] = {0};
    bool has = (class == H5T_INTEGER || class == H5T_FLOAT) && H5Sget_simple_extent_dims(space, extent, NULL) == 1 &&
               extent[0] == n && sm_references_none(dataset);
    sm_hdf5_release(space);
    sm_hdf5_release(type);
    return has;
}

static herr_t visit(hid_t group, const char *name, const H5L_info_t *info, void *data) {
    const struct work *work = data;
    struct sparsemed_error *error = work->error;
    if (info->type != H5L_TYPE_HARD || !sm_feature_is_of_frames(name)) {
        return 0;
    }
    hid_t dataset;
    if (sm_hdf5_open_link(group, name, &dataset, error) == SPARSEMED_OK && has_numbers(dataset, work->rows->n_there) &&
        sm_needs_check(dataset, PIECE_BYTES, SM_NEED_VALUES, error) == SPARSEMED_OK &&
        sm_guarded_check(dataset, error) == SPARSEMED_OK) {
        work->act(work, dataset, name, error);
    }
    sm_hdf5_release(dataset);
    if (error->status != SPARSEMED_OK) {
        sparsemed_fail_where(error, SM_GROUP_EVENTS "/%s", name);
    }
    return error->status == SPARSEMED_OK && (!work->different || !*work->different) ? 0 : 1;
}

static enum sparsemed_status visit_all(hid_t input, struct work *work, struct sparsemed_error *error) {
    struct sparsemed_error failure = SPARSEMED_NO_ERROR; /* of a feature; a failure of the walk comes first */
    work->error = &failure;
    if (sm_hdf5_walk(input, SM_GROUP_EVENTS, visit, work, error) == SPARSEMED_OK) {
        *error = failure;
    }
    return error->status;
}

/* ---- pieces ---- */

/* Rows that are read together: whole chunks, as HDF5 keeps large ones no longer than a call. At most n. */
static uint64_t piece_length(hid_t dataset, size_t element_bytes, uint64_t n) {
    hid_t creation = H5Dget_create_plist(dataset);
    hsize_t chunk = 1;
    if (H5Pget_layout(creation) == H5D_CHUNKED) {
        H5Pget_chunk(creation, 1, &chunk);
    }
    sm_hdf5_release(creation);
    return sm_min(chunk * sm_max(PIECE_BYTES / (chunk * element_bytes), 1), n);
}

/* Select rows: n of them, from the first on, one every step. */
static hid_t select_rows(hid_t dataset, hsize_t first, hsize_t step, hsize_t n) {
    hid_t space = H5Dget_space(dataset);
    H5Sselect_hyperslab(space, H5S_SELECT_SET, &first, &step, &n, NULL);
    return space;
}

static bool read_rows(hid_t dataset, hid_t type, hsize_t first, hsize_t step, hsize_t n, void *values) {
    hid_t memory = H5Screate_simple(1, &n, NULL), chosen = select_rows(dataset, first, step, n);
    bool read = H5Dread(dataset, type, memory, chosen, H5P_DEFAULT, values) >= 0;
    sm_hdf5_release(chosen);
    sm_hdf5_release(memory);
    return read;
}

static bool write_rows(hid_t dataset, hid_t type, hsize_t first, hsize_t n, const void *values) {
    hid_t memory = H5Screate_simple(1, &n, NULL), chosen = select_rows(dataset, first, 1, n);
    bool written = H5Dwrite(dataset, type, memory, chosen, H5P_DEFAULT, values) >= 0;
    sm_hdf5_release(chosen);
    sm_hdf5_release(memory);
    return written;
}

/* ---- copying ---- */

static hid_t create_like(hid_t output, const char *name, hid_t type, hsize_t n, int zstd_level) {
    const hsize_t chunk = SM_FEATURE_CHUNK, most = H5S_UNLIMITED;
    hid_t group = sm_hdf5_require_group(output, SM_GROUP_EVENTS), own_type = sm_hdf5_detached_type(type);
    hid_t space = H5Screate_simple(1, &n, &most), creation = H5Pcreate(H5P_DATASET_CREATE), dataset = H5I_INVALID_HID;
    if (H5Pset_chunk(creation, 1, &chunk) >= 0 && sm_filters_add(creation, zstd_level)) {
        dataset = H5Dcreate2(group, name, own_type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    }
    sm_hdf5_release(creation);
    sm_hdf5_release(space);
    sm_hdf5_release(own_type);
    sm_hdf5_release(group);
    return dataset;
}

static void copy_values(hid_t from, hid_t to, hid_t type, const struct sm_slice *rows, struct sparsemed_error *error) {
    uint64_t piece = piece_length(from, H5Tget_size(type), rows->n);
    void *values = malloc(piece * H5Tget_size(type));
    if (!values) {
        sparsemed_fail_memory(error, "copying a feature");
    }
    for (uint64_t first = 0; first < rows->n && error->status == SPARSEMED_OK; first += piece) {
        uint64_t n = sm_min(piece, rows->n - first);
        if (!read_rows(from, type, rows->first + first * rows->step, rows->step, n, values)) {
            sm_fail_hdf5(error, SPARSEMED_INPUT, "cannot be read");
        } else if (!write_rows(to, type, first, n, values)) {
            sm_fail_hdf5(error, SPARSEMED_OUTPUT, "could not be written");
        }
    }
    free(values);
}

static void copy(const struct work *work, hid_t from, const char *name, struct sparsemed_error *error) {
    hid_t type = H5Dget_type(from), to = create_like(work->output, name, type, work->rows->n, work->zstd_level);
    if (to < 0) {
        sm_fail_hdf5(error, SPARSEMED_OUTPUT, "could not be made");
    } else if (!sm_attributes_copy(from, to)) {
        sm_fail_hdf5(error, SPARSEMED_INPUT, "its attributes cannot be read");
    } else if (work->values) {
        copy_values(from, to, type, work->rows, error);
    }
    if (!sm_hdf5_close(to) && error->status == SPARSEMED_OK) {
        sm_fail_hdf5(error, SPARSEMED_OUTPUT, "could not be written");
    }
    sm_hdf5_release(type);
}

enum sparsemed_status sm_features_copy(hid_t input, const struct sm_slice *rows, hid_t output, int zstd_level,
                                       bool values, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK && rows->step >= 1);
    struct work work = {rows, output, zstd_level, values, NULL, copy, NULL};
    return visit_all(input, &work, error);
}

/* ---- comparing ---- */

static bool same_values(hid_t a, hid_t b, hid_t type, const struct sm_slice *rows, struct sparsemed_error *error) {
    size_t size = H5Tget_size(type);
    uint64_t piece = piece_length(a, size, rows->n);
    char *values = malloc(2 * piece * size);
    bool same = true;
    if (!values) {
        sparsemed_fail_memory(error, "comparing a feature");
    }
    for (uint64_t first = 0; first < rows->n && same && error->status == SPARSEMED_OK; first += piece) {
        uint64_t n = sm_min(piece, rows->n - first);
        if (!read_rows(a, type, rows->first + first * rows->step, rows->step, n, values)) {
            sm_fail_hdf5(error, SPARSEMED_INPUT, "cannot be read");
        } else {
            same =
                read_rows(b, type, first, 1, n, values + n * size) && memcmp(values, values + n * size, n * size) == 0;
        }
    }
    free(values);
    return same;
}

static void compare(const struct work *work, hid_t expected, const char *name, struct sparsemed_error *error) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    hid_t type = H5Dget_type(expected), group = H5Gopen2(work->output, SM_GROUP_EVENTS, H5P_DEFAULT);
    hid_t found = H5Dopen2(group, name, H5P_DEFAULT);
    if (found < 0 || !has_numbers(found, work->rows->n) || sm_guarded_check(found, &ignored) != SPARSEMED_OK ||
        !same_values(expected, found, type, work->rows, error)) {
        char path[sizeof SM_GROUP_EVENTS + 32];
        snprintf(path, sizeof path, SM_GROUP_EVENTS "/%s", name);
        *work->different = strdup(path);
    }
    sm_hdf5_release(found);
    sm_hdf5_release(group);
    sm_hdf5_release(type);
}

enum sparsemed_status sm_features_compare(hid_t input, const struct sm_slice *rows, hid_t output, char **different,
                                          struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK && rows->step >= 1);
    *different = NULL;
    struct work work = {.rows = rows, .output = output, .different = different, .act = compare};
    return visit_all(input, &work, error);
}
