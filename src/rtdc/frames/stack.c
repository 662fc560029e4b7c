#include "rtdc/frames/stack.h"

#include <assert.h>
#include <limits.h>

#include "core/numbers.h"
#include "sparsemed/offset.h"

/* Frames without chunks are read in slabs of about this size. */
enum { PLAIN_SLAB_BYTES = 1 << 20 };

enum sparsemed_status sm_stack_set_shape(struct sm_stack *stack, int n_dimensions, const uint64_t *extent,
                                         struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    if (n_dimensions != 3) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "is not a stack of images (it has %d dimensions, not 3)",
                              n_dimensions);
    }
    if (extent[0] == 0 || extent[1] == 0 || extent[2] == 0) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "is empty");
    }
    if (extent[1] > SPARSEMED_MAX_WIDTH || extent[2] > SPARSEMED_MAX_WIDTH) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "has images of more than %u rows or columns",
                              SPARSEMED_MAX_WIDTH);
    }
    if (extent[1] * extent[2] > INT_MAX) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "has images of 2 GiB or more (%llu x %llu pixels)",
                              (unsigned long long)extent[1], (unsigned long long)extent[2]);
    }
    stack->n_frames = extent[0];
    stack->height = extent[1];
    stack->width = extent[2];
    return SPARSEMED_OK;
}

void sm_stack_lay_slabs(struct sm_stack *stack) {
    size_t fitting = PLAIN_SLAB_BYTES / (stack->height * stack->width);
    stack->slab_frames = sm_min(sm_max(fitting, 1), stack->n_frames);
    stack->n_slabs = sm_divide_up(stack->n_frames, stack->slab_frames);
}

uint64_t sm_stack_slab_first(const struct sm_stack *stack, uint64_t slab) {
    return slab == 0 ? 0 : sm_min(slab * stack->slab_frames - stack->lead, stack->n_frames);
}

uint64_t sm_stack_slab(const struct sm_stack *stack, uint64_t frame) {
    return (stack->lead + frame) / stack->slab_frames;
}

size_t sm_stack_place(const struct sm_stack *stack, uint64_t frame) {
    return (stack->lead + frame) % stack->slab_frames;
}

enum sparsemed_status sm_stack_read(struct sm_stack *stack, uint64_t slab, uint8_t *frames,
                                    struct sparsemed_error *error) {
    assert(slab < stack->n_slabs && error->status == SPARSEMED_OK);
    return stack->kind->read(stack, slab, frames, error);
}

void sm_stack_close(struct sm_stack *stack) {
    if (stack->kind) {
        stack->kind->close(stack->state);
    }
    *stack = (struct sm_stack){0};
}
