/* What an output is to be: of which input, read how, with which background. What is made, and what a file that is there
 * already is compared with, is told by the same specification. */
#ifndef RTDC_OUTPUTS_SPECIFICATION_H
#define RTDC_OUTPUTS_SPECIFICATION_H

#include <stdbool.h>
#include <stdint.h>

#include "rtdc/origin.h"
#include "sparsemed/parameters.h"

/* How the two ways to store background images are called: false and true stand for them. Ends with NULL. */
extern const char *const sm_images_words[];

struct sm_specification {
    struct sm_origin origin; /* the measurement; the output itself where a job works in place */
    const char *path;        /* of the output; the final one while it is made */
    char ppid[SPARSEMED_PPID_SIZE];
    bool copy;         /* a complete copy of the measurement, which has the frames as that has them */
    bool frame_images; /* every frame has a background image in events, instead of one that frames share */
    bool offset;       /* with the brightness offset of every frame */
    uint64_t n_frames; /* that are read, and that the output has */
};

/* Specify an output.
 *
 * copy           whether it is a complete copy of the measurement
 * frame_images   whether it has a background image a frame
 * origin, path   what they point to must outlive the specification
 * parameters     of the background, valid ones; whether there are offsets is decided in them */
struct sm_specification sm_specify(const struct sm_origin *origin, const char *path,
                                   const struct sparsemed_parameters *parameters, bool copy, bool frame_images);

/* Path of the background images. Static. */
const char *sm_specification_images(const struct sm_specification *specification);

#endif
