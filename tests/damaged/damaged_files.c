/* What all kinds do with HDF5 files. */
#include "damaged/damage.h"

hid_t open_file(const char *path) {
    return good(H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT), "open the copy");
}

void close_file(hid_t file) {
    good(H5Fclose(file), "close the copy");
}

void make_dataset(hid_t file, const char *name, hid_t type, int rank, const hsize_t *extent, hid_t creation,
                  const void *values) {
    hid_t space = good(H5Screate_simple(rank, extent, NULL), "make a data space");
    hid_t dataset = good(H5Dcreate2(file, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT), "make a dataset");
    if (values) {
        good(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), "write a dataset");
    }
    good(H5Dclose(dataset), "close a dataset");
    good(H5Sclose(space), "close a data space");
}

int extent_of(hid_t dataset, hsize_t extent[H5S_MAX_RANK]) {
    hid_t space = good(H5Dget_space(dataset), "find an extent");
    int rank = H5Sget_simple_extent_dims(space, extent, NULL);
    demand(rank > 0, "find an extent");
    good(H5Sclose(space), "close a data space");
    return rank;
}
