/* What an output takes over of the events of its input: the scalar features of frames, such as the time (layout.h).
 *
 * Readers find them through a basin, too, but only where the input still is, and dcnum hands on to its results none
 * that it finds there. Taken over is what is a dataset of the input itself, has one number a frame, and a name from the
 * list; what is led to by links that are not hard, in a virtual dataset or external storage, or has another length is
 * left to the basin. Values are copied piece by piece, as they may be many. */
#ifndef RTDC_OUTPUTS_FEATURE_COPY_H
#define RTDC_OUTPUTS_FEATURE_COPY_H

#include <hdf5.h>
#include <stdbool.h>
#include <stdint.h>

#include "rtdc/frames/slice.h"
#include "sparsemed/status.h"

/* Whether a feature of this name is taken over. */
bool sm_feature_is_of_frames(const char *name);

/* Copy values, type and attributes of the features. They get chunks and filters as the other features of outputs.
 *
 * input        open for reading
 * rows         of the input, those of the frames that the output has
 * output       open for writing, without these features
 * zstd_level   see filters.h
 * values       whether to write the values, too
 *
 * SPARSEMED_INPUT: one that would be taken over is damaged, or has chunks that are not believed of its file (needs.h).
 * SPARSEMED_OUTPUT: one could not be written. SPARSEMED_INTERNAL: out of memory. The message names the feature, not the
 * file. */
enum sparsemed_status sm_features_copy(hid_t input, const struct sm_slice *rows, hid_t output, int zstd_level,
                                       bool values, struct sparsemed_error *error);

/* Compare the values of those that would be copied.
 *
 * input, rows   as above
 * output        open for reading; the input once more, with all its rows, where the question is whether it can be read,
 *               and reads the same twice
 * different     receives the path of what the output lacks or has differently, to be released with free; NULL where all
 *               is the same, or memory is out for the path
 *
 * SPARSEMED_INPUT, SPARSEMED_INTERNAL: as above. */
enum sparsemed_status sm_features_compare(hid_t input, const struct sm_slice *rows, hid_t output, char **different,
                                          struct sparsemed_error *error);

#endif
