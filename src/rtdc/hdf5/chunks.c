#include "rtdc/hdf5/chunks.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

#include "rtdc/hdf5/hdf5.h"

/* Most chunks that are looked up: a damaged extent must not keep it busy for ever. */
enum { MAX_LOOKUPS = 1 << 24 };

/* Most bytes of a dataset that need not be written. */
enum { MAX_UNWRITTEN_BYTES = 64 << 20 };

enum sparsemed_status sm_chunks_count(hid_t dataset, hsize_t *n, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    hid_t space = H5Dget_space(dataset); /* HDF5 1.10 takes no H5S_ALL here */
    *n = 0;
    if (H5Dget_num_chunks(dataset, space, n) < 0) {
        sm_fail_hdf5(error, SPARSEMED_INPUT, "the index of its chunks is damaged");
    }
    sm_hdf5_release(space);
    return error->status;
}

/* Extent of a dataset and of its chunks, which are filled in up to their rank. Returns the rank, 0 after a failure. */
static int shape_of(hid_t dataset, hsize_t extent[H5S_MAX_RANK], hsize_t chunk[H5S_MAX_RANK]) {
    hid_t space = H5Dget_space(dataset), creation = H5Dget_create_plist(dataset);
    int rank = H5Sget_simple_extent_dims(space, extent, NULL);
    bool known = rank > 0 && H5Pget_chunk(creation, rank, chunk) == rank;
    sm_hdf5_release(creation);
    sm_hdf5_release(space);
    return known ? rank : 0;
}

bool sm_chunks_next(hsize_t *offset, const hsize_t *chunk, const hsize_t *extent, int rank) {
    for (int i = rank - 1; i >= 0; i--) {
        offset[i] += chunk[i];
        if (offset[i] < extent[i]) {
            return true;
        }
        offset[i] = 0;
    }
    return false;
}

enum sparsemed_status sm_chunks_check_places(hid_t dataset, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    hsize_t extent[H5S_MAX_RANK], chunk[H5S_MAX_RANK], offset[H5S_MAX_RANK] = {0}, n_bytes;
    hsize_t n_indexed, n_found = 0;
    int rank = shape_of(dataset, extent, chunk);
    bool more = rank > 0;
    if (sm_chunks_count(dataset, &n_indexed, error) != SPARSEMED_OK) {
        return error->status;
    }
    for (int i = 0; i < rank; i++) {
        more = more && extent[i] > 0;
    }
    for (int n_looked_up = 0; more && n_found < n_indexed && n_looked_up < MAX_LOOKUPS; n_looked_up++) {
        n_bytes = 0;
        n_found += H5Dget_chunk_storage_size(dataset, offset, &n_bytes) >= 0 && n_bytes > 0;
        more = sm_chunks_next(offset, chunk, extent, rank);
    }
    return n_found == n_indexed ? SPARSEMED_OK
                                : sparsemed_fail(error, SPARSEMED_INPUT,
                                                 "the index of its chunks is damaged: it has %llu, and leads to %llu",
                                                 (unsigned long long)n_indexed, (unsigned long long)n_found);
}

/* HDF5 tells the length of a chunk in such a dataset only by a walk through the index, but sums all of them, too. */
enum sparsemed_status sm_chunks_check_lengths(hid_t dataset, size_t chunk_bytes, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    hsize_t n_indexed, n_expected, n_stored = H5Dget_storage_size(dataset);
    if (sm_chunks_count(dataset, &n_indexed, error) != SPARSEMED_OK) {
        return error->status;
    }
    bool fits = !__builtin_mul_overflow(n_indexed, chunk_bytes, &n_expected);
    return fits && n_stored == n_expected
               ? SPARSEMED_OK
               : sparsemed_fail(error, SPARSEMED_INPUT,
                                "the index of its chunks is damaged: they have %llu bytes instead of %llu",
                                (unsigned long long)n_stored, (unsigned long long)n_expected);
}

/* Count the elements that have a place in the file, whether within the extent or not. */
static enum sparsemed_status count_written(hid_t dataset, double *n, struct sparsemed_error *error) {
    hsize_t extent[H5S_MAX_RANK], chunk[H5S_MAX_RANK], n_indexed;
    int rank = shape_of(dataset, extent, chunk);
    if (rank == 0) { /* not chunked: all of it or nothing; it may also be in other datasets */
        hid_t creation = H5Dget_create_plist(dataset);
        *n = H5Dget_storage_size(dataset) > 0 || H5Pget_layout(creation) == H5D_VIRTUAL ? HUGE_VAL : 0;
        sm_hdf5_release(creation);
        return SPARSEMED_OK;
    }
    if (sm_chunks_count(dataset, &n_indexed, error) != SPARSEMED_OK) {
        return error->status;
    }
    *n = (double)n_indexed;
    for (int i = 0; i < rank; i++) {
        *n *= (double)chunk[i];
    }
    return SPARSEMED_OK;
}

enum sparsemed_status sm_chunks_check_written(hid_t dataset, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    hsize_t extent[H5S_MAX_RANK];
    double n_written = 0, n = 1;
    hid_t space = H5Dget_space(dataset), type = H5Dget_type(dataset);
    double element_bytes = (double)H5Tget_size(type);
    int rank = H5Sget_simple_extent_dims(space, extent, NULL);
    sm_hdf5_release(type);
    sm_hdf5_release(space);
    for (int i = 0; i < rank; i++) { /* in floating point, as their product may overflow */
        n *= (double)extent[i];
    }
    if (n * element_bytes <= MAX_UNWRITTEN_BYTES || count_written(dataset, &n_written, error) != SPARSEMED_OK) {
        return error->status;
    }
    return (n - n_written) * element_bytes <= MAX_UNWRITTEN_BYTES
               ? SPARSEMED_OK
               : sparsemed_fail(error, SPARSEMED_INPUT, "%.0f of its %.0f elements were never written: it is damaged",
                                n - n_written, n);
}
