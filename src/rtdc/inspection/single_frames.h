/* Frames of a stack, one at a time. */
#ifndef RTDC_INSPECTION_SINGLE_FRAMES_H
#define RTDC_INSPECTION_SINGLE_FRAMES_H

#include <hdf5.h>

#include "rtdc/frames/stack.h"

/* Reads frames, and keeps the slab that was decoded last. */
struct sm_single_frames {
    struct sm_stack *stack; /* borrowed */
    uint8_t *slab;          /* [slab_frames][height][width] */
    uint64_t slab_number;   /* UINT64_MAX: nothing is decoded */
};

/* Begin to read.
 *
 * dataset   of the frames, for what is believed of its file (hdf5/needs.h)
 * frames    receives the reader; release with sm_single_frames_close, also after a failure
 *
 * SPARSEMED_INPUT: a slab needs more than is believed. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_single_frames_open(struct sm_stack *stack, hid_t dataset, struct sm_single_frames *frames,
                                            struct sparsemed_error *error);

/* Decode a frame; cheap where the last one was in the same slab.
 *
 * number   < stack->n_frames
 * frame    receives [height][width]; borrowed until the next call
 *
 * SPARSEMED_INPUT: it is damaged. */
enum sparsemed_status sm_single_frames_read(struct sm_single_frames *frames, uint64_t number, const uint8_t **frame,
                                            struct sparsemed_error *error);

/* Release; all zero is fine. */
void sm_single_frames_close(struct sm_single_frames *frames);

#endif
