/* The checksum of chunks, against that of HDF5: the same sums, and the same chunks accepted. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzzing.h"
#include "rtdc/filters/fletcher32.h"

/* What HDF5 sums with: not for applications, and may be missing. */
uint32_t H5_checksum_fletcher32(const void *data, size_t n_bytes) __attribute__((weak));

/* As HDF5's filter does, which knows the swapped form, too. */
static bool hdf5_accepts(const uint8_t *data, size_t n_bytes) {
    uint8_t sum[4];
    uint32_t expected = H5_checksum_fletcher32(data, n_bytes - sizeof sum);
    for (int i = 0; i < 4; i++) {
        sum[i] = (uint8_t)(expected >> 8 * i);
    }
    const uint8_t swapped[] = {sum[1], sum[0], sum[3], sum[2]}, *end = data + n_bytes - sizeof sum;
    return memcmp(end, sum, sizeof sum) == 0 || memcmp(end, swapped, sizeof swapped) == 0;
}

static void compare(const uint8_t *data, size_t n_bytes) {
    must(sm_fletcher32(data, n_bytes) == H5_checksum_fletcher32(data, n_bytes), "HDF5 has another sum");
    must(n_bytes <= SM_FLETCHER32_BYTES || sm_fletcher32_holds(data, n_bytes) == hdf5_accepts(data, n_bytes),
         "HDF5 judges otherwise");
}

/* With its own sum behind it, and with that changed in one bit. */
static void seal(const uint8_t *data, size_t n_bytes, unsigned bit) {
    uint8_t *sealed = malloc(n_bytes + SM_FLETCHER32_BYTES);
    uint32_t sum = sm_fletcher32(data, n_bytes);
    memcpy(sealed, data, n_bytes);
    for (int i = 0; i < SM_FLETCHER32_BYTES; i++) {
        sealed[n_bytes + (size_t)i] = (uint8_t)(sum >> 8 * i);
    }
    compare(sealed, n_bytes + SM_FLETCHER32_BYTES);
    must(sm_fletcher32_holds(sealed, n_bytes + SM_FLETCHER32_BYTES), "a sum does not hold");
    sealed[n_bytes + bit / 8 % SM_FLETCHER32_BYTES] ^= (uint8_t)(1 << bit % 8);
    compare(sealed, n_bytes + SM_FLETCHER32_BYTES);
    free(sealed);
}

/* The bytes are repeated, as long chunks are summed in another way. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes) {
    size_t n_times = 1 + (size_t)take_byte(&data, &n_bytes) % 64;
    unsigned bit = take_byte(&data, &n_bytes);
    if (n_bytes == 0 || !H5_checksum_fletcher32) {
        return 0;
    }
    uint8_t *repeated = malloc(n_times * n_bytes);
    for (size_t i = 0; i < n_times; i++) {
        memcpy(repeated + i * n_bytes, data, n_bytes);
    }
    compare(data, n_bytes);
    seal(repeated, n_times * n_bytes, bit);
    free(repeated);
    return 0;
}
