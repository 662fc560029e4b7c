/* What an output is to be: of which input, read how, with which background. What is made, and what a file that is there
 * already is compared with, is told by the same specification. */
#ifndef RTDC_OUTPUTS_SPECIFICATION_H
#define RTDC_OUTPUTS_SPECIFICATION_H

#include <stdbool.h>
#include <stdint.h>

#include "rtdc/input_options.h"
#include "sparsemed/parameters.h"

/* How the two ways to store background images are called: false and true stand for them. Ends with NULL. */
extern const char *const sm_images_words[];

struct sm_specification {
    const char *input_path; /* of the measurement; that of the output where a job works in place */
    const struct sm_input_options *input_options; /* how it is read */
    const char *path;                             /* of the output; the final one while it is made */
    char ppid[SPARSEMED_PPID_SIZE];
    bool copy;             /* a complete copy of the measurement, which has the frames as that has them */
    bool frame_images;     /* every frame has a background image in events, instead of one that frames share */
    bool offset;           /* with the brightness offset of every frame */
    struct sm_slice slice; /* of the frames of the input: those that the output has */
    uint64_t n_frames;     /* of the slice */
};

/* Specify an output.
 *
 * copy                              whether it is a complete copy of the measurement
 * frame_images                      whether it has a background image a frame
 * input_path, input_options, path   borrowed, must outlive the specification
 * parameters                        of the background, valid ones; whether there are offsets is decided in them
 * slice                             of the input: the frames that are read */
struct sm_specification sm_specify(const char *input_path, const struct sm_input_options *input_options,
                                   const char *path, const struct sparsemed_parameters *parameters,
                                   struct sm_slice slice, bool copy, bool frame_images);

/* Path of the background images. Static. */
const char *sm_specification_images(const struct sm_specification *specification);

#endif
