/* What is read: a measurement, another HDF5 file with a stack of frames in it, or a NumPy array. */
#ifndef RTDC_INPUT_H
#define RTDC_INPUT_H

#include <hdf5.h>
#include <stdbool.h>

#include "rtdc/feature.h"
#include "rtdc/files/memory_file.h"
#include "rtdc/frames/stack.h"
#include "rtdc/input_options.h"
#include "rtdc/origin.h"
#include "rtdc/timing.h"
#include "sparsemed/status.h"

/* An open input. Local to the calling process; owned by one thread. */
struct sm_input {
    const char *path;
    char *real_path; /* after sm_input_resolve */
    const struct sm_input_options *input_options;
    struct sm_memory_file *ahead; /* as it was read ahead; NULL: it was not */
    hid_t file;                   /* invalid where it is a NumPy array */
    struct sm_feature image;      /* the frames, where they are a dataset */
    struct sm_slice slice;        /* the frames that are read, of those in the file */
    struct sm_stack stack;        /* of these */
    struct sm_used_files files;   /* that the frames are from, or that lead to them, the input first; and the times,
                                   * after sm_input_timing */
    struct sm_used_files missed;  /* that could not be used, although something leads to them; after a failure they may
                                   * be the reason */
};

#define SM_NO_INPUT ((struct sm_input){.file = H5I_INVALID_HID, .image = SM_NO_FEATURE})

/* Open an input, with the serial driver, or take what was read ahead of it (files/read_ahead.h).
 *
 * path      borrowed, must outlive the input
 * options   where the frames are; borrowed, must outlive the input
 * input     receives it; release with sm_input_close, also after a failure. It must stay where it is, and no other be
 *           open in this process
 *
 * SPARSEMED_USAGE: a dataset of a NumPy array, which has none, or a slice without frames. SPARSEMED_INPUT: no such
 * file, no HDF5 file, no images (see feature.h), or images that cannot be used (see stack.h). SPARSEMED_INTERNAL: out
 * of memory. */
enum sparsemed_status sm_input_open(const char *path, const struct sm_input_options *options, struct sm_input *input,
                                    struct sparsemed_error *error);

/* Find out the real path of an input, which outputs tell. Done by who writes one.
 *
 * input   open
 *
 * SPARSEMED_INPUT: it cannot be told. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_input_resolve(struct sm_input *input, struct sparsemed_error *error);

/* What outputs are told of an open input. Points into it. */
struct sm_origin sm_input_origin(const struct sm_input *input);

/* The same of one that is not open, whose real path is not needed.
 *
 * path, options   borrowed, must outlive the origin
 * n_frames        of the input, all of which are read */
struct sm_origin sm_input_origin_of(const char *path, const struct sm_input_options *options, uint64_t n_frames);

/* Read the time axis of the frames that are read, from where the options say, or as a measurement has it.
 *
 * input    open; the files of the times are added to its own
 * axis     receives the axis; release with sparsemed_time_axis_free, also after a failure
 * timing   receives what it was made from
 *
 * SPARSEMED_INPUT: a basin that should have the times cannot be used, not as many of them as frames in the file, not
 * numbers, damaged, or not a valid axis (see time_axis.h). SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_input_timing(struct sm_input *input, struct sparsemed_time_axis *axis, enum sm_timing *timing,
                                      struct sparsemed_error *error);

/* Whether a path leads to one of the files of the input. */
bool sm_input_uses(const struct sm_input *input, const char *path);

/* Path of a file of the input that is no longer as it was when it was opened. NULL where there is none; borrowed. */
const char *sm_input_changed(const struct sm_input *input);

/* Whether no file of the input was changed after another file. */
bool sm_input_is_older(const struct sm_input *input, const char *path);

/* Release; SM_NO_INPUT is fine. */
void sm_input_close(struct sm_input *input);

#endif
