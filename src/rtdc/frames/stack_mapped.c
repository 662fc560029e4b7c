/* The stack that shows rows of another one, in any order. */
#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "rtdc/frames/stack.h"

/* A row to be read, and its place in the slab that is read. */
struct pick {
    uint64_t row;
    size_t place;
};

struct mapped {
    struct sm_stack source;
    const uint64_t *map; /* [n_rows] */
    uint64_t in_memory;  /* slab of the source that is decoded, or n_slabs of it */
    uint8_t *decoded;    /* [source.slab_frames][height][width] */
    struct pick *picks;  /* [slab_frames] */
};

static int compare_rows(const void *left, const void *right) {
    uint64_t a = ((const struct pick *)left)->row, b = ((const struct pick *)right)->row;
    return a < b ? -1 : a > b;
}

/* The rows of a slab, so ordered that each slab of the source is needed once. Returns how many there are. */
static size_t pick_rows(const struct sm_stack *stack, uint64_t slab) {
    struct mapped *mapped = stack->state;
    uint64_t first = slab * stack->slab_frames;
    size_t n = sm_min(stack->slab_frames, stack->n_frames - first);
    bool ascending = true;
    for (size_t i = 0; i < n; i++) {
        mapped->picks[i] = (struct pick){mapped->map[first + i], i};
        assert(mapped->picks[i].row < mapped->source.n_frames);
        ascending = ascending && (i == 0 || mapped->picks[i - 1].row <= mapped->picks[i].row);
    }
    if (!ascending) {
        qsort(mapped->picks, n, sizeof *mapped->picks, compare_rows);
    }
    return n;
}

/* Have a slab of the source decoded. */
static enum sparsemed_status decode_slab(struct mapped *mapped, uint64_t slab, struct sparsemed_error *error) {
    if (slab == mapped->in_memory) {
        return SPARSEMED_OK;
    }
    mapped->in_memory = mapped->source.n_slabs;
    if (sm_stack_read(&mapped->source, slab, mapped->decoded, error) == SPARSEMED_OK) {
        mapped->in_memory = slab;
    }
    return error->status;
}

static enum sparsemed_status read_mapped(struct sm_stack *stack, uint64_t slab, uint8_t *frames,
                                         struct sparsemed_error *error) {
    struct mapped *mapped = stack->state;
    size_t image_bytes = stack->height * stack->width, n = pick_rows(stack, slab);
    for (size_t i = 0; i < n && error->status == SPARSEMED_OK; i++) {
        const struct pick *pick = &mapped->picks[i];
        if (decode_slab(mapped, pick->row / mapped->source.slab_frames, error) == SPARSEMED_OK) {
            const uint8_t *from = mapped->decoded + pick->row % mapped->source.slab_frames * image_bytes;
            memcpy(frames + pick->place * image_bytes, from, image_bytes);
        }
    }
    stack->bytes_read = mapped->source.bytes_read;
    stack->bytes_decoded = mapped->source.bytes_decoded;
    return error->status;
}

static void close_mapped(void *state) {
    struct mapped *mapped = state;
    sm_stack_close(&mapped->source);
    free(mapped->decoded);
    free(mapped->picks);
    free(mapped);
}

static const struct sm_stack_kind mapped_kind = {read_mapped, close_mapped};

enum sparsemed_status sm_stack_map(struct sm_stack *stack, const uint64_t *map, uint64_t n_rows,
                                   struct sparsemed_error *error) {
    assert(n_rows >= 1 && stack->lead == 0 && error->status == SPARSEMED_OK);
    struct mapped *mapped = calloc(1, sizeof *mapped);
    size_t image_bytes = stack->height * stack->width, slab_bytes;
    bool fits = !__builtin_mul_overflow(stack->slab_frames, image_bytes, &slab_bytes);
    uint8_t *decoded = fits ? malloc(slab_bytes) : NULL;
    struct pick *picks = calloc(stack->slab_frames, sizeof *picks);
    if (!mapped || !decoded || !picks) {
        free(picks);
        free(decoded);
        free(mapped);
        return sparsemed_fail_memory(error, "preparing to read mapped images");
    }
    *mapped = (struct mapped){*stack, map, stack->n_slabs, decoded, picks};
    stack->n_frames = n_rows;
    stack->n_slabs = sm_divide_up(n_rows, stack->slab_frames);
    stack->kind = &mapped_kind;
    stack->state = mapped;
    return SPARSEMED_OK;
}
