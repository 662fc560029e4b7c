#include "rtdc/stack.h"

#include <stdlib.h>
#include <string.h>

#include "rtdc/decoder.h"
#include "rtdc/hdf5.h"
#include "sparsemed/offset.h"

/* Frames without chunks are read in slabs of about this size. */
enum { PLAIN_SLAB_BYTES = 1 << 20 };

/* A block of pixels of some frames. */
struct block {
    hsize_t origin[3], extent[3]; /* frame, row, column */
};

static hsize_t least(hsize_t a, hsize_t b) {
    return a < b ? a : b;
}

/* ---- opening ---- */

static enum sm_status check_type(const struct sm_stack *stack, struct sm_error *error) {
    hid_t type = H5Dget_type(stack->dataset);
    bool bytes = H5Tget_class(type) == H5T_INTEGER && H5Tget_size(type) == 1 && H5Tget_sign(type) == H5T_SGN_NONE;
    sm_hdf5_release(type);
    if (!bytes) {
        return sm_fail(error, SM_INPUT, "%s: %s does not hold unsigned integers of 8 bits", stack->file_name,
                       stack->name);
    }
    return SM_OK;
}

static enum sm_status read_shape(struct sm_stack *stack, struct sm_error *error) {
    hid_t space = H5Dget_space(stack->dataset);
    hsize_t extent[H5S_MAX_RANK] = {0};
    int rank = H5Sget_simple_extent_dims(space, extent, NULL);
    sm_hdf5_release(space);
    if (rank != 3) {
        return sm_fail(error, SM_INPUT, "%s: %s is not a stack of images (it has %d dimensions, not 3)",
                       stack->file_name, stack->name, rank);
    }
    if (extent[0] == 0 || extent[1] == 0 || extent[2] == 0) {
        return sm_fail(error, SM_INPUT, "%s: %s is empty", stack->file_name, stack->name);
    }
    if (extent[2] > SM_MAX_WIDTH || extent[1] > SM_MAX_WIDTH) {
        return sm_fail(error, SM_INPUT, "%s: the images in %s have more than %u rows or columns", stack->file_name,
                       stack->name, SM_MAX_WIDTH);
    }
    stack->n_frames = extent[0];
    stack->height = extent[1];
    stack->width = extent[2];
    return SM_OK;
}

static enum sm_status read_layout(struct sm_stack *stack, struct sm_error *error) {
    hid_t creation = H5Dget_create_plist(stack->dataset);
    hsize_t chunk[3];
    unsigned options = 0;
    stack->chunked = H5Pget_layout(creation) == H5D_CHUNKED && H5Pget_chunk(creation, 3, chunk) == 3;
    H5Pget_chunk_opts(creation, &options);
    sm_hdf5_release(creation);
    if (stack->chunked) {
        stack->slab_frames = chunk[0];
        stack->tile_height = chunk[1];
        stack->tile_width = chunk[2];
        stack->partial_unfiltered = options & H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS;
        if (sm_decoder_create(stack->dataset, &stack->decoder, error) != SM_OK) {
            struct sm_error reason = *error;
            return sm_fail(error, reason.status, "%s: %s: %.800s", stack->file_name, stack->name, reason.message);
        }
        stack->tile = malloc(sm_decoder_chunk_bytes(stack->decoder));
        if (!stack->tile) {
            return sm_fail_memory(error, "preparing to read images");
        }
    } else {
        size_t fitting = PLAIN_SLAB_BYTES / (stack->height * stack->width);
        stack->slab_frames = least(fitting ? fitting : 1, stack->n_frames);
    }
    stack->n_slabs = (stack->n_frames + stack->slab_frames - 1) / stack->slab_frames;
    return SM_OK;
}

enum sm_status sm_stack_open(hid_t file, const char *file_name, const char *group, const char *name,
                             struct sm_stack *stack, struct sm_error *error) {
    *stack = (struct sm_stack){.file_name = file_name, .name = name, .dataset = H5I_INVALID_HID};
    if (!sm_hdf5_has(file, group, name)) {
        return sm_fail(error, SM_INPUT, "%s: has no dataset %s/%s", file_name, group, name);
    }
    hid_t location = H5Gopen2(file, group, H5P_DEFAULT);
    stack->dataset = H5Dopen2(location, name, H5P_DEFAULT);
    if (stack->dataset < 0) {
        sm_fail_hdf5(error, SM_INPUT, "%s: %s cannot be opened", file_name, name);
    }
    sm_hdf5_release(location);
    if (stack->dataset < 0) {
        return error->status;
    }
    if (check_type(stack, error) != SM_OK || read_shape(stack, error) != SM_OK) {
        return error->status;
    }
    return read_layout(stack, error);
}

void sm_stack_close(struct sm_stack *stack) {
    if (stack->file_name) {
        sm_hdf5_release(stack->dataset);
    }
    sm_decoder_free(stack->decoder);
    free(stack->raw);
    free(stack->tile);
    *stack = (struct sm_stack){0};
}

/* ---- reading ---- */

/* Set a block of a slab to zero. */
static void clear(const struct sm_stack *stack, const struct block *block, uint8_t *frames) {
    for (size_t i = 0; i < block->extent[0]; i++) {
        for (size_t y = 0; y < block->extent[1]; y++) {
            memset(frames + (i * stack->height + block->origin[1] + y) * stack->width + block->origin[2], 0,
                   block->extent[2]);
        }
    }
}

/* Read a block through HDF5 to its place in a slab: what has no chunks, and chunks that were never written. HDF5 leaves
 * the memory as it is where nothing was written and there is no fill value. */
static enum sm_status read_plain(struct sm_stack *stack, const struct block *block, uint8_t *frames,
                                 struct sm_error *error) {
    const hsize_t slab[3] = {block->extent[0], stack->height, stack->width};
    const hsize_t target[3] = {0, block->origin[1], block->origin[2]};
    clear(stack, block, frames);
    hid_t file_space = H5Dget_space(stack->dataset);
    hid_t memory_space = H5Screate_simple(3, slab, NULL);
    H5Sselect_hyperslab(file_space, H5S_SELECT_SET, block->origin, NULL, block->extent, NULL);
    H5Sselect_hyperslab(memory_space, H5S_SELECT_SET, target, NULL, block->extent, NULL);
    if (H5Dread(stack->dataset, H5T_NATIVE_UINT8, memory_space, file_space, H5P_DEFAULT, frames) < 0) {
        sm_fail_hdf5(error, SM_INPUT, "%s: %s cannot be read from frame %llu on", stack->file_name, stack->name,
                     (unsigned long long)block->origin[0]);
    }
    sm_hdf5_release(memory_space);
    sm_hdf5_release(file_space);
    return error->status;
}

static enum sm_status reserve_raw(struct sm_stack *stack, size_t raw_bytes, struct sm_error *error) {
    if (raw_bytes > stack->raw_capacity) {
        free(stack->raw);
        stack->raw_capacity = raw_bytes + raw_bytes / 4;
        stack->raw = malloc(stack->raw_capacity);
        if (!stack->raw) {
            stack->raw_capacity = 0;
            return sm_fail_memory(error, "reading a chunk");
        }
    }
    return SM_OK;
}

/* Read a chunk as it is stored. */
static enum sm_status read_raw(struct sm_stack *stack, const struct block *block, hsize_t raw_bytes, uint8_t *raw,
                               uint32_t *filter_mask, struct sm_error *error) {
    if (H5Dread_chunk(stack->dataset, H5P_DEFAULT, block->origin, filter_mask, raw) < 0) {
        return sm_fail_hdf5(error, SM_INPUT, "%s: %s cannot be read from frame %llu on", stack->file_name, stack->name,
                            (unsigned long long)block->origin[0]);
    }
    stack->bytes_read += raw_bytes;
    return SM_OK;
}

static bool is_partial(const struct sm_stack *stack, const struct block *block) {
    return block->extent[0] < stack->slab_frames || block->extent[1] < stack->tile_height ||
           block->extent[2] < stack->tile_width;
}

/* Copy the part of a decoded tile that lies within the frames. */
static void copy_tile(const struct sm_stack *stack, const struct block *block, uint8_t *frames) {
    for (size_t i = 0; i < block->extent[0]; i++) {
        for (size_t y = 0; y < block->extent[1]; y++) {
            const uint8_t *from = stack->tile + (i * stack->tile_height + y) * stack->tile_width;
            uint8_t *to = frames + (i * stack->height + block->origin[1] + y) * stack->width + block->origin[2];
            memcpy(to, from, block->extent[2]);
        }
    }
}

/* Read a chunk to its place in a slab; directly where the chunk has whole frames. */
static enum sm_status read_chunk(struct sm_stack *stack, const struct block *block, uint8_t *frames,
                                 struct sm_error *error) {
    hsize_t raw_bytes = 0;
    uint32_t filter_mask = 0;
    if (H5Dget_chunk_storage_size(stack->dataset, block->origin, &raw_bytes) < 0 || raw_bytes == 0) {
        return read_plain(stack, block, frames, error);
    }
    bool whole_frames = stack->tile_height == stack->height && stack->tile_width == stack->width;
    if (whole_frames && sm_decoder_is_plain(stack->decoder) && raw_bytes == sm_decoder_chunk_bytes(stack->decoder)) {
        return read_raw(stack, block, raw_bytes, frames, &filter_mask, error);
    }
    if (reserve_raw(stack, raw_bytes, error) != SM_OK ||
        read_raw(stack, block, raw_bytes, stack->raw, &filter_mask, error) != SM_OK) {
        return error->status;
    }
    if (stack->partial_unfiltered && is_partial(stack, block)) {
        filter_mask = SM_NO_FILTERS;
    }
    uint8_t *decoded = whole_frames ? frames : stack->tile;
    if (sm_decode(stack->decoder, stack->raw, raw_bytes, filter_mask, decoded, error) != SM_OK) {
        struct sm_error reason = *error;
        return sm_fail(error, reason.status, "%s: %s from frame %llu on: %.800s", stack->file_name, stack->name,
                       (unsigned long long)block->origin[0], reason.message);
    }
    if (!whole_frames) {
        copy_tile(stack, block, frames);
    }
    return SM_OK;
}

enum sm_status sm_stack_read(struct sm_stack *stack, uint64_t slab, uint8_t *frames, struct sm_error *error) {
    hsize_t first = slab * stack->slab_frames;
    hsize_t n_frames = least(stack->slab_frames, stack->n_frames - first);
    stack->bytes_decoded += n_frames * stack->height * stack->width;
    if (!stack->chunked) {
        const struct block all = {{first, 0, 0}, {n_frames, stack->height, stack->width}};
        stack->bytes_read += n_frames * stack->height * stack->width;
        return read_plain(stack, &all, frames, error);
    }
    for (hsize_t y = 0; y < stack->height; y += stack->tile_height) {
        for (hsize_t x = 0; x < stack->width; x += stack->tile_width) {
            const struct block block = {
                {first, y, x},
                {n_frames, least(stack->tile_height, stack->height - y), least(stack->tile_width, stack->width - x)},
            };
            if (read_chunk(stack, &block, frames, error) != SM_OK) {
                return error->status;
            }
        }
    }
    return SM_OK;
}
