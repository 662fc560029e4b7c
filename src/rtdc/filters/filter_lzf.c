#include "rtdc/filters/filter_lzf.h"

#include <errno.h>
#include <lzf.h>
#include <stdint.h>
#include <stdlib.h>

#include "rtdc/filters/filter_buffer.h"

/* Position of the chunk size among the parameters that h5py stores with a dataset. */
enum { CHUNK_BYTES = 2 };

/* LZF counts in unsigned int; more never fits into a chunk of HDF5 anyhow. */
static const size_t max_bytes = UINT32_MAX;

/* Returns 0 where the data does not shrink: HDF5 then stores the chunk as it is. */
static size_t compress(size_t n_bytes, size_t *capacity, void **buffer) {
    void *data = malloc(n_bytes);
    if (!data) {
        return 0;
    }
    size_t written = lzf_compress(*buffer, (unsigned)n_bytes, data, (unsigned)n_bytes);
    if (written == 0) {
        free(data);
        return 0;
    }
    return sm_replace_buffer(buffer, capacity, data, n_bytes, written);
}

/* LZF data does not tell how long its content is: try ever larger buffers. */
static size_t decompress(size_t guess, size_t n_bytes, size_t *capacity, void **buffer) {
    for (size_t size = guess; size <= max_bytes; size *= 2) {
        void *data = malloc(size);
        if (!data) {
            return 0;
        }
        size_t written = lzf_decompress(*buffer, (unsigned)n_bytes, data, (unsigned)size);
        if (written > 0) {
            return sm_replace_buffer(buffer, capacity, data, size, written);
        }
        free(data);
        if (errno != E2BIG) {
            return 0;
        }
    }
    return 0;
}

static size_t filter(unsigned flags, size_t n_parameters, const unsigned parameters[], size_t n_bytes, size_t *capacity,
                     void **buffer) {
    if (n_bytes == 0 || n_bytes > max_bytes) {
        return 0;
    }
    if (!(flags & H5Z_FLAG_REVERSE)) {
        return compress(n_bytes, capacity, buffer);
    }
    size_t guess = n_parameters > CHUNK_BYTES ? parameters[CHUNK_BYTES] : 0;
    return decompress(guess ? guess : 4 * n_bytes, n_bytes, capacity, buffer);
}

const H5Z_class2_t sm_lzf_filter = {
    .version = H5Z_CLASS_T_VERS,
    .id = SM_FILTER_LZF,
    .encoder_present = 1,
    .decoder_present = 1,
    .name = "lzf",
    .filter = filter,
};
