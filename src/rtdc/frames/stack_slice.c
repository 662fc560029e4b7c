/* The stack that shows a slice of another one.
 *
 * Its slabs are those of the other stack, as far as the slice reaches into them: a slab of frames that follow each
 * other is decoded to where it is wanted, and the first begins at the frame that it has there. Only where a slab does
 * not hold a whole number of steps are slabs laid anew, of about as many frames as one of the other stack gives. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "rtdc/frames/stack.h"

struct sliced {
    struct sm_stack source;
    struct sm_slice slice;
    uint64_t in_memory; /* slab of the source that is decoded, or n_slabs of it */
    uint8_t *decoded;   /* [source.slab_frames][height][width]; NULL where frames follow each other */
};

/* Have a slab of the source decoded. */
static enum sparsemed_status decode_slab(struct sliced *sliced, uint64_t slab, struct sparsemed_error *error) {
    if (slab == sliced->in_memory) {
        return SPARSEMED_OK;
    }
    sliced->in_memory = sliced->source.n_slabs;
    if (sm_stack_read(&sliced->source, slab, sliced->decoded, error) == SPARSEMED_OK) {
        sliced->in_memory = slab;
    }
    return error->status;
}

/* Pick the frames of a slab. */
static enum sparsemed_status pick_frames(const struct sm_stack *stack, uint64_t slab, uint8_t *frames,
                                         struct sparsemed_error *error) {
    struct sliced *sliced = stack->state;
    size_t image_bytes = stack->height * stack->width;
    uint64_t end = sm_stack_slab_first(stack, slab + 1);
    for (uint64_t frame = sm_stack_slab_first(stack, slab); frame < end; frame++) {
        uint64_t row = sliced->slice.first + frame * sliced->slice.step;
        if (decode_slab(sliced, row / sliced->source.slab_frames, error) != SPARSEMED_OK) {
            break;
        }
        memcpy(frames + sm_stack_place(stack, frame) * image_bytes,
               sliced->decoded + row % sliced->source.slab_frames * image_bytes, image_bytes);
    }
    return error->status;
}

static enum sparsemed_status read_sliced(struct sm_stack *stack, uint64_t slab, uint8_t *frames,
                                         struct sparsemed_error *error) {
    struct sliced *sliced = stack->state;
    if (sliced->decoded) {
        pick_frames(stack, slab, frames, error);
    } else {
        sm_stack_read(&sliced->source, sliced->slice.first / stack->slab_frames + slab, frames, error);
    }
    stack->bytes_read = sliced->source.bytes_read;
    stack->bytes_decoded = sliced->source.bytes_decoded;
    return error->status;
}

static void close_sliced(void *state) {
    struct sliced *sliced = state;
    sm_stack_close(&sliced->source);
    free(sliced->decoded);
    free(sliced);
}

static const struct sm_stack_kind slice_kind = {read_sliced, close_sliced};

enum sparsemed_status sm_stack_slice(struct sm_stack *stack, const struct sm_slice *slice,
                                     struct sparsemed_error *error) {
    assert(slice->n_there == stack->n_frames && stack->lead == 0 && error->status == SPARSEMED_OK);
    struct sliced *sliced = malloc(sizeof *sliced);
    size_t image_bytes = stack->height * stack->width, slab_bytes;
    bool fits = !__builtin_mul_overflow(stack->slab_frames, image_bytes, &slab_bytes);
    uint8_t *decoded = fits && slice->step > 1 ? malloc(slab_bytes) : NULL;
    if (!sliced || (!decoded && slice->step > 1)) {
        free(decoded);
        free(sliced);
        return sparsemed_fail_memory(error, "preparing to read a slice");
    }
    *sliced = (struct sliced){*stack, *slice, stack->n_slabs, decoded};
    bool whole_steps = stack->slab_frames % slice->step == 0;
    stack->lead = whole_steps ? slice->first % stack->slab_frames / slice->step : 0;
    stack->slab_frames = sm_divide_up(stack->slab_frames, slice->step);
    stack->n_frames = slice->n;
    stack->n_slabs = sm_divide_up(stack->lead + slice->n, stack->slab_frames);
    stack->kind = &slice_kind;
    stack->state = sliced;
    return SPARSEMED_OK;
}
