#include "rtdc/input.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rtdc/files/path.h"
#include "rtdc/files/reach.h"
#include "rtdc/files/read_ahead.h"
#include "rtdc/frames/npy.h"
#include "rtdc/hdf5/file_driver.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/needs.h"
#include "rtdc/layout.h"

/* Note a file that no feature is found through. */
static enum sparsemed_status note_file(struct sm_input *input, const char *path, struct sparsemed_error *error) {
    struct stat state;
    if (stat(path, &state) != 0) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: cannot be read: %s", path, strerror(errno));
    }
    return sm_used_files_add(&input->files, path, &state) ? SPARSEMED_OK
                                                          : sparsemed_fail_memory(error, "opening the input");
}

/* Note the input itself, which is open. */
static enum sparsemed_status note_input(struct sm_input *input, struct sparsemed_error *error) {
    struct stat state;
    if (!sm_file_driver_state(input->file, &state)) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: its state cannot be told: %s", input->path, strerror(errno));
    }
    return sm_used_files_add(&input->files, input->path, &state) ? SPARSEMED_OK
                                                                 : sparsemed_fail_memory(error, "opening the input");
}

/* Note the files on the way to a feature. */
static enum sparsemed_status note_files(struct sm_input *input, const struct sm_used_files *files,
                                        struct sparsemed_error *error) {
    return sm_used_files_add_all(&input->files, files) ? SPARSEMED_OK
                                                       : sparsemed_fail_memory(error, "opening the input");
}

/* Find the frames in an HDF5 file. */
static enum sparsemed_status find_images(struct sm_input *input, struct sparsemed_error *error) {
    const char *path = input->path, *dataset = input->input_options->dataset;
    if (!dataset) {
        return sm_feature_find(input->file, path, SM_FEATURE_IMAGE, true, &input->image, error) == SPARSEMED_OK
                   ? note_files(input, &input->image.files, error)
                   : error->status;
    }
    input->image.origin = strdup(path);
    if (!input->image.origin) {
        return sparsemed_fail_memory(error, "opening the images");
    }
    return sm_hdf5_open_dataset(input->file, path, dataset, &input->image.dataset, error);
}

/* Time stamps, sums and maps take memory for every frame. */
static enum sparsemed_status check_frames(const struct sm_input *input, struct sparsemed_error *error) {
    uint64_t n_frames = input->stack.n_frames;
    return n_frames <= sm_needs_most(input->image.dataset, SM_NEED_VALUES) / sizeof(double)
               ? SPARSEMED_OK
               : sparsemed_fail(
                     error, SPARSEMED_INPUT,
                     "%s: says that it has %llu frames, which is not believed of so small a file: it is damaged",
                     input->image.origin, (unsigned long long)n_frames);
}

static enum sparsemed_status open_hdf5(struct sm_input *input, int descriptor, struct sparsemed_error *error) {
    const char *name = input->input_options->dataset ? input->input_options->dataset : SM_FEATURE_IMAGE;
    sm_reach_begin(&input->input_options->reach, input->path, &input->files, &input->missed);
    if (sm_hdf5_open_opened(descriptor, input->ahead, input->path, &input->file, error) != SPARSEMED_OK ||
        note_input(input, error) != SPARSEMED_OK || find_images(input, error) != SPARSEMED_OK ||
        sm_stack_open_dataset(input->image.dataset, input->image.origin, name, &input->stack, error) != SPARSEMED_OK) {
        return error->status;
    }
    return input->image.map ? sm_stack_map(&input->stack, input->image.map, input->image.n_rows, error)
                            : check_frames(input, error);
}

static enum sparsemed_status open_array(struct sm_input *input, struct sparsemed_error *error) {
    const struct sm_input_options *options = input->input_options;
    if (options->dataset) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "%s: is a NumPy array, and has no dataset %s", input->path,
                              options->dataset);
    }
    if (note_file(input, input->path, error) != SPARSEMED_OK ||
        (options->time && note_file(input, options->time, error) != SPARSEMED_OK)) {
        return error->status;
    }
    return sm_stack_open_npy(input->path, &input->stack, error);
}

/* Leave the frames that are asked for. */
static enum sparsemed_status pick_frames(struct sm_input *input, struct sparsemed_error *error) {
    uint64_t n_there = input->stack.n_frames;
    if (!sm_slice_resolve(&input->input_options->slice, n_there, &input->slice)) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "%s: none of its %llu frames are among those asked for",
                              input->path, (unsigned long long)n_there);
    }
    return sm_input_is_sliced(input->input_options) ? sm_stack_slice(&input->stack, &input->slice, error)
                                                    : SPARSEMED_OK;
}

/* Open an input of either kind by its descriptor. */
static enum sparsemed_status open_either(struct sm_input *input, int descriptor, struct sparsemed_error *error) {
    if ((sm_npy_is_open(descriptor, input->ahead, input->path) ? open_array(input, error)
                                                               : open_hdf5(input, descriptor, error)) != SPARSEMED_OK) {
        return error->status;
    }
    return pick_frames(input, error);
}

enum sparsemed_status sm_input_open(const char *path, const struct sm_input_options *options, struct sm_input *input,
                                    struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    *input = SM_NO_INPUT;
    input->path = path;
    input->input_options = options;
    input->ahead = sm_read_ahead_take(path);
    if (input->ahead) {
        return open_either(input, input->ahead->descriptor, error);
    }
    int descriptor;
    if (sm_path_open(path, &descriptor, error) == SPARSEMED_OK) {
        open_either(input, descriptor, error);
        close(descriptor);
    }
    return error->status;
}

enum sparsemed_status sm_input_resolve(struct sm_input *input, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    const char *known = input->ahead ? sm_read_ahead_real_path(input->ahead) : NULL;
    if (!input->real_path) {
        input->real_path = known ? strdup(known) : realpath(input->path, NULL);
    }
    if (!input->real_path) {
        return errno == ENOMEM ? sparsemed_fail_memory(error, "telling the path of the input")
                               : sparsemed_fail(error, SPARSEMED_INPUT, "%s: its path cannot be told: %s", input->path,
                                                strerror(errno));
    }
    return SPARSEMED_OK;
}

struct sm_origin sm_input_origin(const struct sm_input *input) {
    return (struct sm_origin){input->path, input->real_path, input->input_options, input->file < 0, input->slice};
}

struct sm_origin sm_input_origin_of(const char *path, const struct sm_input_options *options, uint64_t n_frames) {
    return (struct sm_origin){path, NULL, options, sm_npy_is(path), sm_slice_all(n_frames)};
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
        const struct sm_used_file *file = &input->files.list[i];
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
    sm_reach_end(&input->files);
    sm_used_files_free(&input->missed);
    sm_used_files_free(&input->files);
    free(input->real_path);
    if (input->file >= 0) {
        H5Fclose(input->file);
    }
    sm_read_ahead_end(input->ahead);
    *input = SM_NO_INPUT;
}

/* ---- timing ---- */

/* The axis from time stamps in a NumPy array. */
static enum sparsemed_status read_axis_of_array(const char *path, const struct sm_slice *slice,
                                                struct sparsemed_time_axis *axis, struct sparsemed_error *error) {
    void *values;
    enum sparsemed_number_type type;
    if (sm_npy_read_numbers(path, slice->n_there, &values, &type, error) == SPARSEMED_OK) {
        sm_slice_pick(slice, type == SPARSEMED_FLOAT32 ? sizeof(float) : sizeof(double), values);
        if (sparsemed_time_axis_from_times(values, type, slice->n, axis, error) != SPARSEMED_OK) {
            sparsemed_fail_where(error, "%s", path);
        }
    }
    free(values);
    return error->status;
}

/* The axis of frames without time stamps. */
static enum sparsemed_status estimate_axis(const struct sm_input *input, struct sparsemed_time_axis *axis,
                                           enum sm_timing *timing, struct sparsemed_error *error) {
    double rate = input->input_options->frame_rate;
    *timing = rate > 0 ? SM_TIMING_RATE : SM_TIMING_GUESS;
    if (sparsemed_time_axis_uniform(input->stack.n_frames, rate > 0 ? rate : SPARSEMED_DEFAULT_FRAME_RATE, axis,
                                    error) != SPARSEMED_OK) {
        return sparsemed_fail_where(error, "%s", input->path);
    }
    return SPARSEMED_OK;
}

enum sparsemed_status sm_input_timing(struct sm_input *input, struct sparsemed_time_axis *axis, enum sm_timing *timing,
                                      struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    const struct sm_input_options *options = input->input_options;
    const struct sm_slice *slice = &input->slice;
    *axis = (struct sparsemed_time_axis){0};
    *timing = SM_TIMING_TIME;
    if (input->file < 0) {
        return options->time ? read_axis_of_array(options->time, slice, axis, error)
                             : estimate_axis(input, axis, timing, error);
    }
    if (options->time) {
        return sm_timing_read_dataset(input->file, input->path, options->time, slice, axis, error);
    }
    return sm_timing_read(input->file, input->path, options->frame_rate, slice, axis, timing, &input->files, error);
}
