/* The output of a measurement: its skeleton, into which the ranks then write. */
#ifndef RTDC_OUTPUT_H
#define RTDC_OUTPUT_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rtdc/input_options.h"
#include "sparsemed/attribution.h"
#include "sparsemed/parameters.h"
#include "sparsemed/status.h"

/* Frames in a chunk of events/basinmap<i> and events/bg_off. */
#define SM_FEATURE_CHUNK 1000

/* Where the datasets of an output are. */
#define SM_IMAGE_GROUP  "basin_events"
#define SM_IMAGE_NAME   "image_bg"
#define SM_OFFSET_PATH  "events/bg_off"
#define SM_MAP_PATH_MAX 32

/* The attribute of image_bg and bg_off that holds the ppid. */
#define SM_PPID_ATTRIBUTE "dcnum ppid background"

/* How an output comes about. */
enum sm_output_way {
    SM_NEW_OUTPUT,    /* a new file that refers to the input */
    SM_UPDATED_OUTPUT /* a copy of a file, an earlier output or the input itself: its background is replaced */
};

/* What an output will hold. */
struct sm_output {
    enum sm_output_way way;
    const char *input_path;                 /* of the measurement */
    const struct sm_input_options *input_options; /* how it is read */
    const char *path;                       /* final one of the output */
    char ppid[SPARSEMED_PPID_SIZE];
    uint64_t n_frames, n_images; /* n_images background images are kept */
    size_t height, width;
    bool offset; /* events/bg_off is written */
    int zstd_level;
    const struct sparsemed_attribution *attribution; /* which frame gets which image */

    /* made by sm_output_create */
    char map_path[SM_MAP_PATH_MAX]; /* of the map from frames to images */
    bool map_is_there;              /* the file has this map already: it need not be written */
};

/* Images in a chunk of image_bg: about 1 MiB of them, from 10 to 1000. */
size_t sm_output_chunk_images(size_t height, size_t width);

/* Make the skeleton: all metadata, and empty datasets of their final extent and with their space allocated. Done by one
 * process with the serial driver.
 *
 * input       open for reading; invalid where the frames are no HDF5 file, and there is nothing to take over. Basins
 *             lead to it only where its frames are those of a measurement
 * temporary   path at which to make it: for SM_NEW_OUTPUT an existing file is overwritten, for SM_UPDATED_OUTPUT it is
 *             the copy that is changed
 *
 * SPARSEMED_INPUT: metadata of the input is damaged. SPARSEMED_OUTPUT: it could not be written. */
enum sparsemed_status sm_output_create(hid_t input, const char *temporary, struct sm_output *output,
                                       struct sparsemed_error *error);

#endif
