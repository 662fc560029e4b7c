#include "rtdc/timing.h"

#include <stdbool.h>
#include <stdlib.h>

#include "rtdc/attributes.h"
#include "rtdc/guard.h"
#include "rtdc/hdf5.h"

static const char rate_attribute[] = "imaging:frame rate";

/* The type in which a feature is read so that nothing is lost, or -1 where it does not hold numbers. */
static int number_type(hid_t dataset) {
    hid_t type = H5Dget_type(dataset);
    H5T_class_t class = H5Tget_class(type);
    size_t size = H5Tget_size(type);
    H5T_sign_t sign = class == H5T_INTEGER ? H5Tget_sign(type) : H5T_SGN_ERROR;
    sm_hdf5_release(type);
    if (class == H5T_FLOAT) {
        return size <= sizeof(float) ? SM_FLOAT32 : SM_FLOAT64;
    }
    if (class == H5T_INTEGER) {
        return sign == H5T_SGN_NONE ? SM_UINT64 : SM_INT64;
    }
    return -1;
}

static hid_t memory_type(enum sm_number_type type) {
    switch (type) {
    case SM_FLOAT32:
        return H5T_NATIVE_FLOAT;
    case SM_FLOAT64:
        return H5T_NATIVE_DOUBLE;
    case SM_INT64:
        return H5T_NATIVE_INT64;
    default:
        return H5T_NATIVE_UINT64;
    }
}

static enum sm_status check_length(hid_t dataset, uint64_t n_frames, struct sm_error *error) {
    hid_t space = H5Dget_space(dataset);
    int rank = H5Sget_simple_extent_ndims(space);
    hssize_t n = H5Sget_simple_extent_npoints(space);
    sm_hdf5_release(space);
    if (rank != 1) {
        return sm_fail(error, SM_INPUT, "has %d dimensions instead of one", rank);
    }
    if ((uint64_t)n != n_frames) {
        return sm_fail(error, SM_INPUT, "has %lld values for %llu frames", (long long)n, (unsigned long long)n_frames);
    }
    return SM_OK;
}

/* Read a feature of the frames into memory that the caller releases with free.
 *
 * as_double   ask for doubles, whatever is stored */
static enum sm_status read_values(hid_t dataset, uint64_t n_frames, bool as_double, void **values,
                                  enum sm_number_type *type, struct sm_error *error) {
    int stored = number_type(dataset);
    if (check_length(dataset, n_frames, error) != SM_OK) {
        return error->status;
    }
    if (stored < 0) {
        return sm_fail(error, SM_INPUT, "does not hold numbers");
    }
    *type = as_double ? SM_FLOAT64 : (enum sm_number_type)stored;
    *values = n_frames <= SIZE_MAX / sizeof(double) ? malloc(n_frames * sizeof(double)) : NULL;
    if (!*values) {
        return sm_fail_memory(error, "reading the time stamps");
    }
    return sm_guarded_read(dataset, memory_type(*type), *values, error);
}

/* The axis from events/FEATURE: time stamps, or frame numbers where a rate is given. */
static enum sm_status read_feature(hid_t file, const char *path, const double *rate, uint64_t n_frames,
                                   struct sm_time_axis *axis, struct sm_error *error) {
    hid_t dataset = H5Dopen2(file, path, H5P_DEFAULT);
    if (dataset < 0) {
        return sm_fail_hdf5(error, SM_INPUT, "cannot be opened");
    }
    void *values = NULL;
    enum sm_number_type type = SM_FLOAT64;
    if (read_values(dataset, n_frames, rate != NULL, &values, &type, error) == SM_OK) {
        if (rate) {
            sm_time_axis_from_frame_numbers(values, n_frames, *rate, axis, error);
        } else {
            sm_time_axis_from_times(values, type, n_frames, axis, error);
        }
    }
    free(values);
    sm_hdf5_release(dataset);
    return error->status;
}

enum sm_status sm_timing_read(hid_t file, const char *file_name, uint64_t n_frames, struct sm_time_axis *axis,
                              enum sm_timing *timing, struct sm_error *error) {
    *axis = (struct sm_time_axis){0};
    double rate = SM_DEFAULT_FRAME_RATE;
    const char *source = rate_attribute;
    bool has_rate = H5Aexists(file, rate_attribute) > 0;
    if (sm_hdf5_has(file, "events", "time")) {
        *timing = SM_TIMING_TIME;
        source = "events/time";
        read_feature(file, source, NULL, n_frames, axis, error);
    } else if (has_rate && !sm_attribute_number(file, rate_attribute, &rate)) {
        sm_fail(error, SM_INPUT, "is not a number");
    } else if (has_rate && sm_hdf5_has(file, "events", "frame")) {
        *timing = SM_TIMING_FRAME;
        source = "events/frame";
        read_feature(file, source, &rate, n_frames, axis, error);
    } else {
        *timing = has_rate ? SM_TIMING_RATE : SM_TIMING_GUESS;
        sm_time_axis_uniform(n_frames, rate, axis, error);
    }
    if (error->status != SM_OK) {
        struct sm_error reason = *error;
        return sm_fail(error, reason.status, "%s: %s: %.800s", file_name, source, reason.message);
    }
    return SM_OK;
}
