/* Files in the format of NumPy: as a stack of frames, as numbers, and their header alone. */
#include <stdlib.h>

#include "fuzz/fuzzing.h"
#include "rtdc/frames/npy.h"
#include "rtdc/frames/stack.h"

enum { MOST_SLAB_BYTES = 1 << 20 };

static void read_header(const char *text, size_t n_bytes) {
    struct sm_npy_header header;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    if (went_well(sm_npy_header_read(text, n_bytes, &header, &error), &error, SPARSEMED_INPUT, SPARSEMED_INPUT)) {
        must(header.n_dimensions >= 0 && header.n_dimensions <= SM_NPY_MAX_DIMENSIONS, "too many dimensions");
        must((header.kind != 0) == (header.element_bytes != 0), "a kind without a size");
    }
}

static void read_frames(const char *path) {
    struct sm_stack stack;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    if (went_well(sm_stack_open_npy(path, &stack, &error), &error, SPARSEMED_INPUT, SPARSEMED_INPUT) &&
        stack.slab_frames * stack.height * stack.width <= MOST_SLAB_BYTES) {
        uint8_t *frames = malloc(stack.slab_frames * stack.height * stack.width);
        for (uint64_t slab = 0; slab < stack.n_slabs; slab++) {
            must(sm_stack_read(&stack, slab, frames, &error) == SPARSEMED_OK, error.message);
        }
        free(frames);
    }
    sm_stack_close(&stack);
}

static void read_numbers(const char *path, size_t n_bytes) {
    void *values;
    enum sparsemed_number_type type;
    for (size_t n = 1; n <= 4 && n <= n_bytes; n++) {
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        went_well(sm_npy_read_numbers(path, n, &values, &type, &error), &error, SPARSEMED_INPUT, SPARSEMED_INPUT);
        free(values);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes) {
    if (take_byte(&data, &n_bytes) % 2) {
        read_header((const char *)data, n_bytes);
        return 0;
    }
    const char *path = to_file(data, n_bytes);
    read_frames(path);
    read_numbers(path, n_bytes);
    return 0;
}
