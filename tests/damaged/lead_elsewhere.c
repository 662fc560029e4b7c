/* Puts in the place of a dataset of a measurement one of the same shape that leads to another file. */
#include <stdio.h>
#include <string.h>

#include "rtdc/hdf5/hdf5.h"
#include "support/demand.h"

static void link_to(hid_t file, const char *name, hid_t type, hid_t space, const char *target) {
    (void)type, (void)space;
    good(H5Lcreate_external(target, "/data", file, name, H5P_DEFAULT, H5P_DEFAULT), "make a link");
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
} ways[] = {
    {"link", link_to},
    {"storage", store_in},
    {"virtual", show},
    {"virtual-storage", show_stored},
    {"virtual-numbered", show_numbered},
};

int main(int argc, char **argv) {
    demand(argc == 5, "understand: lead_elsewhere WAY FILE DATASET TARGET");
    H5dont_atexit();
    hid_t file = good(H5Fopen(argv[2], H5F_ACC_RDWR, H5P_DEFAULT), "open the measurement");
    hid_t dataset = good(H5Dopen2(file, argv[3], H5P_DEFAULT), "open the dataset");
    hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset);
    bool led = false;
    H5Dclose(dataset);
    good(H5Ldelete(file, argv[3], H5P_DEFAULT), "remove the dataset");
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (strcmp(argv[1], ways[i].name) == 0) {
            ways[i].lead(file, argv[3], type, space, argv[4]);
            led = true;
        }
    }
    demand(led, "know the way");
    H5Sclose(space);
    H5Tclose(type);
    return H5Fclose(file) < 0;
}
