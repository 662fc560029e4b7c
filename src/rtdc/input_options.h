/* Where the frames and their times are in an input, and how an output tells of that. */
#ifndef RTDC_INPUT_OPTIONS_H
#define RTDC_INPUT_OPTIONS_H

#include <hdf5.h>
#include <stdbool.h>

#include "rtdc/files/reach.h"
#include "rtdc/frames/slice.h"

/* What is other than in a measurement. All zero: the frames are the feature image, and the times what features and
 * attributes tell. Strings are borrowed. */
struct sm_input_options {
    const char *dataset; /* path of the frames in an HDF5 file */
    const char *time; /* of the time stamps: path in the same HDF5 file, or of a NumPy array where the frames are one */
    double frame_rate;             /* frames a second, where the input tells none; 0: not known */
    struct sm_slice_request slice; /* only these frames, and their times; all zero: all */
    struct sm_reach reach;         /* of what the input leads to; the same for an output that is looked at */
};

/* Whether the frames of an input are those of a measurement, or some of these, so that its other features fit them. */
bool sm_input_is_measurement(const struct sm_input_options *options, const char *input_path);

/* Whether only a slice of the frames is read. */
bool sm_input_is_sliced(const struct sm_input_options *options);

/* The file that holds nothing but the time stamps, or NULL where there is none. */
const char *sm_input_time_file(const struct sm_input_options *options, const char *input_path);

/* Note in an output what its frames and times were, so that a repeated job knows it again. Of a measurement as such
 * nothing is noted, as basins tell which it was, but in a copy of it, and where only a slice of it was read.
 *
 * copy                      whether the output is a complete copy of the input
 * dataset                   of the background images, open for writing
 * options                   how the input was read
 * slice                     which of its frames that were
 * input_path, output_path   of input and output; both exist
 *
 * Returns false where memory is out, or HDF5 refuses. */
bool sm_input_options_note(hid_t dataset, const struct sm_input_options *options, const struct sm_slice *slice,
                           const char *input_path, const char *output_path, bool copy);

/* Whether an output has the note that sm_input_options_note would make, or none where it would make none; paths that
 * lead to the same file are equal. A copy into which a background is to go in place may have its note.
 *
 * copy                      whether the output is to be a complete copy of the input
 * dataset                   of the background images, open for reading
 * options                   how the input is to be read
 * slice                     which of its frames that will be
 * input_path, output_path   of input and output */
bool sm_input_options_are_noted(hid_t dataset, const struct sm_input_options *options, const struct sm_slice *slice,
                                const char *input_path, const char *output_path, bool copy);

/* Whether an output tells of the same slice, or of none where all frames are to be read.
 *
 * dataset   of the background images, open for reading */
bool sm_input_slice_is_noted(hid_t dataset, const struct sm_input_options *options, const struct sm_slice *slice);

#endif
