#include "rtdc/hdf5/text.h"

#include <assert.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "rtdc/filters/filters.h"
#include "rtdc/hdf5/changed_calls.h"
#include "rtdc/hdf5/decoder.h"
#include "rtdc/hdf5/guard.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/needs.h"

/* Lines in memory, as HDF5 reads strings. */
struct lines {
    const void *elements; /* n of size bytes, or pointers to strings */
    size_t n, size;
    bool variable; /* they are pointers */
};

/* A line, and how long it is; it may lack the terminating zero. */
static const char *line_at(const struct lines *lines, size_t i, size_t *length) {
    if (lines->variable) {
        const char *line = ((char *const *)lines->elements)[i];
        *length = line ? strlen(line) : 0;
        return line ? line : "";
    }
    const char *line = (const char *)lines->elements + i * lines->size;
    *length = strnlen(line, lines->size);
    return line;
}

static enum sparsemed_status join_lines(const struct lines *lines, char **text, struct sparsemed_error *error) {
    size_t total = 1, length;
    for (size_t i = 0; i < lines->n; i++) {
        line_at(lines, i, &length);
        total += 1 + length;
    }
    if (total > INT_MAX) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "is a text of 2 GiB or more");
    }
    char *end = *text = malloc(total);
    if (!end) {
        return sparsemed_fail_memory(error, "reading a text");
    }
    for (size_t i = 0; i < lines->n; i++) {
        const char *line = line_at(lines, i, &length);
        if (i > 0) {
            *end++ = '\n';
        }
        memcpy(end, line, length);
        end += length;
    }
    *end = '\0';
    return SPARSEMED_OK;
}

/* Bytes of the only chunk of a dataset as it is stored; 0 where there are several, or none, or it is not to be
 * believed.
 *
 * n_bytes   of all elements */
static hsize_t stored_bytes(hid_t dataset, hid_t space, size_t n_bytes) {
    static const hsize_t origin[H5S_MAX_RANK] = {0};
    hsize_t extent[H5S_MAX_RANK], chunk[H5S_MAX_RANK], stored = 0;
    hid_t creation = H5Dget_create_plist(dataset);
    bool is_one = H5Sget_simple_extent_ndims(space) == 1 && H5Pget_layout(creation) == H5D_CHUNKED &&
                  H5Sget_simple_extent_dims(space, extent, NULL) == 1 && H5Pget_chunk(creation, 1, chunk) == 1 &&
                  chunk[0] == extent[0] && H5Dget_chunk_storage_size(dataset, origin, &stored) >= 0;
    sm_hdf5_release(creation);
    return is_one && stored <= 2 * (hsize_t)n_bytes + 1024 ? stored : 0;
}

/* Read strings of a fixed length that are stored as one chunk, as all texts of basins are: a guard (guard.h) takes much
 * longer. Returns whether they were read. */
static bool read_chunk(hid_t dataset, hid_t type, hid_t space, size_t n_bytes, void *elements) {
    static const hsize_t origin[H5S_MAX_RANK] = {0};
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    struct sm_decoder *decoder = NULL;
    uint32_t filter_mask = 0;
    hsize_t stored = H5Tis_variable_str(type) == 0 ? stored_bytes(dataset, space, n_bytes) : 0;
    void *raw = stored > 0 ? malloc(stored) : NULL;
    bool done = raw && sm_hdf5_read_chunk(dataset, origin, &filter_mask, raw, stored) >= 0 &&
                sm_decoder_create(dataset, &decoder, &ignored) == SPARSEMED_OK &&
                sm_decoder_chunk_bytes(decoder) == n_bytes &&
                sm_decode(decoder, raw, stored, filter_mask, elements, &ignored) == SPARSEMED_OK;
    sm_decoder_free(decoder);
    free(raw);
    return done;
}

static enum sparsemed_status read_lines(hid_t dataset, hid_t type, hid_t space, char **text,
                                        struct sparsemed_error *error) {
    hssize_t n = H5Sget_simple_extent_npoints(space);
    size_t n_bytes;
    if (H5Tget_class(type) != H5T_STRING || n < 0) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "does not hold strings");
    }
    if (!sm_hdf5_count_bytes(type, space, &n_bytes)) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "is a text of 2 GiB or more");
    }
    if (sm_needs_check(dataset, n_bytes, SM_NEED_VALUES, error) != SPARSEMED_OK) {
        return error->status;
    }
    void *elements = calloc(n_bytes + 1, 1);
    if (!elements) {
        return sparsemed_fail_memory(error, "reading a text");
    }
    if (read_chunk(dataset, type, space, n_bytes, elements) ||
        sm_guarded_read(dataset, type, elements, error) == SPARSEMED_OK) {
        const struct lines lines = {elements, (size_t)n, H5Tget_size(type), H5Tis_variable_str(type) > 0};
        join_lines(&lines, text, error);
        if (lines.variable) {
            sm_hdf5_reclaim(type, space, elements);
        }
    }
    free(elements);
    return error->status;
}

enum sparsemed_status sm_text_read(hid_t location, const char *name, char **text, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    *text = NULL;
    hid_t dataset = H5Dopen2(location, name, H5P_DEFAULT);
    if (dataset < 0) {
        return sm_fail_hdf5(error, SPARSEMED_INPUT, "cannot be opened");
    }
    hid_t type = H5Dget_type(dataset);
    hid_t space = H5Dget_space(dataset);
    enum sparsemed_status status = read_lines(dataset, type, space, text, error);
    sm_hdf5_release(space);
    sm_hdf5_release(type);
    sm_hdf5_release(dataset);
    return status;
}

static void measure_lines(const char *text, size_t *n_lines, size_t *longest) {
    *n_lines = 0;
    *longest = 1;
    for (const char *line = text; line; line = *line ? line + 1 : NULL) {
        size_t length = strcspn(line, "\n");
        *longest = sm_max(length, *longest);
        *n_lines += 1;
        line += length;
    }
}

static bool write_elements(hid_t location, const char *name, const char *elements, size_t n, size_t size,
                           int zstd_level) {
    const hsize_t extent = n;
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, size);
    H5Tset_strpad(type, H5T_STR_NULLPAD);
    hid_t space = H5Screate_simple(1, &extent, NULL);
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(creation, 1, &extent);
    bool added = sm_filters_add(creation, zstd_level);
    hid_t dataset = H5Dcreate2(location, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    bool written = added && H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, elements) >= 0;
    written = sm_hdf5_close(dataset) && written;
    sm_hdf5_release(creation);
    sm_hdf5_release(space);
    sm_hdf5_release(type);
    return written;
}

enum sparsemed_status sm_text_write(hid_t location, const char *name, const char *text, int zstd_level,
                                    struct sparsemed_error *error) {
    assert(*text && error->status == SPARSEMED_OK);
    size_t n_lines, longest;
    measure_lines(text, &n_lines, &longest);
    char *elements = calloc(n_lines, longest);
    if (!elements) {
        return sparsemed_fail_memory(error, "writing a text");
    }
    const char *line = text;
    for (size_t i = 0; i < n_lines; i++) {
        size_t length = strcspn(line, "\n");
        memcpy(elements + i * longest, line, length);
        line += length + 1;
    }
    if (!write_elements(location, name, elements, n_lines, longest, zstd_level)) {
        sm_fail_hdf5(error, SPARSEMED_OUTPUT, "%s could not be written", name);
    }
    free(elements);
    return error->status;
}
