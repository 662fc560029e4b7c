/* Puts in the place of a dataset of a measurement one of the same shape that leads to another file:
 *
 *     lead_elsewhere WAY FILE DATASET TARGET [STORE]
 *
 * STORE is the path of the other file, into which the values are moved; without it they are lost. Numbered ways have as
 * many files as the dataset has rows, STORE0 and so on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/hdf5/hdf5.h"
#include "support/demand.h"

/* ---- the values ---- */

struct values {
    hid_t type, space;
    size_t n_bytes, n_rows;
    void *bytes;
};

static struct values take_out(hid_t dataset, bool with_bytes) {
    struct values values = {.type = H5Dget_type(dataset), .space = H5Dget_space(dataset)};
    hsize_t extent[H5S_MAX_RANK];
    H5Sget_simple_extent_dims(values.space, extent, NULL);
    values.n_rows = extent[0];
    values.n_bytes = (size_t)H5Sget_simple_extent_npoints(values.space) * H5Tget_size(values.type);
    values.bytes = malloc(values.n_bytes);
    if (with_bytes) {
        good(H5Dread(dataset, values.type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.bytes), "read the dataset");
    }
    return values;
}

static void put_dataset(const char *path, const struct values *values, size_t n_rows, const void *bytes) {
    hsize_t extent[H5S_MAX_RANK];
    int rank = H5Sget_simple_extent_dims(values->space, extent, NULL);
    extent[0] = n_rows;
    hid_t space = H5Screate_simple(rank, extent, NULL);
    hid_t file = good(H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), "make the store");
    hid_t dataset = H5Dcreate2(file, "data", values->type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    good(H5Dwrite(dataset, values->type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes), "fill the store");
    H5Dclose(dataset);
    H5Sclose(space);
    good(H5Fclose(file), "close the store");
}

static void put_whole(const char *path, const struct values *values) {
    put_dataset(path, values, values->n_rows, values->bytes);
}

static void put_raw(const char *path, const struct values *values) {
    FILE *stream = fopen(path, "w");
    demand(stream && fwrite(values->bytes, 1, values->n_bytes, stream) == values->n_bytes && fclose(stream) == 0,
           "fill the store");
}

static void put_rows(const char *path, const struct values *values) {
    size_t row_bytes = values->n_bytes / values->n_rows;
    for (size_t i = 0; i < values->n_rows; i++) {
        char numbered[512];
        snprintf(numbered, sizeof numbered, "%s%zu", path, i);
        put_dataset(numbered, values, 1, (const char *)values->bytes + i * row_bytes);
    }
}

/* ---- the ways ---- */

static void link_to(hid_t file, const char *name, hid_t type, hid_t space, const char *target) {
    (void)type, (void)space;
    good(H5Lcreate_external(target, "/data", file, name, H5P_DEFAULT, H5P_DEFAULT), "make a link");
}

/* A link by name to what is in a group that is another file. */
static void link_through(hid_t file, const char *name, hid_t type, hid_t space, const char *target) {
    (void)type, (void)space;
    good(H5Lcreate_external(target, "/", file, "/elsewhere", H5P_DEFAULT, H5P_DEFAULT), "make a link");
    good(H5Lcreate_soft("/elsewhere/data", file, name, H5P_DEFAULT, H5P_DEFAULT), "make a link by name");
}

static void create(hid_t file, const char *name, hid_t type, hid_t space, hid_t creation) {
    H5Dclose(good(H5Dcreate2(file, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT), "make a dataset"));
    H5Pclose(creation);
}

static void store_in(hid_t file, const char *name, hid_t type, hid_t space, const char *target) {
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    good(H5Pset_external(creation, target, 0, H5F_UNLIMITED), "have external storage");
    create(file, name, type, space, creation);
}

static void show(hid_t file, const char *name, hid_t type, hid_t space, const char *target) {
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    good(H5Pset_virtual(creation, space, target, "/data", space), "have a source");
    create(file, name, type, space, creation);
}

/* A virtual dataset of another one in the same file, which has external storage. */
static void show_stored(hid_t file, const char *name, hid_t type, hid_t space, const char *target) {
    store_in(file, "/data", type, space, target);
    show(file, name, type, space, ".");
}

/* A virtual dataset whose sources have numbers in their names. */
static void show_numbered(hid_t file, const char *name, hid_t type, hid_t space, const char *target) {
    char pattern[512];
    hsize_t extent[3] = {0}, count[3] = {H5S_UNLIMITED, 1, 1};
    int rank = H5Sget_simple_extent_dims(space, extent, NULL);
    hsize_t most[3] = {H5S_UNLIMITED, extent[1], extent[2]}, block[3] = {1, extent[1], extent[2]}, start[3] = {0};
    hid_t open_ended = H5Screate_simple(rank, extent, most), source = H5Screate_simple(rank, block, NULL);
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    snprintf(pattern, sizeof pattern, "%s%%b", target);
    good(H5Sselect_hyperslab(open_ended, H5S_SELECT_SET, start, NULL, count, block), "select");
    good(H5Pset_virtual(creation, open_ended, pattern, "/data", source), "have numbered sources");
    create(file, name, type, open_ended, creation);
    H5Sclose(source);
    H5Sclose(open_ended);
}

static const struct {
    const char *name;
    void (*lead)(hid_t file, const char *name, hid_t type, hid_t space, const char *target);
    void (*put)(const char *path, const struct values *values);
} ways[] = {
    {"link", link_to, put_whole},
    {"soft", link_through, put_whole},
    {"storage", store_in, put_raw},
    {"virtual", show, put_whole},
    {"virtual-storage", show_stored, put_raw},
    {"virtual-numbered", show_numbered, put_rows},
};

int main(int argc, char **argv) {
    demand(argc == 5 || argc == 6, "understand: lead_elsewhere WAY FILE DATASET TARGET [STORE]");
    H5dont_atexit();
    hid_t file = good(H5Fopen(argv[2], H5F_ACC_RDWR, H5P_DEFAULT), "open the measurement");
    hid_t dataset = good(H5Dopen2(file, argv[3], H5P_DEFAULT), "open the dataset");
    struct values values = take_out(dataset, argc == 6);
    bool led = false;
    H5Dclose(dataset);
    good(H5Ldelete(file, argv[3], H5P_DEFAULT), "remove the dataset");
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (strcmp(argv[1], ways[i].name) == 0) {
            if (argc == 6) {
                ways[i].put(argv[5], &values);
            }
            ways[i].lead(file, argv[3], values.type, values.space, argv[4]);
            led = true;
        }
    }
    demand(led, "know the way");
    H5Sclose(values.space);
    H5Tclose(values.type);
    free(values.bytes);
    return H5Fclose(file) < 0;
}
