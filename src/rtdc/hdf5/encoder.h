/* Encoding chunks of grey values as outputs store them.
 *
 * What HDF5's pipeline would make of a chunk of a dataset with the filters of sm_filters_add is made here, to the byte,
 * for who hands chunks to HDF5 as they are stored: one that was encoded once can then be written many times. */
#ifndef RTDC_HDF5_ENCODER_H
#define RTDC_HDF5_ENCODER_H

#include <stddef.h>
#include <stdint.h>

#include "sparsemed/status.h"

/* Encodes chunks of one size; owned by one thread. */
struct sm_encoder;

/* Make an encoder.
 *
 * zstd_level    see filters.h
 * chunk_bytes   of a whole chunk, >= 1
 * encoder       receives it; release with sm_encoder_free, also after a failure
 *
 * SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_encoder_create(int zstd_level, size_t chunk_bytes, struct sm_encoder **encoder,
                                        struct sparsemed_error *error);

/* Release; NULL is fine. */
void sm_encoder_free(struct sm_encoder *encoder);

/* Bytes that a chunk can take as it is stored, at most. */
size_t sm_encoder_most_bytes(const struct sm_encoder *encoder);

/* Encode one chunk.
 *
 * chunk       [chunk_bytes], borrowed
 * raw_bytes   receives how many bytes it takes as it is stored
 *
 * Returns these bytes, which are the encoder's and good until the next call. NULL: out of memory. */
const uint8_t *sm_encode(struct sm_encoder *encoder, const uint8_t *chunk, size_t *raw_bytes);

#endif
