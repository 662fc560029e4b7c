#include "rtdc/outputs/split_table.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "rtdc/files/surrogates.h"
#include "rtdc/filters/filters.h"
#include "rtdc/hdf5/attributes.h"
#include "rtdc/hdf5/guard.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/needs.h"
#include "rtdc/layout.h"

enum { CHUNK_SPLITS = 1000 };

static const struct {
    const char *name;
    size_t offset;
} columns[] = {
    {SM_SPLITS_TIME, offsetof(struct sm_split, time)},
    {SM_SPLITS_X, offsetof(struct sm_split, x)},
    {SM_SPLITS_REF, offsetof(struct sm_split, ref)},
    {SM_SPLITS_USED, offsetof(struct sm_split, used)},
    {SM_SPLITS_BRIGHTNESS, offsetof(struct sm_split, brightness)},
    {SM_SPLITS_ACTIVITY, offsetof(struct sm_split, activity)},
};

enum { N_COLUMNS = sizeof columns / sizeof *columns };

/* The type of a row, whose columns are of a type of number. */
static hid_t row_type(hid_t number) {
    hid_t type = H5Tcreate(H5T_COMPOUND, sizeof(struct sm_split));
    for (size_t i = 0; i < N_COLUMNS; i++) {
        H5Tinsert(type, columns[i].name, columns[i].offset, number);
    }
    return type;
}

/* ---- writing ---- */

static bool write_attributes(hid_t dataset, const struct sm_split_table *table) {
    json_t *quality = sm_quality_to_json(&table->quality);
    char *text = quality ? sm_json_write(quality, 0) : NULL;
    bool written = text && sm_attribute_write_text(dataset, SM_ATTRIBUTE_SOFTWARE, SM_SOFTWARE) &&
                   sm_attribute_write_text(dataset, SM_ATTRIBUTE_PPID, table->ppid) &&
                   sm_attribute_write_text(dataset, SM_ATTRIBUTE_PPID_GENERATION, SPARSEMED_PPID_GENERATION) &&
                   sm_attribute_write_text(dataset, SM_ATTRIBUTE_QUALITY, text);
    free(text);
    json_decref(quality);
    return written;
}

enum sparsemed_status sm_split_table_write(hid_t file, const struct sm_split_table *table, bool values, int zstd_level,
                                           struct sparsemed_error *error) {
    assert(table->n_splits >= 1 && error->status == SPARSEMED_OK);
    const hsize_t extent = table->n_splits, chunk = sm_min(extent, CHUNK_SPLITS);
    hid_t group = sm_hdf5_require_group(file, SM_GROUP_TABLES), space = H5Screate_simple(1, &extent, NULL);
    hid_t stored = row_type(H5T_IEEE_F64LE), in_memory = row_type(H5T_NATIVE_DOUBLE);
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE), dataset = H5I_INVALID_HID;
    H5Pset_chunk(creation, 1, &chunk);
    if (sm_filters_add(creation, zstd_level)) {
        dataset = H5Dcreate2(group, SM_TABLE_SPLITS, stored, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    }
    bool written = dataset >= 0 && write_attributes(dataset, table) &&
                   (!values || H5Dwrite(dataset, in_memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, table->splits) >= 0);
    written = sm_hdf5_close(dataset) && written;
    if (!written) {
        sm_fail_hdf5(error, SPARSEMED_OUTPUT, SM_PATH_SPLITS " could not be written");
    }
    sm_hdf5_release(creation);
    sm_hdf5_release(in_memory);
    sm_hdf5_release(stored);
    sm_hdf5_release(space);
    sm_hdf5_release(group);
    return error->status;
}

/* ---- reading ---- */

/* Open a dataset of a group; invalid where it is not there. */
static hid_t open_dataset(hid_t file, const char *group_name, const char *name) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    hid_t dataset = H5I_INVALID_HID;
    if (sm_hdf5_has(file, group_name, name)) {
        hid_t group = H5Gopen2(file, group_name, H5P_DEFAULT);
        sm_hdf5_open_link(group, name, &dataset, &ignored);
        sm_hdf5_release(group);
    }
    if (dataset >= 0 && H5Iget_type(dataset) != H5I_DATASET) {
        sm_hdf5_release(dataset);
        dataset = H5I_INVALID_HID;
    }
    return dataset;
}

/* Number of rows of the dataset; 0 where it has none, or is no table. */
static hsize_t count_rows(hid_t dataset) {
    hid_t space = H5Dget_space(dataset);
    hsize_t n = 0;
    if (H5Sget_simple_extent_ndims(space) == 1) {
        H5Sget_simple_extent_dims(space, &n, NULL);
    }
    sm_hdf5_release(space);
    return n;
}

static bool read_rows(hid_t dataset, hsize_t first, hsize_t n, struct sm_split *splits) {
    hid_t type = row_type(H5T_NATIVE_DOUBLE), memory = H5Screate_simple(1, &n, NULL), rows = H5Dget_space(dataset);
    bool read = H5Sselect_hyperslab(rows, H5S_SELECT_SET, &first, NULL, &n, NULL) >= 0 &&
                H5Dread(dataset, type, memory, rows, H5P_DEFAULT, splits) >= 0;
    sm_hdf5_release(rows);
    sm_hdf5_release(memory);
    sm_hdf5_release(type);
    return read;
}

bool sm_split_table_has_rows(hid_t file, const struct sm_split_table *table) {
    struct sm_split *splits = malloc(CHUNK_SPLITS * sizeof *splits);
    hid_t dataset = open_dataset(file, SM_GROUP_TABLES, SM_TABLE_SPLITS);
    bool same = splits && dataset >= 0 && count_rows(dataset) == table->n_splits;
    for (hsize_t first = 0; same && first < table->n_splits; first += CHUNK_SPLITS) {
        hsize_t n_piece = sm_min(table->n_splits - first, CHUNK_SPLITS);
        same = read_rows(dataset, first, n_piece, splits) &&
               memcmp(splits, table->splits + first, n_piece * sizeof *splits) == 0;
    }
    sm_hdf5_release(dataset);
    free(splits);
    return same;
}

/* Whether a group has images of the background that the table tells of. */
static bool has_images(hid_t file, const char *group, const char *ppid) {
    hid_t images = open_dataset(file, group, SM_FEATURE_IMAGE_BG);
    char *found = images >= 0 ? sm_attribute_text(images, SM_ATTRIBUTE_PPID, NULL) : NULL;
    bool has = found && strcmp(found, ppid) == 0;
    free(found);
    sm_hdf5_release(images);
    return has;
}

/* Whether the dataset has the columns, of numbers. */
static bool has_columns(hid_t dataset) {
    hid_t type = H5Dget_type(dataset);
    bool has = H5Tget_class(type) == H5T_COMPOUND;
    for (size_t i = 0; i < N_COLUMNS && has; i++) {
        int member = H5Tget_member_index(type, columns[i].name);
        H5T_class_t class = member < 0 ? H5T_NO_CLASS : H5Tget_member_class(type, (unsigned)member);
        has = class == H5T_FLOAT || class == H5T_INTEGER;
    }
    sm_hdf5_release(type);
    return has;
}

/* Read the attributes. Returns false where they do not tell of the images of the file. */
static bool read_attributes(hid_t file, hid_t dataset, struct sm_split_table *table) {
    char *ppid = sm_attribute_text(dataset, SM_ATTRIBUTE_PPID, NULL);
    char *text = sm_attribute_text(dataset, SM_ATTRIBUTE_QUALITY, NULL);
    json_t *quality = text ? sm_json_read(text) : NULL;
    bool read = sm_quality_from_json(quality, &table->quality) && ppid && strlen(ppid) < sizeof table->ppid &&
                (has_images(file, SM_GROUP_BASIN_EVENTS, ppid) || has_images(file, SM_GROUP_EVENTS, ppid));
    if (read) {
        strcpy(table->ppid, ppid);
    }
    json_decref(quality);
    free(text);
    free(ppid);
    return read;
}

enum sparsemed_status sm_split_table_read(hid_t file, struct sm_split_table *table, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    *table = (struct sm_split_table){0};
    hid_t dataset = open_dataset(file, SM_GROUP_TABLES, SM_TABLE_SPLITS);
    if (dataset < 0 || !has_columns(dataset) || !read_attributes(file, dataset, table)) {
        sm_hdf5_release(dataset);
        return SPARSEMED_OK;
    }
    hsize_t n = count_rows(dataset);
    hid_t type = row_type(H5T_NATIVE_DOUBLE);
    if (n > SIZE_MAX / sizeof *table->splits ||
        sm_needs_check(dataset, n * sizeof *table->splits, SM_NEED_VALUES, error) != SPARSEMED_OK) {
        sparsemed_fail(error, SPARSEMED_INPUT, SM_PATH_SPLITS ": has more rows than are believed of the file");
    } else if (!(table->splits = calloc(n + 1, sizeof *table->splits))) {
        sparsemed_fail_memory(error, "reading " SM_PATH_SPLITS);
    } else if (sm_guarded_read(dataset, type, table->splits, error) != SPARSEMED_OK) {
        sparsemed_fail_where(error, SM_PATH_SPLITS);
    } else {
        table->n_splits = n;
    }
    sm_hdf5_release(type);
    sm_hdf5_release(dataset);
    return error->status;
}

void sm_split_table_free(struct sm_split_table *table) {
    free(table->splits);
    *table = (struct sm_split_table){0};
}
