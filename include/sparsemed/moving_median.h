/* Median images of a window that frames come into and leave.
 *
 * Method: src/core/README.md, "Background images" and "The median". */
#ifndef SPARSEMED_MOVING_MEDIAN_H
#define SPARSEMED_MOVING_MEDIAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sparsemed/median.h"
#include "sparsemed/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Keeps for every pixel how many values of the window lie around its median: frames are counted when they come, while
 * they are in the cache, and moving on costs as much as the frames that come and go, not as much as the window. Working
 * memory: 17 bytes a pixel. One a thread. */
struct sparsemed_moving_median;

/* Make one. Start it before anything else.
 *
 * max_frames   most frames in the window, 1 .. 2^31 - 1
 * n_pixels     of a frame, >= 1
 * set          an instruction set that this processor has
 * moving       receives it; release with sparsemed_moving_median_free. NULL after a failure
 *
 * SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sparsemed_moving_median_create(size_t max_frames, size_t n_pixels,
                                                     enum sparsemed_instruction_set set,
                                                     struct sparsemed_moving_median **moving,
                                                     struct sparsemed_error *error);

/* Release; NULL is fine. */
void sparsemed_moving_median_free(struct sparsemed_moving_median *moving);

/* Begin with an empty window.
 *
 * image   [n_pixels], a guess of the next result (any values; the nearer, the faster: the previous image is a good one)
 */
void sparsemed_moving_median_start(struct sparsemed_moving_median *moving, const uint8_t *image);

/* Whether letting n_leaving frames leave is less work than starting with the n_kept others anew: either way each of
 * them is counted. */
static inline bool sparsemed_moving_median_pays(size_t n_leaving, size_t n_kept) {
    return n_leaving <= n_kept;
}

/* Let frames leave the window, then others come.
 *
 * leaving    [n_leaving] frames of the window, with the values that they had when they entered
 * entering   [n_entering] frames; at most max_frames may be in the window afterwards
 *
 * Both are pointers to [n_pixels] grey values each, borrowed until the call returns; a list of no frames may be NULL.
 */
void sparsemed_moving_median_move(struct sparsemed_moving_median *moving, const uint8_t *const *leaving,
                                  size_t n_leaving, const uint8_t *const *entering, size_t n_entering);

/* Median image of the window, as sparsemed_median_image has it.
 *
 * frames   [n_frames] pointers to [n_pixels] grey values each: exactly the frames of the window, at least one
 * image    [n_pixels]; receives the result */
void sparsemed_moving_median_image(struct sparsemed_moving_median *moving, const uint8_t *const *frames,
                                   size_t n_frames, uint8_t *image);

#ifdef __cplusplus
}
#endif

#endif
