/* Kinds with time stamps or a frame rate that make no sense. */
#include <math.h>
#include <stdlib.h>

#include "damaged/damage.h"

#define RATE "imaging:frame rate"

/* Read the numbers of a feature. */
static double *read_numbers(const char *path, const char *name, hsize_t *n) {
    hsize_t extent[H5S_MAX_RANK];
    hid_t file = change_file(path), dataset = good(H5Dopen2(file, name, H5P_DEFAULT), "open a feature");
    demand(extent_of(dataset, extent) == 1, "find a feature of one dimension");
    *n = extent[0];
    double *values = malloc(*n * sizeof *values);
    demand(values, "make room for a feature");
    good(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), "read a feature");
    good(H5Dclose(dataset), "close a feature");
    close_file(file);
    return values;
}

/* Write them back and release them. */
static void write_numbers(const char *path, const char *name, double *values) {
    hid_t file = change_file(path), dataset = good(H5Dopen2(file, name, H5P_DEFAULT), "open a feature");
    good(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), "write a feature");
    good(H5Dclose(dataset), "close a feature");
    close_file(file);
    free(values);
}

static void stop_clock(const struct kind *kind, const char *path) {
    hsize_t n;
    double *values = read_numbers(path, kind->dataset, &n);
    for (hsize_t i = 1; i < n; i++) {
        values[i] = values[0];
    }
    write_numbers(path, kind->dataset, values);
}

static void turn_clock_back(const struct kind *kind, const char *path) {
    hsize_t n;
    double *values = read_numbers(path, kind->dataset, &n);
    for (hsize_t i = 0; i < n; i++) {
        values[i] = -values[i];
    }
    write_numbers(path, kind->dataset, values);
}

/* The number in the middle becomes the value. */
static void set_one(const struct kind *kind, const char *path) {
    hsize_t n;
    double *values = read_numbers(path, kind->dataset, &n);
    values[n / 2] = kind->value;
    write_numbers(path, kind->dataset, values);
}

/* The last number becomes the value. */
static void set_last(const struct kind *kind, const char *path) {
    hsize_t n;
    double *values = read_numbers(path, kind->dataset, &n);
    values[n - 1] = kind->value;
    write_numbers(path, kind->dataset, values);
}

/* As many more or fewer numbers as the value tells. */
static void change_length(const struct kind *kind, const char *path) {
    hsize_t extent[H5S_MAX_RANK];
    hid_t file = change_file(path), dataset = good(H5Dopen2(file, kind->dataset, H5P_DEFAULT), "open a feature");
    extent_of(dataset, extent);
    extent[0] = (hsize_t)fmax(0, (double)extent[0] + kind->value);
    good(H5Dset_extent(dataset, extent), "resize a feature");
    good(H5Dclose(dataset), "close a feature");
    close_file(file);
}

/* Frame numbers alone, and one less than there are frames. */
static void shorten_frame_numbers(const struct kind *kind, const char *path) {
    change_length(kind, path);
    hid_t file = change_file(path);
    good(H5Ldelete(file, TIME, H5P_DEFAULT), "remove the time stamps");
    close_file(file);
}

/* All that has one element a frame is cut to the first frame. */
static void keep_one_frame(const struct kind *kind, const char *path) {
    static const char *const names[] = {IMAGE, TIME, FRAME};
    (void)kind;
    hid_t file = change_file(path);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        hsize_t extent[H5S_MAX_RANK];
        hid_t dataset = good(H5Dopen2(file, names[i], H5P_DEFAULT), "open a feature");
        extent_of(dataset, extent);
        extent[0] = 1;
        good(H5Dset_extent(dataset, extent), "resize a feature");
        good(H5Dclose(dataset), "close a feature");
    }
    close_file(file);
}

/* A column of as many rows as there are frames. */
static void make_column(const struct kind *kind, const char *path) {
    hsize_t extent[2] = {0, 1};
    double *values = read_numbers(path, kind->dataset, &extent[0]);
    hid_t file = change_file(path);
    good(H5Ldelete(file, kind->dataset, H5P_DEFAULT), "remove a feature");
    add_dataset(file, kind->dataset, H5T_NATIVE_DOUBLE, 2, extent, H5P_DEFAULT, values);
    free(values);
    close_file(file);
}

static void make_text(const struct kind *kind, const char *path) {
    hsize_t n;
    free(read_numbers(path, kind->dataset, &n));
    hid_t file = change_file(path);
    good(H5Ldelete(file, kind->dataset, H5P_DEFAULT), "remove a feature");
    hid_t type = fixed_text(8, H5T_STR_NULLTERM, H5T_CSET_ASCII);
    add_dataset(file, kind->dataset, type, 1, &n, H5P_DEFAULT, NULL);
    good(H5Tclose(type), "close a type");
    close_file(file);
}

/* Leave the frame numbers and a frame rate of this type, or n of them; 0: a scalar, as in a good measurement. */
static void replace_rate(const char *path, hid_t type, hsize_t n, const void *values) {
    hid_t file = change_file(path);
    good(H5Ldelete(file, TIME, H5P_DEFAULT), "remove the time stamps");
    good(H5Adelete(file, RATE), "remove the frame rate");
    add_attribute(file, RATE, type, n, values);
    close_file(file);
}

static void set_rate(const struct kind *kind, const char *path) {
    replace_rate(path, H5T_NATIVE_DOUBLE, 0, &kind->value);
}

static void set_rate_text(const struct kind *kind, const char *path) {
    (void)kind;
    hid_t type = fixed_text(4, H5T_STR_NULLTERM, H5T_CSET_ASCII);
    replace_rate(path, type, 0, "fast");
    good(H5Tclose(type), "close a type");
}

static void set_two_rates(const struct kind *kind, const char *path) {
    static const double rates[] = {2000, 3000};
    (void)kind;
    replace_rate(path, H5T_NATIVE_DOUBLE, 2, rates);
}

/* The rate alone. */
static void set_only_rate(const struct kind *kind, const char *path) {
    set_rate(kind, path);
    hid_t file = change_file(path);
    good(H5Ldelete(file, FRAME, H5P_DEFAULT), "remove the frame numbers");
    close_file(file);
}

const struct kind timing_kinds[] = {
    {"one-frame", "there is one frame only", keep_one_frame, NULL, 0},
    {"time-stands", "all time stamps are equal", stop_clock, TIME, 0},
    {"time-descends", "the last time stamp is before the first", turn_clock_back, TIME, 0},
    {"time-nan", "one time stamp is not a number", set_one, TIME, NAN},
    {"time-infinite", "one time stamp is infinite", set_one, TIME, INFINITY},
    {"time-far", "the last time stamp is too far from the first to be divided", set_last, TIME, 1e300},
    {"time-too-short", "there is one time stamp less than frames", change_length, TIME, -1},
    {"time-too-long", "there is one time stamp more than frames", change_length, TIME, 1},
    {"time-empty", "there are 0 time stamps", change_length, TIME, -1e9},
    {"time-2d", "the time stamps are a column", make_column, TIME, 0},
    {"time-text", "the time stamps are strings", make_text, TIME, 0},
    {"frame-too-short", "no time stamps, and one frame number less than frames", shorten_frame_numbers, FRAME, -1},
    {"rate-zero", "frame numbers, and a frame rate of 0", set_rate, NULL, 0},
    {"rate-negative", "frame numbers, and a frame rate below 0", set_rate, NULL, -3000},
    {"rate-nan", "frame numbers, and a frame rate that is not a number", set_rate, NULL, NAN},
    {"rate-infinite", "frame numbers, and an infinite frame rate", set_rate, NULL, INFINITY},
    {"rate-text", "frame numbers, and a frame rate that is a string", set_rate_text, NULL, 0},
    {"rate-twice", "frame numbers, and two frame rates", set_two_rates, NULL, 0},
    {"only-rate-zero", "nothing but a frame rate of 0", set_only_rate, NULL, 0},
    {0},
};
