/* Decoding chunks through HDF5's own filter pipeline without trusting them.
 *
 * HDF5 takes the length of what a filter returns on faith: a damaged chunk that decodes to fewer bytes than a chunk has
 * makes H5Dread read beyond its buffer, a longer one passes silently. Here the chunk is copied into a dataset in memory
 * whose pipeline is that of the original, preceded by a filter that demands the exact size. */
#ifndef RTDC_HDF5_GUARD_H
#define RTDC_HDF5_GUARD_H

#include <hdf5.h>
#include <stdint.h>

#include "sparsemed/status.h"

/* A dataset in memory of one chunk of some other dataset. Local to the calling process. */
struct sm_guard {
    hid_t file, dataset;
    hid_t creation, type; /* of the original */
    size_t chunk_bytes;   /* of a decoded chunk */
    uint32_t filter_mask; /* of the chunks that the dataset can take now */
};

#define SM_NO_GUARD ((struct sm_guard){H5I_INVALID_HID, H5I_INVALID_HID, H5I_INVALID_HID, H5I_INVALID_HID, 0, 0})

/* Make the guard of a chunked dataset of any type. Release with sm_guard_close, also after a failure. SPARSEMED_INPUT:
 * a filter is not available, or the dataset is not chunked. SPARSEMED_INTERNAL: HDF5 refuses the guard. */
enum sparsemed_status sm_guard_open(hid_t dataset, struct sm_guard *guard, struct sparsemed_error *error);

/* Decode a chunk as it is stored.
 *
 * raw           [raw_bytes], borrowed
 * filter_mask   of the chunk: bit i tells that filter i was left out
 * decoded       [guard->chunk_bytes], or NULL to check the chunk only
 *
 * SPARSEMED_INPUT: the chunk does not decode, or not to chunk_bytes. SPARSEMED_INTERNAL: out of memory. The message
 * names neither file nor chunk. */
enum sparsemed_status sm_guard_decode(struct sm_guard *guard, const void *raw, size_t raw_bytes, uint32_t filter_mask,
                                      void *decoded, struct sparsemed_error *error);

void sm_guard_close(struct sm_guard *guard);

/* Check that every stored chunk of a dataset decodes to its full size, with the checksums that it has. Nothing to check
 * where it is not chunked.
 *
 * SPARSEMED_INPUT: one does not, the index is damaged, or a filter is not available. SPARSEMED_INTERNAL: out of memory.
 * The message does not name the file. */
enum sparsemed_status sm_guard_check(hid_t dataset, struct sparsemed_error *error);

/* Check a whole dataset of any type, so that H5Dread can read any part of it: every stored chunk decodes to its full
 * size. For the small datasets of a file.
 *
 * SPARSEMED_INPUT: damaged, more than 64 MiB of it were never written, a filter is not available, or it leads to what
 * is no file (references.h). SPARSEMED_INTERNAL: out of memory. The message does not name the file. */
enum sparsemed_status sm_guarded_check(hid_t dataset, struct sparsemed_error *error);

/* Check, and read it as a whole.
 *
 * memory_type   as of H5Dread
 * values        as of H5Dread; has room for all elements
 *
 * SPARSEMED_INPUT, SPARSEMED_INTERNAL: as of sm_guarded_check. */
enum sparsemed_status sm_guarded_read(hid_t dataset, hid_t memory_type, void *values, struct sparsemed_error *error);

#endif
