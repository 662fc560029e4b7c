#include "rtdc/stack.h"

enum sm_status sm_stack_read(struct sm_stack *stack, uint64_t slab, uint8_t *frames, struct sm_error *error) {
    return stack->kind->read(stack, slab, frames, error);
}

void sm_stack_close(struct sm_stack *stack) {
    if (stack->kind) {
        stack->kind->close(stack->state);
    }
    *stack = (struct sm_stack){0};
}
