#include "rtdc/input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/files/path.h"
#include "rtdc/frames/npy.h"
#include "rtdc/hdf5/hdf5.h"

/* Note a file that no feature is found through. */
static enum sm_status note_file(struct sm_input *input, const char *path, struct sm_error *error) {
    struct stat state;
    if (stat(path, &state) != 0) {
        return sm_fail(error, SM_INPUT, "%s: cannot be read: %s", path, strerror(errno));
    }
    return sm_passed_files_add(&input->files, path, &state) ? SM_OK : sm_fail_memory(error, "opening the input");
}

/* Note the files on the way to a feature. */
static enum sm_status note_files(struct sm_input *input, const struct sm_passed_files *files, struct sm_error *error) {
    return sm_passed_files_add_all(&input->files, files) ? SM_OK : sm_fail_memory(error, "opening the input");
}

/* Find the frames in an HDF5 file. */
static enum sm_status find_images(struct sm_input *input, struct sm_error *error) {
    const char *path = input->path, *dataset = input->reading->dataset;
    if (!dataset) {
        return sm_feature_find(input->file, path, "image", true, &input->image, error) == SM_OK
                   ? note_files(input, &input->image.files, error)
                   : error->status;
    }
    input->image.origin = strdup(path);
    if (!input->image.origin) {
        return sm_fail_memory(error, "opening the images");
    }
    return note_file(input, path, error) == SM_OK
               ? sm_hdf5_open_dataset(input->file, path, dataset, &input->image.dataset, error)
               : error->status;
}

static enum sm_status open_hdf5(struct sm_input *input, struct sm_error *error) {
    const char *name = input->reading->dataset ? input->reading->dataset : "image";
    if (sm_hdf5_open(input->path, &input->file, error) != SM_OK || find_images(input, error) != SM_OK ||
        sm_stack_open_dataset(input->image.dataset, input->image.origin, name, &input->stack, error) != SM_OK) {
        return error->status;
    }
    return input->image.map ? sm_stack_map(&input->stack, input->image.map, input->image.n_rows, error) : SM_OK;
}

enum sm_status sm_input_open(const char *path, const struct sm_reading *reading, struct sm_input *input,
                             struct sm_error *error) {
    *input = SM_NO_INPUT;
    input->path = path;
    input->reading = reading;
    if (!sm_npy_is(path)) {
        return open_hdf5(input, error);
    }
    if (reading->dataset) {
        return sm_fail(error, SM_USAGE, "%s: is a NumPy array, and has no dataset %s", path, reading->dataset);
    }
    if (note_file(input, path, error) != SM_OK || (reading->time && note_file(input, reading->time, error) != SM_OK)) {
        return error->status;
    }
    return sm_stack_open_npy(path, &input->stack, error);
}

bool sm_input_uses(const struct sm_input *input, const char *path) {
    for (size_t i = 0; i < input->files.n; i++) {
        if (sm_path_same(input->files.list[i].path, path)) {
            return true;
        }
    }
    return false;
}

const char *sm_input_changed(const struct sm_input *input) {
    for (size_t i = 0; i < input->files.n; i++) {
        const struct sm_passed_file *file = &input->files.list[i];
        const struct stat *before = &file->state;
        struct stat now;
        if (stat(file->path, &now) != 0 || now.st_dev != before->st_dev || now.st_ino != before->st_ino ||
            now.st_size != before->st_size || now.st_mtim.tv_sec != before->st_mtim.tv_sec ||
            now.st_mtim.tv_nsec != before->st_mtim.tv_nsec) {
            return file->path;
        }
    }
    return NULL;
}

bool sm_input_is_older(const struct sm_input *input, const char *path) {
    for (size_t i = 0; i < input->files.n; i++) {
        if (!sm_path_is_newer(path, input->files.list[i].path)) {
            return false;
        }
    }
    return true;
}

void sm_input_close(struct sm_input *input) {
    sm_stack_close(&input->stack);
    sm_feature_close(&input->image);
    sm_passed_files_free(&input->files);
    if (input->file >= 0) {
        H5Fclose(input->file);
    }
    *input = SM_NO_INPUT;
}

/* ---- timing ---- */

/* The axis from time stamps in a NumPy array. */
static enum sm_status read_array(const char *path, uint64_t n_frames, struct sm_time_axis *axis,
                                 struct sm_error *error) {
    void *values;
    enum sm_number_type type;
    if (sm_npy_read_numbers(path, n_frames, &values, &type, error) == SM_OK &&
        sm_time_axis_from_times(values, type, n_frames, axis, error) != SM_OK) {
        sm_fail_where(error, "%s", path);
    }
    free(values);
    return error->status;
}

/* The axis of frames without time stamps. */
static enum sm_status estimate(const struct sm_input *input, struct sm_time_axis *axis, enum sm_timing *timing,
                               struct sm_error *error) {
    double rate = input->reading->frame_rate;
    *timing = rate > 0 ? SM_TIMING_RATE : SM_TIMING_GUESS;
    if (sm_time_axis_uniform(input->stack.n_frames, rate > 0 ? rate : SM_DEFAULT_FRAME_RATE, axis, error) != SM_OK) {
        return sm_fail_where(error, "%s", input->path);
    }
    return SM_OK;
}

enum sm_status sm_input_timing(struct sm_input *input, struct sm_time_axis *axis, enum sm_timing *timing,
                               struct sm_error *error) {
    const struct sm_reading *reading = input->reading;
    uint64_t n_frames = input->stack.n_frames;
    *axis = (struct sm_time_axis){0};
    *timing = SM_TIMING_TIME;
    if (input->file < 0) {
        return reading->time ? read_array(reading->time, n_frames, axis, error) : estimate(input, axis, timing, error);
    }
    if (reading->time) {
        return sm_timing_read_dataset(input->file, input->path, reading->time, n_frames, axis, error);
    }
    return sm_timing_read(input->file, input->path, reading->frame_rate, n_frames, axis, timing, &input->files, error);
}
