/* The sparse-median background of a stack of frames in memory: the whole method in one call.
 *
 * Method: src/core/README.md, which names the headers of its steps. */
#ifndef SPARSEMED_BACKGROUND_H
#define SPARSEMED_BACKGROUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sparsemed/parameters.h"
#include "sparsemed/status.h"
#include "sparsemed/time_axis.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Frames, and when they were taken. Borrowed. */
struct sparsemed_frames {
    const uint8_t *values; /* [n_frames][height][width], row-major, grey values */
    size_t n_frames;       /* >= 1 */
    size_t height, width;  /* of a frame, pixels; 1 .. SPARSEMED_MAX_WIDTH */

    const void *times;                    /* [n_frames], seconds, the first one any value; or NULL */
    enum sparsemed_number_type time_type; /* of times; doubles where it is left out */
    double frame_rate; /* without times: frames a second, see sparsemed_time_axis_uniform; 0 for a guess */
};

/* The background of a stack. The background of frame j is image map[j], brighter by offsets[j]. */
struct sparsemed_background {
    size_t n_frames, height, width; /* as of the frames */
    size_t kernel_size;             /* frames each image is the median of: as asked for, or all there are */
    size_t n_steps;                 /* split points, one every split_time */
    size_t n_kept;                  /* images that cleansing kept, at least one */
    uint8_t *images;                /* [n_kept][height][width] */
    size_t *step;    /* [n_kept], ascending: which split point's image each one is (see sparsemed_step_time) */
    int64_t *map;    /* [n_frames], 0 .. n_kept - 1 */
    double *offsets; /* [n_frames], grey values; NULL without offset correction */
    bool enforced;   /* thresh_cleansing would have removed too much; frac_cleansing applies instead */
};

/* Compute the background of a stack.
 *
 * background   receives it; release with sparsemed_background_free, also after a failure
 *
 * The instruction set is the best one of the processor, or what SPARSEMED_INSTRUCTION_SET_VARIABLE names; it does not
 * change the result. Working memory: one image a split point, and some bytes a frame. One thread; calls that write to
 * different backgrounds may run at the same time.
 *
 * SPARSEMED_USAGE: the parameters or the instruction set asked for are not valid. SPARSEMED_INPUT: no frames, a size
 * out of range, a time stamp that is not finite, no time between the first and the last frame, a frame rate below 0 or
 * not finite, too many split points. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sparsemed_background_compute(const struct sparsemed_frames *frames,
                                                   const struct sparsemed_parameters *parameters,
                                                   struct sparsemed_background *background,
                                                   struct sparsemed_error *error);

/* Release what the background holds; all zero is fine. */
void sparsemed_background_free(struct sparsemed_background *background);

#ifdef __cplusplus
}
#endif

#endif
