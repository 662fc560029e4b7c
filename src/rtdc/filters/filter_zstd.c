#include "rtdc/filters/filter_zstd.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "rtdc/filters/filter_buffer.h"

enum { DEFAULT_LEVEL = 3 };

static size_t compress(int level, size_t n_bytes, size_t *capacity, void **buffer) {
    size_t bound = ZSTD_compressBound(n_bytes);
    void *data = malloc(bound);
    if (!data) {
        return 0;
    }
    size_t written = ZSTD_compress(data, bound, *buffer, n_bytes, level);
    if (ZSTD_isError(written)) {
        free(data);
        return 0;
    }
    return sm_replace_buffer(buffer, capacity, data, bound, written);
}

/* Writers that stream do not note the size of the content: try ever larger buffers then. */
static size_t decompress(size_t n_bytes, size_t *capacity, void **buffer) {
    unsigned long long noted = ZSTD_getFrameContentSize(*buffer, n_bytes);
    if (noted == ZSTD_CONTENTSIZE_ERROR) {
        return 0;
    }
    bool known = noted != ZSTD_CONTENTSIZE_UNKNOWN;
    for (size_t size = known ? (size_t)noted : 4 * n_bytes;; size *= 2) {
        void *data = malloc(size ? size : 1);
        if (!data) {
            return 0;
        }
        size_t written = ZSTD_decompress(data, size, *buffer, n_bytes);
        if (!ZSTD_isError(written)) {
            return sm_replace_buffer(buffer, capacity, data, size, written);
        }
        free(data);
        if (known || ZSTD_getErrorCode(written) != ZSTD_error_dstSize_tooSmall || size > SIZE_MAX / 2) {
            return 0;
        }
    }
}

static size_t filter(unsigned flags, size_t n_parameters, const unsigned parameters[], size_t n_bytes, size_t *capacity,
                     void **buffer) {
    if (flags & H5Z_FLAG_REVERSE) {
        return decompress(n_bytes, capacity, buffer);
    }
    int level = n_parameters > 0 ? (int)parameters[0] : DEFAULT_LEVEL;
    return compress(level, n_bytes, capacity, buffer);
}

const H5Z_class2_t sm_zstd_filter = {
    .version = H5Z_CLASS_T_VERS,
    .id = SM_FILTER_ZSTD,
    .encoder_present = 1,
    .decoder_present = 1,
    .name = "zstd",
    .filter = filter,
};
