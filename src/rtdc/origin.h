/* What an output is of: which frames of which input, and how the output tells of them. */
#ifndef RTDC_ORIGIN_H
#define RTDC_ORIGIN_H

#include <hdf5.h>
#include <jansson.h>
#include <stdbool.h>

#include "rtdc/input_options.h"

/* Which frames of which input, and how they are read. Plain data; what it points to is borrowed. */
struct sm_origin {
    const char *path;      /* of the input, as it was named */
    const char *real_path; /* absolute, without links; NULL where it is not known, which only writing needs */
    const struct sm_input_options *options;
    bool is_array;         /* the input is a NumPy array */
    struct sm_slice slice; /* the frames that are read, of those in the input */
};

/* Whether the frames are those of a measurement, or some of these, so that its other features fit them. */
bool sm_origin_is_measurement(const struct sm_origin *origin);

/* The file that holds nothing but the time stamps, or NULL where there is none. */
const char *sm_origin_time_file(const struct sm_origin *origin);

/* Note in an output what its frames and times were, so that a repeated job knows it again. Of a measurement as such
 * nothing is noted, as basins tell which it was, but in a copy of it, and where only a slice of it was read.
 *
 * copy          whether the output is a complete copy of the input
 * dataset       of the background images, open for writing
 * origin        with its real path
 * output_path   of an output that exists
 *
 * Returns false where memory is out, or HDF5 refuses. */
bool sm_origin_note(hid_t dataset, const struct sm_origin *origin, const char *output_path, bool copy);

/* Lead the note of an output to where its input was moved. Nothing where it has none, or tells of another file.
 *
 * dataset   of the background images, open for writing
 * paths     as a basin definition has them: two paths of the input now, and behind these all that it had
 *
 * Returns false where memory is out, or HDF5 refuses. */
bool sm_origin_move_note(hid_t dataset, const json_t *paths);

/* Whether two outputs have the same note, wherever it leads, or none.
 *
 * left, right   datasets of background images, open for reading */
bool sm_origin_notes_agree(hid_t left, hid_t right);

/* Whether an output has the note that sm_origin_note would make, or none where it would make none; paths that lead to
 * the same file are equal. A copy into which a background is to go in place may have its note.
 *
 * copy      whether the output is to be a complete copy of the input
 * dataset   of the background images, open for reading */
bool sm_origin_is_noted(hid_t dataset, const struct sm_origin *origin, const char *output_path, bool copy);

/* Whether an output tells of the same slice, or of none where all frames are to be read.
 *
 * dataset   of the background images, open for reading */
bool sm_origin_slice_is_noted(hid_t dataset, const struct sm_origin *origin);

#endif
