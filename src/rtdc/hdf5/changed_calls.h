/* The calls of HDF5 that have changed since 1.10, in the form which the HDF5 at hand has: all are here, so that it need
 * not have the old ones any more. */
#ifndef RTDC_HDF5_CHANGED_CALLS_H
#define RTDC_HDF5_CHANGED_CALLS_H

#include <hdf5.h>
#include <stddef.h>
#include <stdint.h>

#if H5_VERSION_GE(1, 12, 0)
typedef H5O_info2_t sm_object_info;
#else
typedef H5O_info_t sm_object_info;
#endif

/* As H5Dread_chunk, but no more than there is room for where HDF5 looks at that (2.0). Returns a negative number where
 * it fails, or the chunk is larger.
 *
 * n_bytes   room for the chunk, as H5Dget_chunk_storage_size tells it */
static inline herr_t sm_hdf5_read_chunk(hid_t dataset, const hsize_t *offset, uint32_t *filter_mask, void *bytes,
                                        size_t n_bytes) {
#if H5_VERSION_GE(2, 0, 0)
    size_t n_needed = n_bytes;
    herr_t outcome = H5Dread_chunk2(dataset, H5P_DEFAULT, offset, filter_mask, bytes, &n_needed);
    return outcome >= 0 && n_needed > n_bytes ? -1 : outcome;
#else
    (void)n_bytes;
    return H5Dread_chunk(dataset, H5P_DEFAULT, offset, filter_mask, bytes);
#endif
}

/* Free what values of variable length have in memory. */
static inline void sm_hdf5_reclaim(hid_t type, hid_t space, void *values) {
#if H5_VERSION_GE(1, 12, 0)
    H5Treclaim(type, space, H5P_DEFAULT, values);
#else
    H5Dvlen_reclaim(type, space, H5P_DEFAULT, values);
#endif
}

/* As H5Ovisit, in native order; of an object only what it is is told. */
static inline herr_t sm_hdf5_visit(hid_t object, herr_t (*visit)(hid_t, const char *, const sm_object_info *, void *),
                                   void *data) {
#if H5_VERSION_GE(1, 12, 0)
    return H5Ovisit3(object, H5_INDEX_NAME, H5_ITER_NATIVE, visit, data, H5O_INFO_BASIC);
#else
    return H5Ovisit2(object, H5_INDEX_NAME, H5_ITER_NATIVE, visit, data, H5O_INFO_BASIC);
#endif
}

/* As H5Sencode, for any version of HDF5 to decode. */
static inline herr_t sm_hdf5_encode_space(hid_t space, void *bytes, size_t *n_bytes) {
#if H5_VERSION_GE(1, 12, 0)
    return H5Sencode2(space, bytes, n_bytes, H5P_DEFAULT);
#else
    return H5Sencode(space, bytes, n_bytes);
#endif
}

/* As H5Tdecode. */
static inline hid_t sm_hdf5_decode_type(const void *bytes, size_t n_bytes) {
#if H5_VERSION_GE(2, 0, 0)
    return H5Tdecode2(bytes, n_bytes);
#else
    (void)n_bytes;
    return H5Tdecode(bytes);
#endif
}

#endif
