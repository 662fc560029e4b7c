/* The stack that is a dataset of an HDF5 file. */
#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "rtdc/frames/stack.h"
#include "rtdc/hdf5/changed_calls.h"
#include "rtdc/hdf5/chunks.h"
#include "rtdc/hdf5/decoder.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/needs.h"
#include "rtdc/hdf5/type_soundness.h"

/* What only stacks of this kind have. */
struct dataset {
    const char *file_name, *name;
    hid_t handle;
    size_t tile_height, tile_width;
    bool chunked, partial_unfiltered;
    bool whole_frames;          /* chunks have them, not tiles */
    bool places_checked;        /* what is not found was never written */
    struct sm_decoder *decoder; /* where chunked */
    uint8_t *raw, *tile;        /* the latter where chunks have tiles */
    size_t raw_capacity;
};

/* A block of pixels of some frames. */
struct block {
    hsize_t origin[3], extent[3]; /* frame, row, column */
};

/* ---- opening ---- */

static enum sparsemed_status check_type(const struct sm_stack *stack, struct sparsemed_error *error) {
    const struct dataset *dataset = stack->state;
    hid_t type = H5Dget_type(dataset->handle);
    bool bytes = H5Tget_class(type) == H5T_INTEGER && H5Tget_size(type) == 1 && H5Tget_sign(type) == H5T_SGN_NONE &&
                 sm_type_is_sound(type);
    sm_hdf5_release(type);
    if (!bytes) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: %s does not hold unsigned integers of 8 bits",
                              dataset->file_name, dataset->name);
    }
    return SPARSEMED_OK;
}

static enum sparsemed_status read_shape(struct sm_stack *stack, struct sparsemed_error *error) {
    const struct dataset *dataset = stack->state;
    hid_t space = H5Dget_space(dataset->handle);
    hsize_t extent[H5S_MAX_RANK] = {0};
    int rank = H5Sget_simple_extent_dims(space, extent, NULL);
    sm_hdf5_release(space);
    const uint64_t shape[3] = {extent[0], extent[1], extent[2]};
    if (sm_stack_set_shape(stack, rank, shape, error) != SPARSEMED_OK) {
        struct sparsemed_error reason = *error;
        return sparsemed_fail(error, reason.status, "%s: %s %.800s", dataset->file_name, dataset->name, reason.message);
    }
    return SPARSEMED_OK;
}

static enum sparsemed_status read_layout(struct sm_stack *stack, struct sparsemed_error *error) {
    struct dataset *dataset = stack->state;
    hid_t creation = H5Dget_create_plist(dataset->handle);
    hsize_t chunk[3];
    unsigned options = 0;
    dataset->chunked = H5Pget_layout(creation) == H5D_CHUNKED && H5Pget_chunk(creation, 3, chunk) == 3;
    H5Pget_chunk_opts(creation, &options);
    sm_hdf5_release(creation);
    if (!dataset->chunked) {
        sm_stack_lay_slabs(stack);
        return SPARSEMED_OK;
    }
    stack->slab_frames = chunk[0];
    stack->n_slabs = sm_divide_up(stack->n_frames, stack->slab_frames);
    dataset->tile_height = chunk[1];
    dataset->tile_width = chunk[2];
    dataset->partial_unfiltered = options & H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS;
    if (sm_needs_check(dataset->handle, 0, SM_NEED_FRAMES, error) != SPARSEMED_OK ||
        sm_decoder_create(dataset->handle, &dataset->decoder, error) != SPARSEMED_OK ||
        (sm_decoder_is_plain(dataset->decoder) &&
         sm_chunks_check_lengths(dataset->handle, sm_decoder_chunk_bytes(dataset->decoder), error) != SPARSEMED_OK)) {
        return sparsemed_fail_where(error, "%s: %s", dataset->file_name, dataset->name);
    }
    dataset->whole_frames = dataset->tile_height == stack->height && dataset->tile_width == stack->width;
    dataset->tile = dataset->whole_frames ? NULL : malloc(sm_decoder_chunk_bytes(dataset->decoder));
    return dataset->whole_frames || dataset->tile ? SPARSEMED_OK
                                                  : sparsemed_fail_memory(error, "preparing to read images");
}

static enum sparsemed_status read_slab(struct sm_stack *stack, uint64_t slab, uint8_t *frames,
                                       struct sparsemed_error *error);
static void close_dataset(void *state);

static const struct sm_stack_kind dataset_kind = {read_slab, close_dataset};

enum sparsemed_status sm_stack_open_dataset(hid_t handle, const char *file_name, const char *name,
                                            struct sm_stack *stack, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct dataset *dataset = calloc(1, sizeof *dataset);
    *stack = (struct sm_stack){.kind = &dataset_kind, .state = dataset};
    if (!dataset) {
        return sparsemed_fail_memory(error, "preparing to read images");
    }
    *dataset = (struct dataset){.file_name = file_name, .name = name, .handle = handle};
    H5Iinc_ref(handle);
    if (check_type(stack, error) != SPARSEMED_OK || read_shape(stack, error) != SPARSEMED_OK) {
        return error->status;
    }
    return read_layout(stack, error);
}

static void close_dataset(void *state) {
    struct dataset *dataset = state;
    if (dataset) {
        sm_hdf5_release(dataset->handle);
        sm_decoder_free(dataset->decoder);
        free(dataset->raw);
        free(dataset->tile);
        free(dataset);
    }
}

/* ---- reading ---- */

/* Set a block of a slab to zero. */
static void clear_block(const struct sm_stack *stack, const struct block *block, uint8_t *frames) {
    for (size_t i = 0; i < block->extent[0]; i++) {
        for (size_t y = 0; y < block->extent[1]; y++) {
            memset(frames + (i * stack->height + block->origin[1] + y) * stack->width + block->origin[2], 0,
                   block->extent[2]);
        }
    }
}

/* Read a block through HDF5 to its place in a slab: what has no chunks, and chunks that were never written. HDF5 leaves
 * the memory as it is where nothing was written and there is no fill value. */
static enum sparsemed_status read_plain(const struct sm_stack *stack, const struct block *block, uint8_t *frames,
                                        struct sparsemed_error *error) {
    const struct dataset *dataset = stack->state;
    const hsize_t slab[3] = {block->extent[0], stack->height, stack->width};
    const hsize_t target[3] = {0, block->origin[1], block->origin[2]};
    clear_block(stack, block, frames);
    hid_t file_space = H5Dget_space(dataset->handle);
    hid_t memory_space = H5Screate_simple(3, slab, NULL);
    H5Sselect_hyperslab(file_space, H5S_SELECT_SET, block->origin, NULL, block->extent, NULL);
    H5Sselect_hyperslab(memory_space, H5S_SELECT_SET, target, NULL, block->extent, NULL);
    if (H5Dread(dataset->handle, H5T_NATIVE_UINT8, memory_space, file_space, H5P_DEFAULT, frames) < 0) {
        sm_fail_hdf5(error, SPARSEMED_INPUT, "%s: %s cannot be read from frame %llu on", dataset->file_name,
                     dataset->name, (unsigned long long)block->origin[0]);
    }
    sm_hdf5_release(memory_space);
    sm_hdf5_release(file_space);
    return error->status;
}

/* Read a chunk that the index has not, after checking once that this is no damage. */
static enum sparsemed_status read_unwritten(const struct sm_stack *stack, const struct block *block, uint8_t *frames,
                                            struct sparsemed_error *error) {
    struct dataset *dataset = stack->state;
    if (!dataset->places_checked && sm_chunks_check_places(dataset->handle, error) != SPARSEMED_OK) {
        return sparsemed_fail_where(error, "%s: %s", dataset->file_name, dataset->name);
    }
    dataset->places_checked = true;
    return read_plain(stack, block, frames, error);
}

/* Have room for a chunk as it is stored. */
static enum sparsemed_status reserve_raw(struct dataset *dataset, size_t raw_bytes, struct sparsemed_error *error) {
    if (raw_bytes > dataset->raw_capacity) {
        free(dataset->raw);
        dataset->raw_capacity = raw_bytes + raw_bytes / 4;
        dataset->raw = malloc(dataset->raw_capacity);
        if (!dataset->raw) {
            dataset->raw_capacity = 0;
            return sparsemed_fail_memory(error, "reading a chunk");
        }
    }
    return SPARSEMED_OK;
}

/* Read a chunk as it is stored. */
static enum sparsemed_status read_raw(struct sm_stack *stack, const struct block *block, hsize_t raw_bytes,
                                      uint8_t *raw, uint32_t *filter_mask, struct sparsemed_error *error) {
    const struct dataset *dataset = stack->state;
    if (sm_hdf5_read_chunk(dataset->handle, block->origin, filter_mask, raw, raw_bytes) < 0) {
        return sm_fail_hdf5(error, SPARSEMED_INPUT, "%s: %s cannot be read from frame %llu on", dataset->file_name,
                            dataset->name, (unsigned long long)block->origin[0]);
    }
    stack->bytes_read += raw_bytes;
    return SPARSEMED_OK;
}

static bool is_partial(const struct sm_stack *stack, const struct block *block) {
    const struct dataset *dataset = stack->state;
    return block->extent[0] < stack->slab_frames || block->extent[1] < dataset->tile_height ||
           block->extent[2] < dataset->tile_width;
}

/* Copy the part of a decoded tile that lies within the frames. */
static void copy_tile(const struct sm_stack *stack, const struct block *block, uint8_t *frames) {
    const struct dataset *dataset = stack->state;
    for (size_t i = 0; i < block->extent[0]; i++) {
        for (size_t y = 0; y < block->extent[1]; y++) {
            const uint8_t *from = dataset->tile + (i * dataset->tile_height + y) * dataset->tile_width;
            uint8_t *to = frames + (i * stack->height + block->origin[1] + y) * stack->width + block->origin[2];
            memcpy(to, from, block->extent[2]);
        }
    }
}

/* Read a chunk to its place in a slab; directly where the chunk has whole frames. */
static enum sparsemed_status read_chunk(struct sm_stack *stack, const struct block *block, uint8_t *frames,
                                        struct sparsemed_error *error) {
    struct dataset *dataset = stack->state;
    hsize_t raw_bytes = 0;
    uint32_t filter_mask = 0;
    if (H5Dget_chunk_storage_size(dataset->handle, block->origin, &raw_bytes) < 0 || raw_bytes == 0) {
        return read_unwritten(stack, block, frames, error);
    }
    if (dataset->whole_frames && sm_decoder_is_plain(dataset->decoder) &&
        raw_bytes == sm_decoder_chunk_bytes(dataset->decoder)) {
        return read_raw(stack, block, raw_bytes, frames, &filter_mask, error);
    }
    if (reserve_raw(dataset, raw_bytes, error) != SPARSEMED_OK ||
        read_raw(stack, block, raw_bytes, dataset->raw, &filter_mask, error) != SPARSEMED_OK) {
        return error->status;
    }
    if (dataset->partial_unfiltered && is_partial(stack, block)) {
        filter_mask = SM_NO_FILTERS;
    }
    uint8_t *decoded = dataset->whole_frames ? frames : dataset->tile;
    if (sm_decode(dataset->decoder, dataset->raw, raw_bytes, filter_mask, decoded, error) != SPARSEMED_OK) {
        return sparsemed_fail_where(error, "%s: %s from frame %llu on", dataset->file_name, dataset->name,
                                    (unsigned long long)block->origin[0]);
    }
    if (!dataset->whole_frames) {
        copy_tile(stack, block, frames);
    }
    return SPARSEMED_OK;
}

static enum sparsemed_status read_slab(struct sm_stack *stack, uint64_t slab, uint8_t *frames,
                                       struct sparsemed_error *error) {
    const struct dataset *dataset = stack->state;
    hsize_t first = slab * stack->slab_frames;
    hsize_t n_frames = sm_min(stack->slab_frames, stack->n_frames - first);
    stack->bytes_decoded += n_frames * stack->height * stack->width;
    if (!dataset->chunked) {
        const struct block all = {{first, 0, 0}, {n_frames, stack->height, stack->width}};
        stack->bytes_read += n_frames * stack->height * stack->width;
        return read_plain(stack, &all, frames, error);
    }
    for (hsize_t y = 0; y < stack->height; y += dataset->tile_height) {
        for (hsize_t x = 0; x < stack->width; x += dataset->tile_width) {
            const struct block block = {
                {first, y, x},
                {n_frames, sm_min(dataset->tile_height, stack->height - y),
                 sm_min(dataset->tile_width, stack->width - x)},
            };
            if (read_chunk(stack, &block, frames, error) != SPARSEMED_OK) {
                return error->status;
            }
        }
    }
    return SPARSEMED_OK;
}
