/* The sparse-median background of a stack of frames in memory: the whole method in one call.
 *
 * Method: sparse median background of dcnum; the other headers have its parts. */
#ifndef SPARSEMED_BACKGROUND_H
#define SPARSEMED_BACKGROUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sparsemed/parameters.h"
#include "sparsemed/status.h"
#include "sparsemed/time_axis.h"

/* Frames, and when they were taken. Borrowed. */
struct sm_frames {
    const uint8_t *values; /* [n_frames][height][width], row-major, grey values */
    size_t n_frames;       /* >= 1 */
    size_t height, width;  /* of a frame, pixels; 1 .. SM_MAX_WIDTH */

    const void *times;             /* [n_frames], seconds, the first one any value; or NULL */
    enum sm_number_type time_type; /* of times; doubles where it is left out */
    double frame_rate;             /* without times: frames a second, see sm_time_axis_uniform; 0 for a guess */
};

/* The background of a stack. The background of frame j is image map[j], brighter by offsets[j]. */
struct sm_background {
    size_t n_frames, height, width; /* as of the frames */
    size_t kernel_size;             /* frames each image is the median of: as asked for, or all there are */
    size_t n_steps;                 /* split points, one every split_time */
    size_t n_kept;                  /* images that cleansing kept, at least one */
    uint8_t *images;                /* [n_kept][height][width] */
    size_t *step;                   /* [n_kept], ascending: which split point's image each one is (see sm_step_time) */
    int64_t *map;                   /* [n_frames], 0 .. n_kept - 1 */
    double *offsets;                /* [n_frames], grey values; NULL without offset correction */
    bool enforced;                  /* thresh_cleansing would have removed too much; frac_cleansing applies instead */
};

/* Compute the background of a stack.
 *
 * background   receives it; release with sm_background_free, also after a failure
 *
 * The instruction set is the best one of the processor, or what SM_INSTRUCTION_SET_VARIABLE names; it does not change
 * the result. Working memory: one image a split point, and some bytes a frame. One thread; calls that write to
 * different backgrounds may run at the same time.
 *
 * SM_USAGE: the parameters or the instruction set asked for are not valid. SM_INPUT: no frames, a size out of range, a
 * time stamp that is not finite, no time between the first and the last frame, a frame rate below 0 or not finite, too
 * many split points. SM_INTERNAL: out of memory. */
enum sm_status sm_background_compute(const struct sm_frames *frames, const struct sm_parameters *parameters,
                                     struct sm_background *background, struct sm_error *error);

/* Release what the background holds; all zero is fine. */
void sm_background_free(struct sm_background *background);

#endif
