/* A stack of frames in an HDF5 file, read in slabs: the frames that chunks hold together. */
#ifndef RTDC_STACK_H
#define RTDC_STACK_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sparsemed/status.h"

struct sm_decoder;

/* Frames are [n_frames][height][width], row-major, grey values of 8 bits. Slab i has the frames from i * slab_frames
 * on, slab_frames of them or what is left. Local to the calling process; owned by one thread. */
struct sm_stack {
    uint64_t n_frames, n_slabs;
    size_t height, width;
    size_t slab_frames;     /* >= 1; may be more than n_frames */
    uint64_t bytes_read;    /* from the file so far, as stored */
    uint64_t bytes_decoded; /* handed out so far */

    /* For src/rtdc/stack.c only. */
    const char *file_name, *name;
    hid_t dataset;
    size_t tile_height, tile_width;
    bool chunked, partial_unfiltered;
    struct sm_decoder *decoder; /* where chunked */
    uint8_t *raw, *tile;
    size_t raw_capacity;
};

/* Open a stack.
 *
 * file          open for reading, with the serial driver; must outlive the stack
 * file_name     for messages; borrowed, must outlive the stack
 * group, name   of the dataset, such as "events" and "image"; likewise
 * stack         receives it; release with sm_stack_close, also after a failure
 *
 * SM_INPUT: no such dataset, not three-dimensional, not unsigned integers of 8 bits, no frames, frames without pixels
 * or wider than SM_MAX_WIDTH, a filter is not available. */
enum sm_status sm_stack_open(hid_t file, const char *file_name, const char *group, const char *name,
                             struct sm_stack *stack, struct sm_error *error);

/* Read and decode one slab; every stored byte of it once.
 *
 * slab     < n_slabs
 * frames   [slab_frames][height][width]; only the frames that exist are meaningful afterwards
 *
 * SM_INPUT: a chunk is damaged or cannot be read. */
enum sm_status sm_stack_read(struct sm_stack *stack, uint64_t slab, uint8_t *frames, struct sm_error *error);

/* Release; a stack that is all zero is fine. */
void sm_stack_close(struct sm_stack *stack);

#endif
