/* What webs are made of. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basin_webs/basin_webs.h"
#include "rtdc/files/surrogates.h"
#include "rtdc/hdf5/attributes.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/identifier.h"
#include "rtdc/outputs/basin_write.h"
#include "support/random.h"

enum { ZSTD_LEVEL = 5 };

/* ---- rows ---- */

/* All rows that were made. */
static int64_t *made[100];
static size_t n_made;

static struct rows make_rows(size_t n) {
    struct rows rows = {n, calloc(n, sizeof *rows.row)};
    demand(rows.row && n_made < sizeof made / sizeof *made, "make room for rows");
    made[n_made++] = rows.row;
    return rows;
}

void release_rows(void) {
    while (n_made > 0) {
        free(made[--n_made]);
    }
}

struct rows choose(enum order order, size_t n) {
    struct rng rng = {7};
    struct rows rows = make_rows(order == SUBSET ? n / 3 * 2 : order == RANDOM ? n + n / 4 : n);
    for (size_t i = 0; i < rows.n; i++) {
        rows.row[i] = (int64_t)(order == SUBSET       ? i / 2 * 3 + i % 2
                                : order == DESCENDING ? n - 1 - i
                                : order == RANDOM     ? rng_below(&rng, n)
                                                      : i);
    }
    return rows;
}

struct rows of_rows(struct rows outer, struct rows inner) {
    struct rows rows = make_rows(outer.n);
    for (size_t i = 0; i < rows.n; i++) {
        rows.row[i] = inner.row[outer.row[i]];
    }
    return rows;
}

/* ---- files ---- */

hid_t begin_web_file(hid_t plain, const char *name) {
    hid_t file = create_file(name, FORMAT_OLD);
    demand(sm_attributes_copy(plain, file), "copy the attributes");
    sm_hdf5_release(good(sm_hdf5_require_group(file, "events"), "make a group"));
    return file;
}

/* ---- features ---- */

/* Extent of a feature, and the bytes of one row. */
static size_t shape_of(hid_t dataset, int *rank, hsize_t extent[H5S_MAX_RANK]) {
    hid_t type = good(H5Dget_type(dataset), "find a type");
    size_t row_bytes = H5Tget_size(type);
    *rank = extent_of(dataset, extent);
    for (int i = 1; i < *rank; i++) {
        row_bytes *= extent[i];
    }
    H5Tclose(type);
    return row_bytes;
}

size_t count_frames(hid_t plain) {
    hsize_t extent[H5S_MAX_RANK];
    hid_t image = good(H5Dopen2(plain, "events/image", H5P_DEFAULT), "open the images");
    extent_of(image, extent);
    H5Dclose(image);
    return extent[0];
}

/* The rows of a dataset, one after the other. */
static char *read_rows(hid_t dataset, hid_t type, struct rows rows, size_t n_there, size_t row_bytes) {
    char *all = malloc(n_there * row_bytes), *picked = malloc(rows.n * row_bytes + 1);
    demand(all && picked, "make room for a feature");
    good(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, all), "read a feature");
    for (size_t i = 0; i < rows.n; i++) {
        memcpy(picked + i * row_bytes, all + (size_t)rows.row[i] * row_bytes, row_bytes);
    }
    free(all);
    return picked;
}

void put_feature(hid_t plain, const char *feature, struct rows rows, hid_t file, const char *group) {
    int rank;
    hsize_t extent[H5S_MAX_RANK], most[H5S_MAX_RANK];
    hid_t from = good(H5Gopen2(plain, "events", H5P_DEFAULT), "open the events");
    hid_t dataset = good(H5Dopen2(from, feature, H5P_DEFAULT), "open a feature");
    hid_t type = good(H5Dget_type(dataset), "find a type");
    hid_t creation = good(H5Dget_create_plist(dataset), "find how a feature is stored");
    size_t row_bytes = shape_of(dataset, &rank, extent);
    char *values = read_rows(dataset, type, rows, extent[0], row_bytes);
    extent[0] = rows.n;
    memcpy(most, extent, sizeof most);
    most[0] = H5Pget_layout(creation) == H5D_CHUNKED ? H5S_UNLIMITED : rows.n; /* it may be less than a chunk */
    hid_t to = good(sm_hdf5_require_group(file, group), "make a group");
    hid_t space = good(H5Screate_simple(rank, extent, most), "make a data space");
    hid_t copy = good(H5Dcreate2(to, feature, type, space, H5P_DEFAULT, creation, H5P_DEFAULT), "make a feature");
    good(H5Dwrite(copy, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), "write a feature");
    free(values);
    const hid_t objects[] = {copy, space, to, creation, type, dataset, from};
    for (size_t i = 0; i < sizeof objects / sizeof *objects; i++) {
        sm_hdf5_release(objects[i]);
    }
}

void put_times(hid_t plain, size_t n_frames, hid_t file) {
    size_t n_there = count_frames(plain);
    struct rows rows = make_rows(n_frames);
    for (size_t i = 0; i < n_frames; i++) {
        rows.row[i] = (int64_t)(i * n_there / n_frames);
    }
    put_feature(plain, "time", rows, file, "events");
}

/* Put integers among the events of a file. */
static void put_integers(hid_t file, const char *name, hsize_t n, const int64_t *values) {
    char path[64];
    snprintf(path, sizeof path, "events/%s", name);
    add_list(file, path, H5T_NATIVE_INT64, n, values);
}

void put_frame_numbers(hid_t file, struct rows rows) {
    struct rows numbers = make_rows(rows.n);
    for (size_t i = 0; i < rows.n; i++) {
        numbers.row[i] = 1000 + 47 * rows.row[i] + rows.row[i] % 5;
    }
    put_integers(file, "frame", numbers.n, numbers.row);
}

void make_plain(hid_t plain, const char *name, struct rows rows) {
    hid_t file = begin_web_file(plain, name);
    put_feature(plain, "image", rows, file, "events");
    put_times(plain, rows.n, file);
    close_file(file);
}

void put_map(hid_t file, const char *name, struct rows rows) {
    put_integers(file, name, rows.n, rows.row);
}

/* ---- basins ---- */

static json_t *list_texts(const char *const *texts, size_t n) {
    json_t *list = json_array();
    for (size_t i = 0; i < n && texts[i]; i++) {
        json_array_append_new(list, sm_json_from_bytes(texts[i]));
    }
    return list;
}

void put_basin(hid_t plain, hid_t file, const struct basin *basin) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    char *identifier = basin->identifier ? strdup(basin->identifier) : sm_measurement_identifier(plain);
    bool internal = strcmp(basin->type, "internal") == 0;
    json_t *definition = json_pack("{ss ss ss ss so ss*}", "description", "a web", "name",
                                   basin->name ? basin->name : "web", "format", internal ? "h5dataset" : "hdf5", "type",
                                   basin->type, "paths", list_texts(basin->paths, 4), "mapping", basin->mapping);
    if (!basin->any_features) {
        json_object_set_new(definition, "features", list_texts(basin->features, 4));
    }
    if (!internal && *identifier) {
        json_object_set_new(definition, "identifier", json_string(identifier));
    }
    free(identifier);
    demand(sm_basin_write(file, definition, ZSTD_LEVEL, &error) == SPARSEMED_OK, "write a basin");
}
