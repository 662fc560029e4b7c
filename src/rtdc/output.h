/* The output of a measurement: its skeleton, into which the ranks then write, and whether an existing file is one. */
#ifndef RTDC_OUTPUT_H
#define RTDC_OUTPUT_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sparsemed/parameters.h"
#include "sparsemed/status.h"

/* Frames in a chunk of events/basinmap<i> and events/bg_off. */
#define SM_FEATURE_CHUNK 1000

/* Where the datasets of an output are. */
#define SM_IMAGE_GROUP  "basin_events"
#define SM_IMAGE_NAME   "image_bg"
#define SM_OFFSET_PATH  "events/bg_off"
#define SM_MAP_PATH_MAX 32

/* What an output will hold. */
struct sm_output {
    const char *input_path; /* of the measurement */
    const char *path;       /* final one of the output */
    char ppid[SM_PPID_SIZE];
    uint64_t n_frames, n_images; /* n_images background images are kept */
    size_t height, width;
    bool offset; /* events/bg_off is written */
    int zstd_level;
    char map_path[SM_MAP_PATH_MAX]; /* of the map from frames to images; receives what sm_output_create chose */
};

/* Images in a chunk of image_bg: about 1 MiB of them, from 10 to 1000. */
size_t sm_output_chunk_images(size_t height, size_t width);

/* Make the skeleton: all metadata, and empty datasets of their final extent and with their space allocated. Done by one
 * process with the serial driver.
 *
 * input       open for reading
 * temporary   path under which to make it; an existing file is overwritten
 *
 * SM_INPUT: metadata of the input is damaged. SM_OUTPUT: it could not be written. */
enum sm_status sm_output_create(hid_t input, const char *temporary, struct sm_output *output, struct sm_error *error);

/* Whether an existing file already holds this background of this input: same ppid, number of frames and input file, and
 * written after the input was last changed. False where it cannot be read. */
bool sm_output_is_done(const struct sm_output *output);

#endif
