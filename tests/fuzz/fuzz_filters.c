/* The filters of HDF5 that we bring along: any bytes to decode, and what they have encoded. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzzing.h"
#include "rtdc/filters/filter_bounded.h"
#include "rtdc/filters/filters.h"

enum { MOST_BYTES = 4096 };

struct buffer {
    void *bytes;
    size_t n_bytes, capacity;
};

static struct buffer copy_of(const void *data, size_t n_bytes) {
    struct buffer buffer = {malloc(n_bytes > 0 ? n_bytes : 1), n_bytes, n_bytes};
    memcpy(buffer.bytes, data, n_bytes);
    return buffer;
}

/* As HDF5 calls a filter: after a failure the buffer is what it was. Returns whether it went well. */
static bool pass(const H5Z_class2_t *filter, unsigned flags, size_t n_parameters, const unsigned *parameters,
                 struct buffer *buffer) {
    size_t n = filter->filter(flags, n_parameters, parameters, buffer->n_bytes, &buffer->capacity, &buffer->bytes);
    if (n > 0) {
        must(buffer->bytes && n <= buffer->capacity, "a result is longer than its buffer");
        buffer->n_bytes = n;
    }
    return n > 0;
}

/* Any bytes: what comes out must be there as a whole. */
static void decode(const H5Z_class2_t *filter, const unsigned *parameters, const uint8_t *data, size_t n_bytes) {
    struct buffer buffer = copy_of(data, n_bytes);
    size_t n_parameters = filter == &sm_bounded_filter ? 2 : filter == &sm_lzf_filter ? 3 : 0;
    if (pass(filter, H5Z_FLAG_REVERSE, n_parameters, parameters, &buffer)) {
        must(filter != &sm_bounded_filter || buffer.n_bytes <= MOST_BYTES, "a result is beyond its bound");
        uint8_t *whole = malloc(buffer.n_bytes);
        memcpy(whole, buffer.bytes, buffer.n_bytes);
        free(whole);
    }
    free(buffer.bytes);
}

/* There and back, by the filter itself and by the one with bounds. */
static void encode(const H5Z_class2_t *filter, unsigned level, const uint8_t *data, size_t n_bytes) {
    const unsigned bounded[] = {(unsigned)filter->id, MOST_BYTES}, lzf[] = {4, 0x0105, (unsigned)n_bytes};
    struct buffer buffer = copy_of(data, n_bytes);
    if (pass(filter, 0, filter == &sm_zstd_filter, &level, &buffer)) {
        struct buffer other = copy_of(buffer.bytes, buffer.n_bytes);
        must(pass(filter, H5Z_FLAG_REVERSE, filter == &sm_lzf_filter ? 3 : 0, lzf, &buffer) &&
                 buffer.n_bytes == n_bytes && memcmp(buffer.bytes, data, n_bytes) == 0,
             "what was encoded does not decode");
        bool within = pass(&sm_bounded_filter, H5Z_FLAG_REVERSE, 2, bounded, &other);
        must(within == (n_bytes <= MOST_BYTES) && (!within || memcmp(other.bytes, data, n_bytes) == 0),
             "what was encoded does not decode within bounds");
        free(other.bytes);
    }
    free(buffer.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes) {
    static const unsigned decoded[] = {SM_FILTER_ZSTD, SM_FILTER_LZF, H5Z_FILTER_DEFLATE};
    unsigned kind = take_byte(&data, &n_bytes), parameter = take_byte(&data, &n_bytes);
    const unsigned bounds[] = {decoded[kind / 8 % 3], MOST_BYTES, 0}, hint[] = {4, 0x0105, parameter};
    switch (n_bytes > 0 ? kind % 5 : 5) {
    case 0:
        decode(&sm_zstd_filter, NULL, data, n_bytes);
        break;
    case 1:
        decode(&sm_lzf_filter, hint, data, n_bytes);
        break;
    case 2:
        decode(&sm_bounded_filter, bounds, data, n_bytes);
        break;
    case 3:
        encode(&sm_zstd_filter, 1 + parameter % 9, data, n_bytes);
        break;
    case 4:
        encode(&sm_lzf_filter, 0, data, n_bytes);
        break;
    }
    return 0;
}
