#include "rtdc/hdf5/decoder.h"

#include <assert.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "rtdc/filters/filters.h"
#include "rtdc/filters/fletcher32.h"
#include "rtdc/hdf5/guard.h"
#include "rtdc/hdf5/hdf5.h"

enum { MAX_FILTERS = 8 };

struct sm_decoder {
    size_t chunk_bytes;
    int n_filters; /* of the pipeline, in the order of writing */
    H5Z_filter_t filters[MAX_FILTERS];
    uint8_t *scratch; /* [chunk_bytes + checksums before the compressor]; NULL where there are none */
    ZSTD_DCtx *zstd;
    struct libdeflate_decompressor *deflate;
    bool guarded; /* some filter is left to HDF5 */
    struct sm_guard guard;
};

static bool is_compressor(H5Z_filter_t filter) {
    return filter == SM_FILTER_ZSTD || filter == H5Z_FILTER_DEFLATE;
}

/* Note the filters of the pipeline. Returns false where one of them, or their combination, is left to HDF5. */
static bool note_filters(hid_t creation, struct sm_decoder *decoder) {
    int n_compressors = 0;
    decoder->n_filters = H5Pget_nfilters(creation);
    if (decoder->n_filters < 0 || decoder->n_filters > MAX_FILTERS) {
        return false;
    }
    for (int i = 0; i < decoder->n_filters; i++) {
        unsigned flags, configuration, parameter = 0;
        size_t n_parameters = 1;
        H5Z_filter_t filter =
            H5Pget_filter2(creation, (unsigned)i, &flags, &n_parameters, &parameter, 0, NULL, &configuration);
        decoder->filters[i] = filter;
        bool compressor = is_compressor(filter);
        bool idle = filter == H5Z_FILTER_SHUFFLE && parameter == 1; /* bytes of which there is one an element */
        n_compressors += compressor;
        if (!compressor && !idle && filter != H5Z_FILTER_FLETCHER32) {
            return false;
        }
    }
    return n_compressors <= 1;
}

static size_t count_chunk_bytes(hid_t dataset, hid_t creation) {
    hsize_t chunk[H5S_MAX_RANK];
    int rank = H5Pget_chunk(creation, H5S_MAX_RANK, chunk);
    hid_t type = H5Dget_type(dataset);
    size_t n_bytes = rank > 0 ? H5Tget_size(type) : 0;
    sm_hdf5_release(type);
    for (int i = 0; i < rank; i++) {
        n_bytes *= chunk[i];
    }
    return n_bytes;
}

static bool applies(uint32_t filter_mask, int filter) {
    return !(filter_mask >> filter & 1);
}

/* Bytes that a chunk has before the given filter when written: its own and the checksums that come earlier. */
static size_t bytes_before(const struct sm_decoder *decoder, int filter, uint32_t filter_mask) {
    size_t n_bytes = decoder->chunk_bytes;
    for (int i = 0; i < filter; i++) {
        bool checksum = decoder->filters[i] == H5Z_FILTER_FLETCHER32 && applies(filter_mask, i);
        n_bytes += checksum ? SM_FLETCHER32_BYTES : 0;
    }
    return n_bytes;
}

/* Have room for what the compressor decodes to, where that is more than the chunk. Returns false where there is none.
 */
static bool make_scratch(struct sm_decoder *decoder) {
    size_t most = 0;
    for (int i = 0; i < decoder->n_filters; i++) {
        most = is_compressor(decoder->filters[i]) ? bytes_before(decoder, i, 0) : most;
    }
    decoder->scratch = most > decoder->chunk_bytes ? malloc(most) : NULL;
    return most <= decoder->chunk_bytes || decoder->scratch;
}

enum sparsemed_status sm_decoder_create(hid_t dataset, struct sm_decoder **decoder, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct sm_decoder *created = *decoder = calloc(1, sizeof *created);
    if (!created) {
        return sparsemed_fail_memory(error, "preparing to decode");
    }
    created->guard = SM_NO_GUARD;
    hid_t creation = H5Dget_create_plist(dataset);
    created->chunk_bytes = count_chunk_bytes(dataset, creation);
    created->guarded = !note_filters(creation, created);
    H5Pclose(creation);
    if (created->guarded) {
        return sm_guard_open(dataset, &created->guard, error);
    }
    bool has_room = make_scratch(created);
    created->zstd = ZSTD_createDCtx();
    created->deflate = libdeflate_alloc_decompressor();
    if (!has_room || !created->zstd || !created->deflate) {
        return sparsemed_fail_memory(error, "preparing to decode");
    }
    return SPARSEMED_OK;
}

void sm_decoder_free(struct sm_decoder *decoder) {
    if (decoder) {
        sm_guard_close(&decoder->guard);
        ZSTD_freeDCtx(decoder->zstd);
        if (decoder->deflate) {
            libdeflate_free_decompressor(decoder->deflate);
        }
        free(decoder->scratch);
        free(decoder);
    }
}

size_t sm_decoder_chunk_bytes(const struct sm_decoder *decoder) {
    return decoder->chunk_bytes;
}

bool sm_decoder_is_plain(const struct sm_decoder *decoder) {
    return !decoder->guarded && decoder->n_filters == 0;
}

/* Decompress to exactly n_expected bytes. Returns false where the data does not give these. */
static bool decompress(struct sm_decoder *decoder, H5Z_filter_t filter, const uint8_t *data, size_t n_bytes,
                       uint8_t *result, size_t n_expected) {
    if (filter == SM_FILTER_ZSTD) {
        return ZSTD_decompressDCtx(decoder->zstd, result, n_expected, data, n_bytes) == n_expected;
    }
    return libdeflate_zlib_decompress(decoder->deflate, data, n_bytes, result, n_expected, NULL) == LIBDEFLATE_SUCCESS;
}

enum sparsemed_status sm_decode(struct sm_decoder *decoder, const uint8_t *raw, size_t raw_bytes, uint32_t filter_mask,
                                uint8_t *decoded, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    if (decoder->guarded && filter_mask != SM_NO_FILTERS) {
        return sm_guard_decode(&decoder->guard, raw, raw_bytes, filter_mask, decoded, error);
    }
    const uint8_t *data = raw;
    size_t n_bytes = raw_bytes;
    for (int i = decoder->n_filters - 1; i >= 0 && filter_mask != SM_NO_FILTERS; i--) {
        H5Z_filter_t filter = decoder->filters[i];
        if (!applies(filter_mask, i) || filter == H5Z_FILTER_SHUFFLE) {
            continue;
        }
        if (filter == H5Z_FILTER_FLETCHER32) {
            if (!sm_fletcher32_holds(data, n_bytes)) {
                return sparsemed_fail(error, SPARSEMED_INPUT, "the checksum of a chunk differs: the file is damaged");
            }
            n_bytes -= SM_FLETCHER32_BYTES;
            continue;
        }
        size_t n_expected = bytes_before(decoder, i, filter_mask);
        uint8_t *result = n_expected == decoder->chunk_bytes ? decoded : decoder->scratch;
        if (!decompress(decoder, filter, data, n_bytes, result, n_expected)) {
            return sparsemed_fail(error, SPARSEMED_INPUT,
                                  "a chunk does not decode to its %zu bytes: the file is damaged", n_expected);
        }
        data = result;
        n_bytes = n_expected;
    }
    if (n_bytes != decoder->chunk_bytes) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "a chunk has %zu bytes instead of %zu: the file is damaged",
                              n_bytes, decoder->chunk_bytes);
    }
    if (data != decoded) {
        memcpy(decoded, data, n_bytes);
    }
    return SPARSEMED_OK;
}
