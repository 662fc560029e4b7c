/* The output of a measurement: its skeleton, into which the ranks then write. */
#ifndef RTDC_OUTPUTS_OUTPUT_H
#define RTDC_OUTPUTS_OUTPUT_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rtdc/files/workpiece.h"
#include "rtdc/layout.h"
#include "rtdc/outputs/pipeline_claims.h"
#include "rtdc/outputs/specification.h"
#include "rtdc/outputs/split_table.h"
#include "sparsemed/attribution.h"
#include "sparsemed/status.h"

/* How an output comes about. */
enum sm_output_way {
    SM_NEW_OUTPUT,    /* a new file that refers to the input */
    SM_UPDATED_OUTPUT /* a copy of a file, an earlier output or the input: its background is replaced */
};

/* What an output will hold. */
struct sm_output {
    struct sm_specification specification;
    enum sm_output_way way;
    const char *original; /* path of the file that an updated output is a copy of; borrowed */
    uint64_t n_images;    /* background images that are kept */
    size_t height, width;
    int zstd_level;                                  /* see filters.h */
    const struct sparsemed_attribution *attribution; /* which frame gets which image; borrowed */
    const struct sm_split_table *splits;             /* of the background; NULL: without; borrowed */
    bool draft;                                      /* in memory, to compare with: takes no space for the datasets */
};

/* The map from frames to images in an output, and what is claimed of it. Plain data. */
struct sm_output_map {
    char path[SM_MAP_PATH_MAX];  /* "" where every frame has an image */
    bool is_there;               /* it need not be written: the file has this map already, or none is needed */
    enum sm_unclaimed unclaimed; /* why dcnum will compute the background once more */
};

/* Images in a chunk of image_bg: about 1 MiB of them, from 10 to 1000. height, width >= 1. */
size_t sm_output_chunk_images(size_t height, size_t width);

/* Make the skeleton: all metadata, and empty datasets of their final extent and with their space allocated; but for
 * images of frames, whose chunks get space as they are written, with the serial driver, too. Done by one process.
 *
 * input       open for reading; invalid where the frames are no HDF5 file, and there is nothing to take over. Basins
 *             lead to it only where its frames are those of a measurement
 * workpiece   in which to make it: for SM_NEW_OUTPUT whatever it holds is overwritten, for SM_UPDATED_OUTPUT it is the
 *             copy that is changed
 * map         receives where the map is to be written
 *
 * SPARSEMED_INPUT: metadata of the input is damaged. SPARSEMED_OUTPUT: it could not be written. */
enum sparsemed_status sm_output_create(hid_t input, const struct sm_workpiece *workpiece,
                                       const struct sm_output *output, struct sm_output_map *map,
                                       struct sparsemed_error *error);

/* Compare a finished output, not yet renamed, with what it was to be: a skeleton made once more, in memory, and the
 * file that an updated one began as. Everything but the values of images, map and offsets, which their writers read
 * back.
 *
 * input, workpiece, output, map   of sm_output_create
 *
 * SPARSEMED_OUTPUT: something differs; the message names the output. SPARSEMED_INPUT: metadata of the input is damaged,
 * or it reads differently each time. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_output_check(hid_t input, const struct sm_workpiece *workpiece, const struct sm_output *output,
                                      const struct sm_output_map *map, struct sparsemed_error *error);

#endif
