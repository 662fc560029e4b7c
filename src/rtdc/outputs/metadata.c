#include "rtdc/outputs/metadata.h"

#include <assert.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "rtdc/hdf5/attributes.h"
#include "rtdc/hdf5/filters.h"
#include "rtdc/hdf5/guard.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/layout.h"

enum { MAX_CHUNK_BYTES = 1 << 20 };

/* The elements of a dataset in memory, of the type they are written with. */
struct table {
    hid_t type, space;
    size_t n;
    char *elements;
};

/* Turn strings of variable length into null-padded ones of the greatest length. */
static enum sparsemed_status fix_length(struct table *table, struct sparsemed_error *error) {
    char *const *lines = (char *const *)(void *)table->elements;
    size_t longest = 1, n_bytes;
    for (size_t i = 0; i < table->n; i++) {
        longest = sm_max(lines[i] ? strlen(lines[i]) : 0, longest);
    }
    bool fits = !__builtin_mul_overflow(table->n, longest, &n_bytes) && n_bytes <= INT_MAX;
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
    H5Dvlen_reclaim(table->type, table->space, H5P_DEFAULT, table->elements);
    free(table->elements);
    sm_hdf5_release(table->type);
    table->elements = fixed;
    table->type = type;
    if (!fits) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "has 2 GiB or more with lines of equal length");
    }
    return fixed ? SPARSEMED_OK : sparsemed_fail_memory(error, "copying a log");
}

static enum sparsemed_status read_table(hid_t dataset, struct table *table, struct sparsemed_error *error) {
    table->type = H5Dget_type(dataset);
    table->space = H5Dget_space(dataset);
    size_t n_bytes;
    if (!sm_hdf5_count_bytes(table->type, table->space, &n_bytes)) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "has 2 GiB or more");
    }
    if (n_bytes == 0) {
        return SPARSEMED_OK;
    }
    table->n = n_bytes / H5Tget_size(table->type);
    table->elements = calloc(n_bytes, 1);
    if (!table->elements) {
        return sparsemed_fail_memory(error, "copying a log or table");
    }
    if (sm_guarded_read(dataset, table->type, table->elements, error) != SPARSEMED_OK) {
        return error->status;
    }
    return H5Tis_variable_str(table->type) > 0 ? fix_length(table, error) : SPARSEMED_OK;
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

/* Add this program to the software that worked on a dataset. */
static bool extend_software(hid_t dataset) {
    char *before = sm_attribute_text(dataset, SM_ATTRIBUTE_SOFTWARE, NULL);
    if (!before) {
        return sm_attribute_write_text(dataset, SM_ATTRIBUTE_SOFTWARE, SM_SOFTWARE);
    }
    size_t size = strlen(before) + strlen(SM_SOFTWARE_AND SM_SOFTWARE) + 1;
    char *after = malloc(size);
    bool written = false;
    if (after) {
        snprintf(after, size, "%s" SM_SOFTWARE_AND SM_SOFTWARE, before);
        written = sm_attribute_write_text(dataset, SM_ATTRIBUTE_SOFTWARE, after);
    }
    free(after);
    free(before);
    return written;
}

static enum sparsemed_status write_table(hid_t from, hid_t group, const char *name, const struct table *table,
                                         int zstd_level, struct sparsemed_error *error) {
    hid_t creation = creation_of(table, zstd_level);
    /* Its current extent is all a copy needs. */
    hsize_t extent[H5S_MAX_RANK];
    int rank = H5Sget_simple_extent_dims(table->space, extent, NULL);
    hid_t space = rank > 0 ? H5Screate_simple(rank, extent, NULL) : H5Screate(H5S_SCALAR);
    hid_t dataset = H5Dcreate2(group, name, table->type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    bool written = creation >= 0 && dataset >= 0 &&
                   H5Dwrite(dataset, table->type, H5S_ALL, H5S_ALL, H5P_DEFAULT, table->elements) >= 0;
    if (written && !sm_attributes_copy(from, dataset)) {
        sm_fail_hdf5(error, SPARSEMED_INPUT, "its attributes cannot be read");
    }
    written = written && error->status == SPARSEMED_OK && extend_software(dataset);
    written = sm_hdf5_close(dataset) && written;
    if (error->status == SPARSEMED_OK && !written) {
        sm_fail_hdf5(error, SPARSEMED_OUTPUT, "could not be written");
    }
    sm_hdf5_release(space);
    sm_hdf5_release(creation);
    return error->status;
}

struct copy {
    hid_t output;
    const char *group;
    int zstd_level;
    struct sparsemed_error *error;
};

static herr_t copy_dataset(hid_t from, const char *name, const H5L_info_t *info, void *data) {
    (void)info;
    struct copy *copy = data;
    hid_t dataset;
    if (sm_hdf5_open_link(from, name, &dataset, copy->error) != SPARSEMED_OK) {
        sparsemed_fail_where(copy->error, "%s", copy->group);
        return 1;
    }
    if (dataset < 0 || H5Iget_type(dataset) != H5I_DATASET) {
        sm_hdf5_release(dataset);
        return 0; /* a link that leads nowhere, or a group: readers know neither here */
    }
    struct table table = {H5I_INVALID_HID, H5I_INVALID_HID, 0, NULL};
    if (read_table(dataset, &table, copy->error) == SPARSEMED_OK && table.n > 0) {
        hid_t group = sm_hdf5_require_group(copy->output, copy->group);
        write_table(dataset, group, name, &table, copy->zstd_level, copy->error);
        sm_hdf5_release(group);
        if (H5Tdetect_class(table.type, H5T_VLEN) > 0) {
            H5Dvlen_reclaim(table.type, table.space, H5P_DEFAULT, table.elements);
        }
    }
    if (copy->error->status != SPARSEMED_OK) {
        sparsemed_fail_where(copy->error, "%s/%s", copy->group, name);
    }
    free(table.elements);
    sm_hdf5_release(table.space);
    sm_hdf5_release(table.type);
    sm_hdf5_release(dataset);
    return copy->error->status == SPARSEMED_OK ? 0 : 1;
}

/* By these, dcnum knows a file for one of its own finished runs. Returns false on failure. */
static bool remove_claims(hid_t output) {
    static const char *const names[] = {SM_CLAIM_GENERATION, SM_CLAIM_DATA, SM_CLAIM_BACKGROUND};
    bool removed = true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        removed = removed && (H5Aexists(output, names[i]) <= 0 || H5Adelete(output, names[i]) >= 0);
    }
    return removed;
}

enum sparsemed_status sm_metadata_copy(hid_t input, hid_t output, int zstd_level, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    if (!sm_attributes_copy(input, output) || !remove_claims(output)) {
        /* Writing them reaches the disk later only: it is the input that fails here. */
        return sm_fail_hdf5(error, SPARSEMED_INPUT, "the attributes cannot be read");
    }
    static const char *const groups[] = {SM_GROUP_LOGS, SM_GROUP_TABLES};
    for (size_t i = 0; i < 2 && error->status == SPARSEMED_OK; i++) {
        struct sparsemed_error failure = SPARSEMED_NO_ERROR; /* of a dataset; a failure of the walk comes first */
        struct copy copy = {output, groups[i], zstd_level, &failure};
        if (sm_hdf5_walk(input, groups[i], copy_dataset, &copy, error) == SPARSEMED_OK) {
            *error = failure;
        }
    }
    return error->status;
}
