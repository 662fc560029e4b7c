/* The background of a measurement as readers find it: an image and an offset for every frame. */
#ifndef RTDC_INSPECTION_SHOWN_BACKGROUND_H
#define RTDC_INSPECTION_SHOWN_BACKGROUND_H

#include <hdf5.h>
#include <stdbool.h>
#include <stdint.h>

#include "rtdc/feature.h"
#include "rtdc/files/reach.h"
#include "rtdc/inspection/single_frames.h"
#include "sparsemed/status.h"

/* An open background. Local to the calling process. */
struct sm_shown_background {
    const char *path;
    hid_t file;
    struct sm_feature images;
    struct sm_stack stack; /* of the images */
    uint64_t n_frames;
    bool each;                      /* every frame has an image of its own */
    double *offsets;                /* [n_frames]; NULL where there are none */
    struct sm_single_frames single; /* images */
};

#define SM_NO_SHOWN_BACKGROUND ((struct sm_shown_background){.file = H5I_INVALID_HID, .images = SM_NO_FEATURE})

/* Open the background of a file.
 *
 * path, reach   borrowed, must outlive the background
 * background    receives it; release with sm_shown_background_close, also after a failure
 *
 * SPARSEMED_INPUT: the file cannot be read, or has no background; the message names it. SPARSEMED_INTERNAL: out of
 * memory. */
enum sparsemed_status sm_shown_background_open(const char *path, const struct sm_reach *reach,
                                               struct sm_shown_background *background, struct sparsemed_error *error);

/* Number of the image that a frame has. */
uint64_t sm_shown_background_image_of(const struct sm_shown_background *background, uint64_t frame);

/* Decode an image; cheap where the last one was in the same chunk.
 *
 * image   receives [height][width]; borrowed from the background until the next call
 *
 * SPARSEMED_INPUT: it is damaged. */
enum sparsemed_status sm_shown_background_read(struct sm_shown_background *background, uint64_t number,
                                               const uint8_t **image, struct sparsemed_error *error);

/* Release; SM_NO_SHOWN_BACKGROUND is fine. */
void sm_shown_background_close(struct sm_shown_background *background);

#endif
