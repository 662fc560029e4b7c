/* What the datasets of an output take on the disk, before they are written. */
#ifndef RTDC_OUTPUTS_GROWTH_H
#define RTDC_OUTPUTS_GROWTH_H

#include <stdint.h>

#include "rtdc/outputs/output.h"

/* Bytes by which the skeleton can grow while its datasets are filled collectively, at most: every chunk that is
 * compressed may find no place but at the end of the file. */
uint64_t sm_output_growth(const struct sm_output *output, const struct sm_output_map *map);

/* Bytes that an image a frame, and the offsets, add to a file: exactly where they are not compressed. Compressed, a
 * chunk takes at most the different images in it, and each time the image changes a chunk has one more.
 *
 * n_steps   how often it changes, at most */
uint64_t sm_output_frames_growth(const struct sm_specification *specification, size_t height, size_t width,
                                 int zstd_level, uint64_t n_steps);

#endif
