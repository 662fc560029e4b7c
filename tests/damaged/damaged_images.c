/* Kinds with something else in the place of the images. */
#include <string.h>

#include "damaged/damage.h"
#include "rtdc/filters/filters.h"
#include "sparsemed/offset.h"

/* Numbers of filters that are reserved for tests: nobody has one. */
enum { NO_FILTER = 305 };

static void remove_link(const struct kind *kind, const char *path) {
    hid_t file = change_file(path);
    good(H5Ldelete(file, kind->dataset, H5P_DEFAULT), "remove a link");
    close_file(file);
}

static void put_group(const struct kind *kind, const char *path) {
    remove_link(kind, path);
    hid_t file = change_file(path);
    add_group(file, kind->dataset);
    close_file(file);
}

static void put_dangling_link(const struct kind *kind, const char *path) {
    remove_link(kind, path);
    hid_t file = change_file(path);
    good(H5Lcreate_soft("/nowhere", file, kind->dataset, H5P_DEFAULT, H5P_DEFAULT), "make a link");
    close_file(file);
}

static void put_number(const struct kind *kind, const char *path) {
    const hsize_t one = 1;
    remove_link(kind, path);
    hid_t file = change_file(path);
    add_dataset(file, kind->dataset, H5T_NATIVE_INT, 1, &one, H5P_DEFAULT, NULL);
    close_file(file);
}

/* Set the first extent of a dataset to the value. */
static void resize(const struct kind *kind, const char *path) {
    hsize_t extent[H5S_MAX_RANK];
    hid_t file = change_file(path);
    hid_t dataset = good(H5Dopen2(file, kind->dataset, H5P_DEFAULT), "open a dataset");
    extent_of(dataset, extent);
    extent[0] = (hsize_t)kind->value;
    good(H5Dset_extent(dataset, extent), "resize a dataset");
    good(H5Dclose(dataset), "close a dataset");
    close_file(file);
}

/* Put images of another type or shape in place of the good ones. They are never written, so they are zero. */
static void replace(const char *path, hid_t type, int rank, const hsize_t *extent) {
    hid_t file = change_file(path);
    good(H5Ldelete(file, IMAGE, H5P_DEFAULT), "remove the images");
    add_dataset(file, IMAGE, type, rank, extent, H5P_DEFAULT, NULL);
    close_file(file);
}

static void image_extent(const char *path, hsize_t extent[H5S_MAX_RANK]) {
    hid_t file = change_file(path);
    hid_t dataset = good(H5Dopen2(file, IMAGE, H5P_DEFAULT), "open the images");
    extent_of(dataset, extent);
    good(H5Dclose(dataset), "close the images");
    close_file(file);
}

static void retype(const char *path, hid_t type) {
    hsize_t extent[H5S_MAX_RANK];
    image_extent(path, extent);
    replace(path, type, 3, extent);
}

static void make_int8(const struct kind *kind, const char *path) {
    (void)kind;
    retype(path, H5T_STD_I8LE);
}

static void make_uint16(const struct kind *kind, const char *path) {
    (void)kind;
    retype(path, H5T_STD_U16LE);
}

static void make_float(const struct kind *kind, const char *path) {
    (void)kind;
    retype(path, H5T_IEEE_F32LE);
}

/* As many dimensions as the value tells. */
static void change_rank(const struct kind *kind, const char *path) {
    hsize_t extent[H5S_MAX_RANK];
    image_extent(path, extent);
    extent[3] = 1;
    replace(path, H5T_STD_U8LE, (int)kind->value, extent);
}

/* Images of a width, and of one row each. */
static void change_width(const struct kind *kind, const char *path) {
    hsize_t extent[H5S_MAX_RANK];
    image_extent(path, extent);
    extent[1] = 1;
    extent[2] = (hsize_t)kind->value;
    replace(path, H5T_STD_U8LE, 3, extent);
}

/* A dataset as it is, but as if a filter that nobody has had been applied to it. */
static void need_filter(const struct kind *kind, const char *path) {
    static const unsigned char raw[] = "as this filter left it";
    static const hsize_t origin[H5S_MAX_RANK] = {0};
    hsize_t extent[H5S_MAX_RANK] = {40};
    hid_t file = change_file(path), type;
    int rank = 1;
    if (strcmp(kind->dataset, LOG) == 0) {
        type = good(H5Tcopy(H5T_C_S1), "copy a type");
    } else {
        hid_t dataset = good(H5Dopen2(file, kind->dataset, H5P_DEFAULT), "open a dataset");
        rank = extent_of(dataset, extent);
        type = good(H5Dget_type(dataset), "find a type");
        good(H5Dclose(dataset), "close a dataset");
        good(H5Ldelete(file, kind->dataset, H5P_DEFAULT), "remove a dataset");
    }
    hid_t creation = good(H5Pcreate(H5P_DATASET_CREATE), "make a property list");
    good(H5Pset_chunk(creation, rank, extent), "set the chunks");
    good(H5Pset_filter(creation, NO_FILTER, H5Z_FLAG_OPTIONAL, 0, NULL), "set the filter");
    add_dataset(file, kind->dataset, type, rank, extent, creation, NULL);
    hid_t dataset = good(H5Dopen2(file, kind->dataset, H5P_DEFAULT), "open a dataset");
    good(H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, origin, sizeof raw, raw), "write a chunk");
    good(H5Dclose(dataset), "close a dataset");
    good(H5Pclose(creation), "close a property list");
    good(H5Tclose(type), "close a type");
    close_file(file);
}

const struct kind image_kinds[] = {
    {"no-events", "there is no group of events", remove_link, "events", 0},
    {"events-is-dataset", "the group of events is a dataset", put_number, "events", 0},
    {"no-image", "there are no images", remove_link, IMAGE, 0},
    {"image-is-group", "the images are a group", put_group, IMAGE, 0},
    {"image-is-dangling-link", "the images are a link that leads nowhere", put_dangling_link, IMAGE, 0},
    {"image-empty", "there are images, but 0 of them", resize, IMAGE, 0},
    {"image-2d", "images of two dimensions", change_rank, NULL, 2},
    {"image-4d", "images of four dimensions", change_rank, NULL, 4},
    {"image-int8", "images of signed integers", make_int8, NULL, 0},
    {"image-uint16", "images of integers of 16 bits", make_uint16, NULL, 0},
    {"image-float", "images of floating-point numbers", make_float, NULL, 0},
    {"image-zero-width", "images without pixels", change_width, NULL, 0},
    {"image-too-wide", "images of one pixel more than is possible in a row", change_width, NULL,
     SPARSEMED_MAX_WIDTH + 1.},
    {"image-unknown-filter", "images that went through a filter that nobody has", need_filter, IMAGE, 0},
    {"time-unknown-filter", "time stamps that went through such a filter", need_filter, TIME, 0},
    {"log-unknown-filter", "a log that went through such a filter", need_filter, LOG, 0},
    {0},
};
