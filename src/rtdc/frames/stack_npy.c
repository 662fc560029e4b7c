/* The stack that is a NumPy array in a file of its own. */
#include <assert.h>
#include <stdlib.h>

#include "core/numbers.h"
#include "rtdc/frames/npy.h"
#include "rtdc/frames/stack.h"

static enum sparsemed_status read_slab(struct sm_stack *stack, uint64_t slab, uint8_t *frames,
                                       struct sparsemed_error *error) {
    size_t image_bytes = stack->height * stack->width;
    uint64_t first = slab * stack->slab_frames;
    size_t n_bytes = sm_min(stack->slab_frames, stack->n_frames - first) * image_bytes;
    stack->bytes_read += n_bytes;
    stack->bytes_decoded += n_bytes;
    return sm_npy_read(stack->state, first * image_bytes, n_bytes, frames, error);
}

static void close_array(void *state) {
    sm_npy_close(state);
    free(state);
}

static const struct sm_stack_kind npy_kind = {read_slab, close_array};

enum sparsemed_status sm_stack_open_npy(const char *path, struct sm_stack *stack, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    *stack = (struct sm_stack){0};
    struct sm_npy *npy = malloc(sizeof *npy);
    if (!npy) {
        return sparsemed_fail_memory(error, "preparing to read images");
    }
    *npy = SM_NO_NPY;
    stack->kind = &npy_kind;
    stack->state = npy;
    if (sm_npy_open(path, npy, error) != SPARSEMED_OK) {
        return error->status;
    }
    if (npy->header.kind != 'u' || npy->header.element_bytes != 1) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: does not hold unsigned integers of 8 bits, but %s", path,
                              npy->header.type);
    }
    if (sm_stack_set_shape(stack, npy->header.n_dimensions, npy->header.extent, error) != SPARSEMED_OK) {
        return sparsemed_fail_where(error, "%s", path);
    }
    sm_stack_lay_slabs(stack);
    return SPARSEMED_OK;
}
