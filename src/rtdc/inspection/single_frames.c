#include "rtdc/inspection/single_frames.h"

#include <assert.h>
#include <stdlib.h>

#include "core/numbers.h"
#include "rtdc/hdf5/needs.h"

enum sparsemed_status sm_single_frames_open(struct sm_stack *stack, hid_t dataset, struct sm_single_frames *frames,
                                            struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    size_t frame_bytes = stack->height * stack->width;
    uint64_t n_frames = sm_min(sm_min(stack->slab_frames, stack->n_frames), UINT64_MAX / frame_bytes);
    *frames = (struct sm_single_frames){.stack = stack, .slab_number = UINT64_MAX};
    if (sm_needs_check(dataset, n_frames * frame_bytes, SM_NEED_FRAMES, error) != SPARSEMED_OK) {
        return error->status;
    }
    frames->slab = malloc(stack->slab_frames * frame_bytes);
    return frames->slab ? SPARSEMED_OK : sparsemed_fail_memory(error, "reading frames");
}

enum sparsemed_status sm_single_frames_read(struct sm_single_frames *frames, uint64_t number, const uint8_t **frame,
                                            struct sparsemed_error *error) {
    struct sm_stack *stack = frames->stack;
    uint64_t slab = number / stack->slab_frames;
    if (slab != frames->slab_number) {
        frames->slab_number = UINT64_MAX;
        if (sm_stack_read(stack, slab, frames->slab, error) != SPARSEMED_OK) {
            return error->status;
        }
        frames->slab_number = slab;
    }
    *frame = frames->slab + number % stack->slab_frames * (stack->height * stack->width);
    return SPARSEMED_OK;
}

void sm_single_frames_close(struct sm_single_frames *frames) {
    free(frames->slab);
    *frames = (struct sm_single_frames){0};
}
