/* The checksum that HDF5 stores behind a chunk. */
#ifndef RTDC_FILTERS_FLETCHER32_H
#define RTDC_FILTERS_FLETCHER32_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that the checksum takes at the end of a chunk. */
#define SM_FLETCHER32_BYTES 4

/* Checksum of data[n_bytes], equal to that of HDF5 (which sums 16-bit big-endian words, a last odd byte as the upper
 * one). */
uint32_t sm_fletcher32(const uint8_t *data, size_t n_bytes);

/* Whether the last SM_FLETCHER32_BYTES of data[n_bytes] are the checksum of what is before them. Accepts the swapped
 * bytes that HDF5 before 1.6.3 wrote on some machines. False where n_bytes is too small. */
bool sm_fletcher32_holds(const uint8_t *data, size_t n_bytes);

#endif
