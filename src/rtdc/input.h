/* A measurement that is read: its images, wherever they are. */
#ifndef RTDC_INPUT_H
#define RTDC_INPUT_H

#include <hdf5.h>
#include <stdbool.h>

#include "rtdc/feature.h"
#include "rtdc/stack.h"
#include "sparsemed/status.h"

/* An open measurement. Local to the calling process; owned by one thread. */
struct sm_input {
    const char *path;
    hid_t file;
    struct sm_feature image;
    struct sm_stack stack; /* of the images */
};

#define SM_NO_INPUT ((struct sm_input){.file = H5I_INVALID_HID, .image = SM_NO_FEATURE})

/* Open a measurement, with the serial driver.
 *
 * path    borrowed, must outlive the input
 * input   receives it; release with sm_input_close, also after a failure
 *
 * SM_INPUT: no such file, no HDF5 file, no images (see feature.h), or images that cannot be used (see stack.h). */
enum sm_status sm_input_open(const char *path, struct sm_input *input, struct sm_error *error);

/* Whether a path leads to a file that the images are from, or that leads to them. */
bool sm_input_uses(const struct sm_input *input, const char *path);

/* Path of a file that the images are from, or that leads to them, and that is no longer as it was when it was opened.
 * NULL where there is none; borrowed. */
const char *sm_input_changed(const struct sm_input *input);

/* Release; SM_NO_INPUT is fine. */
void sm_input_close(struct sm_input *input);

#endif
