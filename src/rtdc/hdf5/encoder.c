#include "rtdc/hdf5/encoder.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "rtdc/filters/filters.h"
#include "rtdc/filters/fletcher32.h"

struct sm_encoder {
    int zstd_level;
    size_t chunk_bytes, capacity; /* of the raw bytes but for the checksum */
    uint8_t *raw;                 /* [capacity + SM_FLETCHER32_BYTES] */
    ZSTD_CCtx *zstd;
};

enum sparsemed_status sm_encoder_create(int zstd_level, size_t chunk_bytes, struct sm_encoder **encoder,
                                        struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    assert(zstd_level >= SM_ZSTD_NONE && zstd_level <= SM_ZSTD_MOST && chunk_bytes >= 1);
    struct sm_encoder *created = *encoder = calloc(1, sizeof *created);
    if (!created) {
        return sparsemed_fail_memory(error, "preparing to encode");
    }
    created->zstd_level = zstd_level;
    created->chunk_bytes = chunk_bytes;
    created->capacity = zstd_level == SM_ZSTD_NONE ? chunk_bytes : ZSTD_compressBound(chunk_bytes);
    created->raw = malloc(sm_encoder_most_bytes(created));
    created->zstd = ZSTD_createCCtx();
    return created->raw && created->zstd ? SPARSEMED_OK : sparsemed_fail_memory(error, "preparing to encode");
}

void sm_encoder_free(struct sm_encoder *encoder) {
    if (encoder) {
        ZSTD_freeCCtx(encoder->zstd);
        free(encoder->raw);
        free(encoder);
    }
}

size_t sm_encoder_most_bytes(const struct sm_encoder *encoder) {
    return encoder->capacity + SM_FLETCHER32_BYTES;
}

/* Compress, or only copy. Returns how many bytes that gives, or 0 on failure. */
static size_t compress(struct sm_encoder *encoder, const uint8_t *chunk) {
    if (encoder->zstd_level == SM_ZSTD_NONE) {
        memcpy(encoder->raw, chunk, encoder->chunk_bytes);
        return encoder->chunk_bytes;
    }
    size_t n_bytes = ZSTD_compressCCtx(encoder->zstd, encoder->raw, encoder->capacity, chunk, encoder->chunk_bytes,
                                       encoder->zstd_level);
    return ZSTD_isError(n_bytes) ? 0 : n_bytes;
}

const uint8_t *sm_encode(struct sm_encoder *encoder, const uint8_t *chunk, size_t *raw_bytes) {
    size_t n_bytes = compress(encoder, chunk);
    uint32_t sum = sm_fletcher32(encoder->raw, n_bytes);
    for (int i = 0; i < SM_FLETCHER32_BYTES; i++) { /* HDF5 stores it in this order */
        encoder->raw[n_bytes + (size_t)i] = (uint8_t)(sum >> 8 * i);
    }
    *raw_bytes = n_bytes + SM_FLETCHER32_BYTES;
    return n_bytes > 0 ? encoder->raw : NULL;
}
