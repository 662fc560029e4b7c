/* Decoding stored chunks of grey values, or of lines of text.
 *
 * The filters that measurements mostly use (Zstandard, deflate, shuffle of bytes, Fletcher-32, none) are undone here,
 * straight into the caller's memory; any other goes through HDF5's pipeline (guard.h). */
#ifndef RTDC_HDF5_DECODER_H
#define RTDC_HDF5_DECODER_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sparsemed/status.h"

/* Decodes the chunks of one dataset; owned by one thread. */
struct sm_decoder;

/* Make the decoder of a chunked dataset of bytes, or of strings of a fixed length. Local to the calling process.
 *
 * decoder   receives it; release with sm_decoder_free, also after a failure
 *
 * SPARSEMED_INPUT: a filter is not available. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_decoder_create(hid_t dataset, struct sm_decoder **decoder, struct sparsemed_error *error);

/* Release; NULL is fine. */
void sm_decoder_free(struct sm_decoder *decoder);

/* Bytes of a decoded chunk. */
size_t sm_decoder_chunk_bytes(const struct sm_decoder *decoder);

/* Whether chunks are stored as they are, without any filter. */
bool sm_decoder_is_plain(const struct sm_decoder *decoder);

/* Filter mask of a chunk that went through no filter at all. */
#define SM_NO_FILTERS UINT32_MAX

/* Decode one chunk.
 *
 * raw           [raw_bytes] as stored, borrowed
 * filter_mask   of the chunk: bit i tells that filter i was left out
 * decoded       [sm_decoder_chunk_bytes]; holds anything after a failure
 *
 * SPARSEMED_INPUT: the checksum differs, or it does not decode to exactly the bytes of a chunk. The message does not
 * name the file. */
enum sparsemed_status sm_decode(struct sm_decoder *decoder, const uint8_t *raw, size_t raw_bytes, uint32_t filter_mask,
                                uint8_t *decoded, struct sparsemed_error *error);

#endif
