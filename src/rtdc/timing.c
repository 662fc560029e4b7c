#include "rtdc/timing.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "rtdc/feature.h"
#include "rtdc/hdf5/attributes.h"
#include "rtdc/hdf5/guard.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/needs.h"
#include "rtdc/layout.h"

/* The type in which a feature is read so that nothing is lost, or -1 where it does not hold numbers. */
static int number_type(hid_t dataset) {
    hid_t type = H5Dget_type(dataset);
    H5T_class_t class = H5Tget_class(type);
    size_t size = H5Tget_size(type);
    H5T_sign_t sign = class == H5T_INTEGER ? H5Tget_sign(type) : H5T_SGN_ERROR;
    sm_hdf5_release(type);
    if (class == H5T_FLOAT) {
        return size <= sizeof(float) ? SPARSEMED_FLOAT32 : SPARSEMED_FLOAT64;
    }
    if (class == H5T_INTEGER) {
        return sign == H5T_SGN_NONE ? SPARSEMED_UINT64 : SPARSEMED_INT64;
    }
    return -1;
}

static hid_t memory_type(enum sparsemed_number_type type) {
    switch (type) {
    case SPARSEMED_FLOAT32:
        return H5T_NATIVE_FLOAT;
    case SPARSEMED_FLOAT64:
        return H5T_NATIVE_DOUBLE;
    case SPARSEMED_INT64:
        return H5T_NATIVE_INT64;
    default:
        return H5T_NATIVE_UINT64;
    }
}

/* Rows of the dataset that holds a feature. */
static enum sparsemed_status count_rows(const struct sm_feature *feature, uint64_t *n_rows,
                                        struct sparsemed_error *error) {
    hid_t space = H5Dget_space(feature->dataset);
    int rank = H5Sget_simple_extent_ndims(space);
    hssize_t n = H5Sget_simple_extent_npoints(space);
    sm_hdf5_release(space);
    if (rank != 1) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "has %d dimensions instead of one", rank);
    }
    *n_rows = (uint64_t)n;
    return SPARSEMED_OK;
}

/* Put the rows that a map names in place of those that are stored; both are of 8 bytes or 4. */
static enum sparsemed_status pick_rows(const struct sm_feature *feature, size_t size, void **values,
                                       struct sparsemed_error *error) {
    char *picked = malloc(feature->n_rows * size);
    if (!picked) {
        return sparsemed_fail_memory(error, "reading the time stamps");
    }
    for (uint64_t j = 0; j < feature->n_rows; j++) {
        memcpy(picked + j * size, (const char *)*values + feature->map[j] * size, size);
    }
    free(*values);
    *values = picked;
    return SPARSEMED_OK;
}

/* Read a feature of the frames that count into memory that the caller releases with free.
 *
 * as_double   ask for doubles, whatever is stored */
static enum sparsemed_status read_values(const struct sm_feature *feature, const struct sm_slice *slice, bool as_double,
                                         void **values, enum sparsemed_number_type *type,
                                         struct sparsemed_error *error) {
    int stored = number_type(feature->dataset);
    uint64_t n_rows = 0;
    if (count_rows(feature, &n_rows, error) != SPARSEMED_OK) {
        return error->status;
    }
    uint64_t n_values = feature->map ? feature->n_rows : n_rows;
    if (n_values != slice->n_there) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "has %llu values for %llu frames", (unsigned long long)n_values,
                              (unsigned long long)slice->n_there);
    }
    if (stored < 0) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "does not hold numbers");
    }
    *type = as_double ? SPARSEMED_FLOAT64 : (enum sparsemed_number_type)stored;
    size_t size = *type == SPARSEMED_FLOAT32 ? sizeof(float) : sizeof(double);
    if (sm_needs_check(feature->dataset, sm_min(n_rows, UINT64_MAX / size) * size, SM_NEED_VALUES, error) !=
        SPARSEMED_OK) {
        return error->status;
    }
    *values = n_rows <= SIZE_MAX / size ? malloc(n_rows * size) : NULL;
    if (!*values) {
        return sparsemed_fail_memory(error, "reading the time stamps");
    }
    if (sm_guarded_read(feature->dataset, memory_type(*type), *values, error) != SPARSEMED_OK ||
        (feature->map && pick_rows(feature, size, values, error) != SPARSEMED_OK)) {
        return error->status;
    }
    sm_slice_pick(slice, size, *values);
    return SPARSEMED_OK;
}

/* The axis from a feature: time stamps, or frame numbers where a rate is given. */
static enum sparsemed_status read_axis(const struct sm_feature *feature, const double *rate,
                                       const struct sm_slice *slice, struct sparsemed_time_axis *axis,
                                       struct sparsemed_error *error) {
    void *values = NULL;
    enum sparsemed_number_type type = SPARSEMED_FLOAT64;
    if (read_values(feature, slice, rate != NULL, &values, &type, error) == SPARSEMED_OK) {
        if (rate) {
            sparsemed_time_axis_from_frame_numbers(values, slice->n, *rate, axis, error);
        } else {
            sparsemed_time_axis_from_times(values, type, slice->n, axis, error);
        }
    }
    free(values);
    return error->status;
}

/* Make the axis of the best that there is.
 *
 * source   receives what that is where a failure is still to be told of whom */
static enum sparsemed_status make_best_axis(hid_t file, const char *file_name, double rate,
                                            const struct sm_slice *slice, struct sm_feature *feature,
                                            struct sparsemed_time_axis *axis, enum sm_timing *timing,
                                            const char **source, struct sparsemed_error *error) {
    *source = NULL;
    if (sm_feature_find(file, file_name, SM_FEATURE_TIME, false, feature, error) != SPARSEMED_OK) {
        return error->status;
    }
    if (feature->dataset >= 0) {
        *source = SM_GROUP_EVENTS "/" SM_FEATURE_TIME;
        *timing = SM_TIMING_TIME;
        return read_axis(feature, NULL, slice, axis, error);
    }
    bool has_rate;
    if (sm_attribute_find(file, SM_ATTRIBUTE_RATE, &has_rate, error) != SPARSEMED_OK) {
        return sparsemed_fail_where(error, "%s", file_name);
    }
    if (has_rate && !sm_attribute_number(file, SM_ATTRIBUTE_RATE, &rate)) {
        *source = SM_ATTRIBUTE_RATE;
        return sparsemed_fail(error, SPARSEMED_INPUT, "is not a number");
    }
    has_rate = has_rate || rate > 0;
    if (has_rate && sm_feature_find(file, file_name, SM_FEATURE_FRAME, false, feature, error) != SPARSEMED_OK) {
        return error->status;
    }
    if (feature->dataset >= 0) {
        *source = SM_GROUP_EVENTS "/" SM_FEATURE_FRAME;
        *timing = SM_TIMING_FRAME;
        return read_axis(feature, &rate, slice, axis, error);
    }
    *source = SM_ATTRIBUTE_RATE;
    *timing = has_rate ? SM_TIMING_RATE : SM_TIMING_GUESS;
    return sparsemed_time_axis_uniform(slice->n, has_rate ? rate : SPARSEMED_DEFAULT_FRAME_RATE, axis, error);
}

bool sm_timing_has_rate(hid_t file) {
    return H5Aexists(file, SM_ATTRIBUTE_RATE) > 0;
}

enum sparsemed_status sm_timing_read(hid_t file, const char *file_name, double frame_rate, const struct sm_slice *slice,
                                     struct sparsemed_time_axis *axis, enum sm_timing *timing,
                                     struct sm_used_files *files, struct sparsemed_error *error) {
    assert(slice->n >= 1 && error->status == SPARSEMED_OK);
    *axis = (struct sparsemed_time_axis){0};
    struct sm_feature feature = SM_NO_FEATURE;
    const char *source;
    if (make_best_axis(file, file_name, frame_rate, slice, &feature, axis, timing, &source, error) != SPARSEMED_OK &&
        source) {
        sparsemed_fail_where(error, "%s: %s", feature.origin ? feature.origin : file_name, source);
    }
    if (error->status == SPARSEMED_OK && !sm_used_files_add_all(files, &feature.files)) {
        sparsemed_fail_memory(error, "reading the time stamps");
    }
    sm_feature_close(&feature);
    return error->status;
}

enum sparsemed_status sm_timing_read_dataset(hid_t file, const char *file_name, const char *path,
                                             const struct sm_slice *slice, struct sparsemed_time_axis *axis,
                                             struct sparsemed_error *error) {
    assert(slice->n >= 1 && error->status == SPARSEMED_OK);
    struct sm_feature feature = SM_NO_FEATURE;
    *axis = (struct sparsemed_time_axis){0};
    if (sm_hdf5_open_dataset(file, file_name, path, &feature.dataset, error) == SPARSEMED_OK &&
        read_axis(&feature, NULL, slice, axis, error) != SPARSEMED_OK) {
        sparsemed_fail_where(error, "%s: %s", file_name, path);
    }
    sm_feature_close(&feature);
    return error->status;
}
