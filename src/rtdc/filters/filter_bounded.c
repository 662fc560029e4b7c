#include "rtdc/filters/filter_bounded.h"

#include <libdeflate.h>
#include <lzf.h>
#include <stdint.h>
#include <stdlib.h>
#include <zstd.h>

#include "rtdc/filters/filter_buffer.h"
#include "rtdc/filters/filters.h"

bool sm_bounded_decodes(H5Z_filter_t filter) {
    return filter == SM_FILTER_ZSTD || filter == SM_FILTER_LZF || filter == H5Z_FILTER_DEFLATE;
}

static size_t inflate(const void *data, size_t n_bytes, void *result, size_t most) {
    size_t n_result = 0;
    struct libdeflate_decompressor *decompressor = libdeflate_alloc_decompressor();
    bool inflated = decompressor && libdeflate_zlib_decompress(decompressor, data, n_bytes, result, most, &n_result) ==
                                        LIBDEFLATE_SUCCESS;
    if (decompressor) {
        libdeflate_free_decompressor(decompressor);
    }
    return inflated ? n_result : 0;
}

/* Returns the bytes of the result, 0 where there are none or too many. */
static size_t decode(H5Z_filter_t filter, const void *data, size_t n_bytes, void *result, size_t most) {
    if (filter == SM_FILTER_ZSTD) {
        size_t n_result = ZSTD_decompress(result, most, data, n_bytes);
        return ZSTD_isError(n_result) ? 0 : n_result;
    }
    if (filter == SM_FILTER_LZF) {
        return n_bytes <= UINT32_MAX ? lzf_decompress(data, (unsigned)n_bytes, result, (unsigned)most) : 0;
    }
    return inflate(data, n_bytes, result, most);
}

static size_t filter(unsigned flags, size_t n_parameters, const unsigned parameters[], size_t n_bytes, size_t *capacity,
                     void **buffer) {
    if (!(flags & H5Z_FLAG_REVERSE)) {
        return n_bytes; /* what is put into the dataset is encoded already */
    }
    void *result = n_parameters == 2 && n_bytes > 0 ? malloc(parameters[1]) : NULL;
    size_t n_result = result ? decode((H5Z_filter_t)parameters[0], *buffer, n_bytes, result, parameters[1]) : 0;
    if (n_result == 0) {
        free(result);
        return 0;
    }
    void *fitting = realloc(result, n_result); /* HDF5's n-bit filter takes all of a buffer for data */
    return sm_replace_buffer(buffer, capacity, fitting ? fitting : result, n_result, n_result);
}

const H5Z_class2_t sm_bounded_filter = {
    .version = H5Z_CLASS_T_VERS,
    .id = SM_FILTER_BOUNDED,
    .encoder_present = 1,
    .decoder_present = 1,
    .name = "decode within bounds",
    .filter = filter,
};
