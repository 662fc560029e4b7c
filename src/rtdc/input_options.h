/* Where the frames and their times are in an input. */
#ifndef RTDC_INPUT_OPTIONS_H
#define RTDC_INPUT_OPTIONS_H

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

/* Whether only a slice of the frames is read. */
bool sm_input_is_sliced(const struct sm_input_options *options);

#endif
