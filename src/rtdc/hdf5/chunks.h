/* The index of the chunks of a dataset, without trusting it.
 *
 * HDF5 1.10 takes a chunk that it does not find in a damaged index for one that was never written, and does not notice
 * a wrong length: it hands out whatever is in its memory for bytes that it has not read, and writes more than there is
 * room for. */
#ifndef RTDC_HDF5_CHUNKS_H
#define RTDC_HDF5_CHUNKS_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

#include "sparsemed/status.h"

/* Count the chunks that the index of a chunked dataset has. Walks through all of it.
 *
 * n   receives the number; 0 after a failure
 *
 * SPARSEMED_INPUT: the index is damaged. The message does not name the file. */
enum sparsemed_status sm_chunks_count(hid_t dataset, hsize_t *n, struct sparsemed_error *error);

/* Check that every chunk that the index has is found where it belongs, and has bytes: the others were never written.
 * Walks through the index and looks up the chunks that the extent has.
 *
 * SPARSEMED_INPUT: the index is damaged. The message does not name the file. */
enum sparsemed_status sm_chunks_check_places(hid_t dataset, struct sparsemed_error *error);

/* Check that all chunks of a dataset without filters have their full length, for which HDF5 does not look. Walks
 * through the index.
 *
 * chunk_bytes   of a whole chunk, in the file
 *
 * SPARSEMED_INPUT: they have not. The message does not name the file. */
enum sparsemed_status sm_chunks_check_lengths(hid_t dataset, size_t chunk_bytes, struct sparsemed_error *error);

/* Check that no more than 64 MiB of a dataset, chunked or not, were never written: a small file could claim all memory
 * so. For what is read as a whole.
 *
 * SPARSEMED_INPUT: more were not. The message does not name the file. */
enum sparsemed_status sm_chunks_check_written(hid_t dataset, struct sparsemed_error *error);

/* Step to the next chunk in row-major order. Returns false after the last.
 *
 * offset          [rank], of its first element
 * chunk, extent   [rank] */
bool sm_chunks_next(hsize_t *offset, const hsize_t *chunk, const hsize_t *extent, int rank);

#endif
