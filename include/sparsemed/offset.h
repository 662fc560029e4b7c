/* Brightness offset of frames against their background image, and whether a measurement flickers at all.
 *
 * Method: src/core/README.md, "Offset". Flickering is judged as ChipStream does. */
#ifndef SPARSEMED_OFFSET_H
#define SPARSEMED_OFFSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Rows at the top of a frame that show the channel wall and no cells. */
#define SPARSEMED_OFFSET_ROWS 20

/* Widest frame: the sum of its top rows must fit into 32 bits. */
#define SPARSEMED_MAX_WIDTH (UINT32_MAX / (SPARSEMED_OFFSET_ROWS * 255u))

/* Frames that tell whether a measurement flickers, and the rows of them that are looked at. */
#define SPARSEMED_FLICKER_FRAMES 1000
#define SPARSEMED_FLICKER_ROWS   10

/* Sum of the top rows (at most SPARSEMED_OFFSET_ROWS) of a frame or image [height][width]; 1 <= width <=
 * SPARSEMED_MAX_WIDTH. */
uint32_t sparsemed_top_sum(const uint8_t *frame, size_t height, size_t width);

/* Offset of a frame: the mean of its top rows minus that of its background image, in grey values.
 *
 * frame_sum, image_sum   sparsemed_top_sum of the two, of the same height and width (both >= 1) */
double sparsemed_offset(uint32_t frame_sum, uint32_t image_sum, size_t height, size_t width);

/* Median of the first SPARSEMED_FLICKER_ROWS rows of a frame [height][width]: the mean of the two middle values where
 * their number is even. height, width >= 1. */
double sparsemed_top_median(const uint8_t *frame, size_t height, size_t width);

/* Whether a measurement flickers: at least 5 frames have a top median 2.5 or more away from the median of all.
 *
 * top_medians   [n_frames], sparsemed_top_median of the first SPARSEMED_FLICKER_FRAMES frames; is sorted
 * n_frames      any, 0 too */
bool sparsemed_flickers(double *top_medians, size_t n_frames);

#ifdef __cplusplus
}
#endif

#endif
