#include "rtdc/outputs/compare_files.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "rtdc/hdf5/attributes.h"
#include "rtdc/hdf5/changed_calls.h"
#include "rtdc/hdf5/chunks.h"
#include "rtdc/hdf5/guard.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/heap_values.h"

/* ---- values in memory ---- */

static bool same_element(hid_t type, const char *a, const char *b);

static bool same_elements(hid_t type, const char *a, const char *b, size_t n) {
    size_t size = H5Tget_size(type);
    bool same = true;
    for (size_t i = 0; i < n && same; i++) {
        same = same_element(type, a + i * size, b + i * size);
    }
    return same;
}

static bool same_members(hid_t type, const char *a, const char *b) {
    int n = H5Tget_nmembers(type);
    bool same = n >= 0;
    for (int i = 0; i < n && same; i++) {
        size_t offset = H5Tget_member_offset(type, (unsigned)i);
        hid_t member = H5Tget_member_type(type, (unsigned)i);
        same = same_element(member, a + offset, b + offset);
        sm_hdf5_release(member);
    }
    return same;
}

static bool same_base(hid_t type, const void *a, const void *b, size_t n) {
    hid_t base = H5Tget_super(type);
    bool same = same_elements(base, a, b, n);
    sm_hdf5_release(base);
    return same;
}

static size_t array_length(hid_t type) {
    hsize_t extent[H5S_MAX_RANK];
    size_t n = 1;
    for (int i = 0, rank = H5Tget_array_dims2(type, extent); i < rank; i++) {
        n *= extent[i];
    }
    return n;
}

static bool same_element(hid_t type, const char *a, const char *b) {
    if (H5Tis_variable_str(type) > 0) {
        const char *text_a = *(char *const *)(const void *)a, *text_b = *(char *const *)(const void *)b;
        return text_a && text_b ? strcmp(text_a, text_b) == 0 : text_a == text_b;
    }
    const hvl_t *list_a = (const void *)a, *list_b = (const void *)b;
    switch (H5Tget_class(type)) {
    case H5T_COMPOUND:
        return same_members(type, a, b);
    case H5T_ARRAY:
        return same_base(type, a, b, array_length(type));
    case H5T_VLEN:
        return list_a->len == list_b->len && same_base(type, list_a->p, list_b->p, list_a->len);
    default:
        return memcmp(a, b, H5Tget_size(type)) == 0;
    }
}

/* ---- values in files ---- */

static bool read_values(hid_t object, hid_t type, bool sound, void *values) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    if (!values) {
        return false;
    }
    if (H5Iget_type(object) == H5I_ATTR) {
        return sm_heap_values_check(object, &ignored) == SPARSEMED_OK && H5Aread(object, type, values) >= 0;
    }
    return sound ? H5Dread(object, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0
                 : sm_guarded_read(object, type, values, &ignored) == SPARSEMED_OK;
}

/* Compare the values of two datasets or attributes that agree in type and shape. What is damaged in both, or has a
 * filter that is not known here, is the same. */
static bool same_values(hid_t a, hid_t b, hid_t type, hid_t space, size_t n_bytes, bool sound) {
    bool plain = H5Tget_class(type) != H5T_COMPOUND && H5Tget_class(type) != H5T_ARRAY &&
                 H5Tdetect_class(type, H5T_VLEN) <= 0 && H5Tis_variable_str(type) <= 0;
    char *of_a = calloc(n_bytes, 1), *of_b = calloc(n_bytes, 1);
    bool read[2] = {read_values(a, type, sound, of_a), read_values(b, type, false, of_b)};
    bool same = of_a && of_b && read[0] == read[1];
    if (same && read[0]) {
        same = plain ? memcmp(of_a, of_b, n_bytes) == 0 : same_elements(type, of_a, of_b, n_bytes / H5Tget_size(type));
    }
    for (int i = 0; i < 2 && !plain; i++) {
        if (read[i]) {
            sm_hdf5_reclaim(type, space, i == 0 ? of_a : of_b);
        }
    }
    free(of_b);
    free(of_a);
    return same;
}

/* ---- values as they are stored ---- */

enum { MOST_STORED_BYTES = 64 << 20, PIECE_BYTES = 1 << 20 };

/* Compare a chunk. One that cannot be read in either is the same.
 *
 * n_bytes   receives how many it has */
static bool same_chunk(hid_t a, hid_t b, const hsize_t *offset, hsize_t *n_bytes) {
    hsize_t of_b = 0;
    uint32_t mask_a = 0, mask_b = 0;
    *n_bytes = 0;
    bool there[2] = {H5Dget_chunk_storage_size(a, offset, n_bytes) >= 0,
                     H5Dget_chunk_storage_size(b, offset, &of_b) >= 0};
    if (there[0] != there[1] || *n_bytes != of_b || *n_bytes == 0 || *n_bytes > MOST_STORED_BYTES) {
        return there[0] == there[1] && *n_bytes == of_b;
    }
    char *bytes_a = malloc(*n_bytes), *bytes_b = malloc(*n_bytes);
    bool same = bytes_a && bytes_b;
    if (same) {
        bool read[2] = {sm_hdf5_read_chunk(a, offset, &mask_a, bytes_a, *n_bytes) >= 0,
                        sm_hdf5_read_chunk(b, offset, &mask_b, bytes_b, *n_bytes) >= 0};
        same = read[0] == read[1] && (!read[0] || (mask_a == mask_b && memcmp(bytes_a, bytes_b, *n_bytes) == 0));
    }
    free(bytes_b);
    free(bytes_a);
    return same;
}

static bool same_chunks(hid_t a, hid_t b, hid_t creation, hid_t space) {
    hsize_t chunk[H5S_MAX_RANK], extent[H5S_MAX_RANK], offset[H5S_MAX_RANK] = {0}, n_bytes, n_compared = 0;
    int rank = H5Sget_simple_extent_dims(space, extent, NULL);
    bool same = H5Pget_chunk(creation, rank, chunk) == rank, more = true;
    while (same && more && n_compared < MOST_STORED_BYTES) {
        same = same_chunk(a, b, offset, &n_bytes);
        n_compared += n_bytes;
        more = sm_chunks_next(offset, chunk, extent, rank);
    }
    return same;
}

/* Compare plain values that are not chunked. */
static bool same_rows(hid_t a, hid_t b, hid_t type, hid_t space) {
    hsize_t extent[H5S_MAX_RANK], first[H5S_MAX_RANK] = {0}, row_bytes = H5Tget_size(type), n_compared = 0;
    int rank = H5Sget_simple_extent_dims(space, extent, NULL);
    for (int i = 1; i < rank; i++) {
        row_bytes *= extent[i];
    }
    hsize_t n_rows = extent[0], n_piece = row_bytes < PIECE_BYTES ? PIECE_BYTES / row_bytes : 1;
    char *of_a = malloc(n_piece * row_bytes), *of_b = malloc(n_piece * row_bytes);
    bool same = of_a && of_b;
    while (same && first[0] < n_rows && n_compared < MOST_STORED_BYTES) {
        extent[0] = sm_min(n_piece, n_rows - first[0]);
        hid_t memory = H5Screate_simple(rank, extent, NULL), rows = H5Scopy(space);
        H5Sselect_hyperslab(rows, H5S_SELECT_SET, first, NULL, extent, NULL);
        bool read[2] = {H5Dread(a, type, memory, rows, H5P_DEFAULT, of_a) >= 0,
                        H5Dread(b, type, memory, rows, H5P_DEFAULT, of_b) >= 0};
        same = read[0] == read[1] && (!read[0] || memcmp(of_a, of_b, extent[0] * row_bytes) == 0);
        sm_hdf5_release(rows);
        sm_hdf5_release(memory);
        first[0] += extent[0];
        n_compared += extent[0] * row_bytes;
    }
    free(of_b);
    free(of_a);
    return same;
}

/* Compare many values of two datasets that agree in type and shape: as they are stored, and not all where they are very
 * many, as frames may be. Nothing was written to them but with the copy of the file. */
static bool same_stored(hid_t a, hid_t b, hid_t type, hid_t space) {
    hid_t creation_a = H5Dget_create_plist(a), creation_b = H5Dget_create_plist(b);
    H5D_layout_t layout = H5Pget_layout(creation_a);
    bool same = layout == H5Pget_layout(creation_b) && H5Dget_storage_size(a) == H5Dget_storage_size(b);
    if (same && layout == H5D_CHUNKED) {
        same = same_chunks(a, b, creation_a, space);
    } else if (same && layout == H5D_CONTIGUOUS && H5Pget_external_count(creation_a) == 0 &&
               H5Tdetect_class(type, H5T_VLEN) <= 0 && H5Tdetect_class(type, H5T_STRING) <= 0) {
        same = same_rows(a, b, type, space);
    }
    sm_hdf5_release(creation_b);
    sm_hdf5_release(creation_a);
    return same;
}

/* What datasets and attributes have in common.
 *
 * values   whether they must agree, too */
static bool same_data(hid_t a, hid_t b, bool values, const struct sm_tolerance *tolerance) {
    bool attribute = H5Iget_type(a) == H5I_ATTR;
    hid_t type_a = attribute ? H5Aget_type(a) : H5Dget_type(a), type_b = attribute ? H5Aget_type(b) : H5Dget_type(b);
    hid_t space_a = attribute ? H5Aget_space(a) : H5Dget_space(a);
    hid_t space_b = attribute ? H5Aget_space(b) : H5Dget_space(b);
    size_t n_bytes;
    bool same = H5Tequal(type_a, type_b) > 0 && H5Sextent_equal(space_a, space_b) > 0;
    bool few = sm_hdf5_count_bytes(type_a, space_a, &n_bytes) && (attribute || n_bytes <= tolerance->most_bytes);
    /* References are addresses in their own files. */
    if (same && values && few && n_bytes > 0 && H5Tdetect_class(type_a, H5T_REFERENCE) <= 0) {
        same = same_values(a, b, type_a, space_a, n_bytes, tolerance->sound);
    } else if (same && values && !attribute && !few) {
        same = same_stored(a, b, type_a, space_a);
    }
    sm_hdf5_release(space_b);
    sm_hdf5_release(space_a);
    sm_hdf5_release(type_b);
    sm_hdf5_release(type_a);
    return same;
}

/* ---- objects ---- */

struct comparison {
    hid_t found;
    const struct sm_tolerance *tolerance;
    hid_t object; /* of the found file, whose attributes are compared */
    char *different;
};

static herr_t compare_attribute(hid_t expected, const char *name, const H5A_info_t *info, void *data) {
    (void)info;
    const struct comparison *comparison = data;
    bool (*spare)(const char *attribute) = comparison->tolerance->spare;
    if (spare && spare(name)) {
        return 0;
    }
    if (H5Aexists(comparison->object, name) <= 0) {
        return 1;
    }
    hid_t a = H5Aopen(expected, name, H5P_DEFAULT), b = H5Aopen(comparison->object, name, H5P_DEFAULT);
    bool same = a >= 0 && b >= 0 && same_data(a, b, true, comparison->tolerance);
    sm_hdf5_release(b);
    sm_hdf5_release(a);
    return same ? 0 : 1;
}

static bool same_object(struct comparison *comparison, hid_t expected, hid_t found, bool values) {
    if (expected < 0 || found < 0 || H5Iget_type(expected) != H5Iget_type(found)) {
        return expected < 0 && found < 0;
    }
    comparison->object = found;
    return (H5Iget_type(expected) != H5I_DATASET || same_data(expected, found, values, comparison->tolerance)) &&
           sm_attributes_walk(expected, compare_attribute, comparison) <= 0;
}

static herr_t compare_object(hid_t file, const char *path, const sm_object_info *info, void *data) {
    (void)info;
    struct comparison *comparison = data;
    const struct sm_tolerance *tolerance = comparison->tolerance;
    enum sm_likeness likeness = tolerance->likeness ? tolerance->likeness(path, tolerance->data) : SM_ALIKE;
    if (likeness == SM_UNLIKE) {
        return 0;
    }
    hid_t expected = H5Oopen(file, path, H5P_DEFAULT), found = H5Oopen(comparison->found, path, H5P_DEFAULT);
    bool same = same_object(comparison, expected, found, likeness == SM_ALIKE);
    sm_hdf5_release(found);
    sm_hdf5_release(expected);
    if (!same) {
        comparison->different = strdup(path);
    }
    return same ? 0 : 1;
}

char *sm_compare_files(hid_t expected, hid_t found, const struct sm_tolerance *tolerance) {
    struct comparison comparison = {.found = found, .tolerance = tolerance};
    /* It fails where the expected file is damaged: then what could be reached is the same. */
    sm_hdf5_visit(expected, compare_object, &comparison);
    return comparison.different;
}
