#include "rtdc/outputs/growth.h"

#include "core/numbers.h"
#include "rtdc/filters/filters.h"
#include "rtdc/filters/fletcher32.h"
#include "rtdc/layout.h"

static const uint64_t metadata_bytes = 16 << 10;

/* Zstandard looks back so far for what it has met before, at the lowest level; images that are larger do not become
 * smaller by being the same. */
static const uint64_t window_bytes = 512 << 10;

/* A chunk that cannot be compressed becomes longer by a part of itself; the last one is filled up with zeros, of which
 * next to nothing is left. */
static uint64_t most_bytes(uint64_t n, uint64_t element_bytes, uint64_t chunk_length) {
    const uint64_t part = 256, frame_bytes = 128;
    uint64_t chunk_bytes = chunk_length * element_bytes;
    return n * element_bytes + sm_divide_up(n, chunk_length) * (chunk_bytes / part + frame_bytes);
}

uint64_t sm_output_growth(const struct sm_output *output, const struct sm_output_map *map) {
    const struct sm_specification *wanted = &output->specification;
    uint64_t growth = metadata_bytes;
    if (output->zstd_level == SM_ZSTD_NONE) {
        return growth; /* chunks have their size from the beginning */
    }
    if (!wanted->frame_images) { /* they are written before */
        growth += most_bytes(output->n_images, output->height * output->width,
                             sm_output_chunk_images(output->height, output->width));
    }
    growth += map->is_there ? 0 : most_bytes(wanted->n_frames, sizeof(int64_t), SM_FEATURE_CHUNK);
    return growth + (wanted->offset ? most_bytes(wanted->n_frames, sizeof(double), SM_FEATURE_CHUNK) : 0);
}

uint64_t sm_output_frames_growth(const struct sm_specification *specification, size_t height, size_t width,
                                 int zstd_level, uint64_t n_steps) {
    const uint64_t n_frames = specification->n_frames, image_bytes = height * width;
    const uint64_t index_bytes = 64; /* of a chunk */
    uint64_t chunk_images = sm_output_chunk_images(height, width), n_chunks = sm_divide_up(n_frames, chunk_images);
    uint64_t growth = metadata_bytes + n_chunks * index_bytes +
                      (specification->offset ? most_bytes(n_frames, sizeof(double), SM_FEATURE_CHUNK) : 0);
    if (zstd_level == SM_ZSTD_NONE) {
        return growth + n_chunks * (chunk_images * image_bytes + SM_FLETCHER32_BYTES);
    }
    uint64_t n_images = image_bytes > window_bytes ? n_frames : sm_min(n_frames, n_chunks + n_steps);
    return growth + most_bytes(n_images, image_bytes, 1);
}
