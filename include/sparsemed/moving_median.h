/* Median images of a window that moves on over overlapping frames. */
#ifndef SPARSEMED_MOVING_MEDIAN_H
#define SPARSEMED_MOVING_MEDIAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sparsemed/median.h"
#include "sparsemed/status.h"

/* Keeps for every pixel how many values of the window lie around its median, so that moving on costs as much as the
 * frames that come and go, not as much as the window. Working memory: 9 bytes a pixel and 64 bytes a frame. One a
 * thread. */
struct sm_moving_median;

/* Make one.
 *
 * n_frames   in the window, 1 .. 2^31 - 1; beyond 65535 moving on costs as much as starting
 * n_pixels   of a frame
 * set        an instruction set that this processor has
 * moving     receives it; release with sm_moving_median_free
 *
 * SM_INTERNAL: out of memory. */
enum sm_status sm_moving_median_create(size_t n_frames, size_t n_pixels, enum sm_instruction_set set,
                                       struct sm_moving_median **moving, struct sm_error *error);

/* Release; NULL is fine. */
void sm_moving_median_free(struct sm_moving_median *moving);

/* Background image of a window, as sm_median_image has it, whatever the window before.
 *
 * frames   [n_frames] pointers to [n_pixels] grey values each; borrowed until the call returns
 * image    [n_pixels]; on entry a guess (any values; the previous image is a good one), on return the result */
void sm_moving_median_start(struct sm_moving_median *moving, const uint8_t *const *frames, uint8_t *image);

/* Whether moving on by n_moved frames is less work than starting anew: each frame that leaves or comes is counted. */
static inline bool sm_moving_median_pays(size_t n_moved, size_t n_frames) {
    return n_moved <= n_frames / 2;
}

/* Background image of the window after some frames at its begin left and as many came at its end.
 *
 * left       [n_moved] pointers to the frames that left; with the values they had when they were counted
 * n_moved    0 .. n_frames
 * frames     [n_frames], the new window
 * image      [n_pixels]; receives the result
 *
 * The previous call must have been for the window before. */
void sm_moving_median_move(struct sm_moving_median *moving, const uint8_t *const *left, size_t n_moved,
                           const uint8_t *const *frames, uint8_t *image);

#endif
