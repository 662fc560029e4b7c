/* A stack of frames, read in slabs: for a dataset of an HDF5 file the frames that its chunks hold together. Stacks of
 * several kinds look alike once they are open. */
#ifndef RTDC_FRAMES_STACK_H
#define RTDC_FRAMES_STACK_H

#include <hdf5.h>
#include <stddef.h>
#include <stdint.h>

#include "rtdc/frames/slice.h"
#include "sparsemed/status.h"

struct sm_stack_kind;

/* Frames are [n_frames][height][width], row-major, grey values of 8 bits. Slabs have slab_frames places for them, which
 * are filled one after the other, but for the first places of the first slab, if there is a lead, and what is left of
 * the last one. Local to the calling process; owned by one thread. */
struct sm_stack {
    uint64_t n_frames, n_slabs;
    size_t height, width;
    size_t slab_frames;     /* >= 1; may be more than n_frames */
    size_t lead;            /* places of the first slab without a frame, < slab_frames; 0 but for a slice */
    uint64_t bytes_read;    /* from the file so far, as stored */
    uint64_t bytes_decoded; /* so far, whether handed out or not */

    /* For the kinds of stacks only. */
    const struct sm_stack_kind *kind;
    void *state;
};

/* What a kind of stack brings along. */
struct sm_stack_kind {
    /* Read a slab, see sm_stack_read; adds to bytes_read and bytes_decoded. A message names the file. */
    enum sparsemed_status (*read)(struct sm_stack *stack, uint64_t slab, uint8_t *frames,
                                  struct sparsemed_error *error);

    /* Release the state, once; also after it could not be opened. */
    void (*close)(void *state);
};

/* For the kinds of stacks: take over the shape, once it is checked.
 *
 * extent   [n_dimensions]
 *
 * SPARSEMED_INPUT: not three dimensions, no frames, frames without pixels, larger than SPARSEMED_MAX_WIDTH each way, or
 * of more than INT_MAX bytes. The message does not name the stack. */
enum sparsemed_status sm_stack_set_shape(struct sm_stack *stack, int n_dimensions, const uint64_t *extent,
                                         struct sparsemed_error *error);

/* For the kinds of stacks: lay slabs of about 1 MiB over frames that are stored without chunks. */
void sm_stack_lay_slabs(struct sm_stack *stack);

/* Open a dataset as a stack.
 *
 * dataset           of a file that is open for reading with the serial driver; the stack keeps it open, so the caller
 *                   may release it
 * file_name, name   of the dataset, for messages; borrowed, must outlive the stack
 * stack             receives it; release with sm_stack_close, also after a failure
 *
 * SPARSEMED_INPUT: not three-dimensional, not unsigned integers of 8 bits, no frames, frames without pixels or too
 * large (see sm_stack_set_shape), a filter is not available. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_stack_open_dataset(hid_t dataset, const char *file_name, const char *name,
                                            struct sm_stack *stack, struct sparsemed_error *error);

/* Open a NumPy array in a file of its own (see npy.h) as a stack. Frames are read, not mapped into memory: so a file
 * that becomes shorter meanwhile is an error, and no crash.
 *
 * path    borrowed, must outlive the stack
 * stack   receives it; release with sm_stack_close, also after a failure
 *
 * SPARSEMED_INPUT: no such array, not three-dimensional, not unsigned integers of 8 bits, no frames, frames without
 * pixels or too large (see sm_stack_set_shape). SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_stack_open_npy(const char *path, struct sm_stack *stack, struct sparsemed_error *error);

/* Let a stack show other rows than it has: row j becomes row map[j]. Where the map ascends, every slab of the stack is
 * decoded once if the slabs are read in their order; where it does not, once for every slab that is read.
 *
 * map      [n_rows], each below stack->n_frames; borrowed, must outlive the stack
 * n_rows   >= 1
 * stack    open, and no slice; shows the rows of the map from now on
 *
 * SPARSEMED_INTERNAL: out of memory; the stack is as it was. */
enum sparsemed_status sm_stack_map(struct sm_stack *stack, const uint64_t *map, uint64_t n_rows,
                                   struct sparsemed_error *error);

/* Let a stack show a slice of its frames. Slabs that have none of them are not read; every other one is decoded once if
 * the slabs are read in their order.
 *
 * slice   of the stack, slice->n_there == stack->n_frames
 * stack   open; shows the frames of the slice from now on
 *
 * SPARSEMED_INTERNAL: out of memory; the stack is as it was. */
enum sparsemed_status sm_stack_slice(struct sm_stack *stack, const struct sm_slice *slice,
                                     struct sparsemed_error *error);

/* The first frame of a slab; n_frames for a slab behind the last one. */
uint64_t sm_stack_slab_first(const struct sm_stack *stack, uint64_t slab);

/* The slab of a frame, and its place there. */
uint64_t sm_stack_slab(const struct sm_stack *stack, uint64_t frame);
size_t sm_stack_place(const struct sm_stack *stack, uint64_t frame);

/* Read and decode one slab; every stored byte of it once.
 *
 * slab     < n_slabs
 * frames   [slab_frames][height][width]; only the places of frames that exist are meaningful afterwards
 *
 * SPARSEMED_INPUT: a chunk is damaged or cannot be read. */
enum sparsemed_status sm_stack_read(struct sm_stack *stack, uint64_t slab, uint8_t *frames,
                                    struct sparsemed_error *error);

/* Release; a stack that is all zero is fine. */
void sm_stack_close(struct sm_stack *stack);

#endif
