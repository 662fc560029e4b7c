/* Median image of a window of frames.
 *
 * Method: src/core/README.md, "Background images" and "The median". */
#ifndef SPARSEMED_MEDIAN_H
#define SPARSEMED_MEDIAN_H

#include <stddef.h>
#include <stdint.h>

#include "sparsemed/instruction_set.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Background image of one window: for each pixel the element of rank n_frames / 2 (counted from 0) of its sorted
 * values, i.e. the upper of the two middle ones where n_frames is even.
 *
 * set        an instruction set that this processor has
 * frames     [n_frames] pointers to [n_pixels] grey values each; borrowed
 * n_frames   1 .. 2^31 - 1
 * n_pixels   any, 0 too
 * image      [n_pixels]; on entry a guess (any values; the nearer, the faster: the previous image is a good one), on
 *            return the result
 *
 * Thread-safe, allocates nothing, cannot fail. */
void sparsemed_median_image(enum sparsemed_instruction_set set, const uint8_t *const *frames, size_t n_frames,
                            size_t n_pixels, uint8_t *image);

#ifdef __cplusplus
}
#endif

#endif
