/* Chunks as they are stored: to see whether those are in a file that were handed to HDF5 encoded, without decoding
 * them. */
#ifndef RTDC_HDF5_CHUNK_SUMS_H
#define RTDC_HDF5_CHUNK_SUMS_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for a chunk, which grows. All zero is none; release its bytes with free. */
struct sm_chunk_room {
    uint8_t *bytes; /* [capacity] */
    size_t capacity;
};

/* Add the bytes of a chunk to a checksum (CRC-32).
 *
 * dataset    of at most three dimensions
 * first      its first element along the first dimension, of which it is all of the others
 * room       changed
 * checksum   of what came before; receives the new one
 *
 * Returns false where it cannot be read or was never written, a filter was left out of it, or memory is out. */
bool sm_chunk_sum_add(hid_t dataset, hsize_t first, struct sm_chunk_room *room, uint32_t *checksum);

#endif
