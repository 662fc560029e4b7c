#include "rtdc/outputs/dataset_copy.h"

#include <assert.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "rtdc/filters/filters.h"
#include "rtdc/hdf5/attributes.h"
#include "rtdc/hdf5/changed_calls.h"
#include "rtdc/hdf5/guard.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/needs.h"

enum { MAX_CHUNK_BYTES = 1 << 20 };

/* The elements of a dataset in memory, of the type they are written with. */
struct table {
    hid_t type, space;
    size_t n;
    char *elements;
};

/* Turn strings of variable length into null-padded ones of the greatest length. */
static enum sparsemed_status fix_length(hid_t dataset, struct table *table, struct sparsemed_error *error) {
    char *const *lines = (char *const *)(void *)table->elements;
    size_t longest = 1, n_bytes;
    for (size_t i = 0; i < table->n; i++) {
        longest = sm_max(lines[i] ? strlen(lines[i]) : 0, longest);
    }
    bool fits = !__builtin_mul_overflow(table->n, longest, &n_bytes) && n_bytes <= INT_MAX &&
                n_bytes <= sm_needs_most(dataset, SM_NEED_VALUES);
    char *fixed = fits ? calloc(n_bytes, 1) : NULL;
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, longest);
    H5Tset_strpad(type, H5T_STR_NULLPAD);
    H5Tset_cset(type, H5Tget_cset(table->type));
    for (size_t i = 0; fixed && i < table->n; i++) {
        if (lines[i]) {
            memcpy(fixed + i * longest, lines[i], strlen(lines[i]));
        }
    }
    sm_hdf5_reclaim(table->type, table->space, table->elements);
    free(table->elements);
    sm_hdf5_release(table->type);
    table->elements = fixed;
    table->type = type;
    if (!fits) {
        return sparsemed_fail(error, SPARSEMED_INPUT,
                              "needs too much memory with lines of equal length, as outputs have them");
    }
    return fixed ? SPARSEMED_OK : sparsemed_fail_memory(error, "copying a text");
}

static enum sparsemed_status read_table(hid_t dataset, struct table *table, struct sparsemed_error *error) {
    table->type = H5Dget_type(dataset);
    table->space = H5Dget_space(dataset);
    size_t n_bytes;
    if (!sm_hdf5_count_bytes(table->type, table->space, &n_bytes)) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "has 2 GiB or more");
    }
    if (n_bytes == 0 || sm_needs_check(dataset, n_bytes, SM_NEED_VALUES, error) != SPARSEMED_OK) {
        return error->status;
    }
    table->n = n_bytes / H5Tget_size(table->type);
    table->elements = calloc(n_bytes, 1);
    if (!table->elements) {
        return sparsemed_fail_memory(error, "copying a dataset");
    }
    if (sm_guarded_read(dataset, table->type, table->elements, error) != SPARSEMED_OK) {
        return error->status;
    }
    return H5Tis_variable_str(table->type) > 0 ? fix_length(dataset, table, error) : SPARSEMED_OK;
}

/* Chunks and filters for a new dataset; a scalar has neither, nor have elements of variable length, with which HDF5
 * does not take a checksum. */
static hid_t creation_of(const struct table *table, int zstd_level) {
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    hsize_t chunk[H5S_MAX_RANK];
    int rank = H5Sget_simple_extent_dims(table->space, chunk, NULL);
    if (rank <= 0 || H5Tget_class(table->type) == H5T_VLEN) {
        return creation;
    }
    size_t chunk_bytes = table->n * H5Tget_size(table->type);
    while (chunk_bytes > MAX_CHUNK_BYTES && chunk[0] > 1) {
        chunk_bytes = chunk_bytes / chunk[0] * sm_divide_up(chunk[0], 2);
        chunk[0] = sm_divide_up(chunk[0], 2);
    }
    if (H5Pset_chunk(creation, rank, chunk) < 0 || !sm_filters_add(creation, zstd_level)) {
        sm_hdf5_release(creation);
        return H5I_INVALID_HID;
    }
    return creation;
}

/* Chunks and filters as a dataset has them. Invalid where it is not chunked, or a filter cannot encode. */
static hid_t creation_like(hid_t from) {
    hid_t creation = H5Dget_create_plist(from);
    bool usable = H5Pget_layout(creation) == H5D_CHUNKED;
    for (int i = 0, n = H5Pget_nfilters(creation); i < n; i++) {
        size_t n_parameters = 0;
        unsigned flags, configuration;
        H5Z_filter_t filter =
            H5Pget_filter2(creation, (unsigned)i, &flags, &n_parameters, NULL, 0, NULL, &configuration);
        usable = usable && H5Zget_filter_info(filter, &configuration) >= 0 &&
                 (configuration & H5Z_FILTER_CONFIG_ENCODE_ENABLED);
    }
    if (!usable) {
        sm_hdf5_release(creation);
        return H5I_INVALID_HID;
    }
    return creation;
}

static enum sparsemed_status write_table(hid_t from, hid_t location, const char *name, const struct table *table,
                                         hid_t creation, bool may_grow, hid_t *copied, struct sparsemed_error *error) {
    hsize_t extent[H5S_MAX_RANK], most[H5S_MAX_RANK];
    int rank = H5Sget_simple_extent_dims(table->space, extent, most);
    hid_t space = rank > 0 ? H5Screate_simple(rank, extent, may_grow ? most : NULL) : H5Screate(H5S_SCALAR);
    hid_t type = sm_hdf5_detached_type(table->type);
    hid_t dataset = H5Dcreate2(location, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    if (creation < 0 || dataset < 0 ||
        H5Dwrite(dataset, table->type, H5S_ALL, H5S_ALL, H5P_DEFAULT, table->elements) < 0) {
        sm_fail_hdf5(error, SPARSEMED_OUTPUT, "could not be written");
    } else if (!sm_attributes_copy(from, dataset)) {
        sm_fail_hdf5(error, SPARSEMED_INPUT, "its attributes cannot be read");
    } else {
        *copied = dataset;
        H5Iinc_ref(dataset);
    }
    sm_hdf5_release(dataset);
    sm_hdf5_release(type);
    sm_hdf5_release(space);
    return error->status;
}

enum sparsemed_status sm_dataset_copy(hid_t from, hid_t output, const char *group, const char *name, bool as_before,
                                      int zstd_level, hid_t *copied, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct table table = {H5I_INVALID_HID, H5I_INVALID_HID, 0, NULL};
    *copied = H5I_INVALID_HID;
    if (read_table(from, &table, error) == SPARSEMED_OK && table.n > 0) {
        hid_t location = sm_hdf5_require_group(output, group);
        hid_t creation = as_before ? creation_like(from) : H5I_INVALID_HID;
        bool alike = creation >= 0;
        creation = alike ? creation : creation_of(&table, zstd_level);
        write_table(from, location, name, &table, creation, alike, copied, error);
        sm_hdf5_release(creation);
        sm_hdf5_release(location);
        if (H5Tdetect_class(table.type, H5T_VLEN) > 0) {
            sm_hdf5_reclaim(table.type, table.space, table.elements);
        }
    }
    free(table.elements);
    sm_hdf5_release(table.space);
    sm_hdf5_release(table.type);
    return error->status;
}
