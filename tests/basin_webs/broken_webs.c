/* Webs in which the images cannot be found. */
#include <stdio.h>
#include <string.h>

#include "basin_webs/basin_webs.h"
#include "support/scratch.h"

#define STORE "store.rtdc"

static const struct basin to_store = {.type = "file", .paths = {STORE}, .features = {"image"}};
static const struct basin to_mapped_store = {
    .type = "file", .paths = {STORE}, .features = {"image"}, .mapping = "basinmap0"};

static void make_store(hid_t plain) {
    hid_t file = begin_web_file(plain, STORE);
    put_feature(plain, "image", choose(ALL, count_frames(plain)), file, "events");
    close_file(file);
}

/* A file with a basin; in.rtdc gets times, too. */
static hid_t begin_referring(hid_t plain, const char *name, const struct basin *basin) {
    hid_t file = begin_web_file(plain, name);
    put_basin(plain, file, basin);
    if (strcmp(name, "in.rtdc") == 0) {
        put_times(plain, count_frames(plain), file);
    }
    return file;
}

/* A file that refers to another one. */
static void make_link(hid_t plain, const char *name, const char *to, bool any_features) {
    struct basin basin = {.type = "file", .paths = {to}, .features = {"image"}, .any_features = any_features};
    close_file(begin_referring(plain, name, &basin));
}

/* ---- files ---- */

static void missing(const struct web *web, hid_t plain) {
    if (web->value) {
        make_link(plain, "in.rtdc", "link.rtdc", true);
        make_link(plain, "link.rtdc", STORE, true);
    } else {
        make_link(plain, "in.rtdc", STORE, false);
    }
}

static void no_hdf5(const struct web *web, hid_t plain) {
    (void)web;
    write_text(STORE, "a text\n");
    make_link(plain, "in.rtdc", STORE, false);
}

/* So many links that lead back to the measurement. */
static void circle(const struct web *web, hid_t plain) {
    char name[32] = "in.rtdc", next[32];
    for (int i = 0; i < web->value; i++) {
        snprintf(next, sizeof next, "link%d.rtdc", i);
        make_link(plain, name, next, i % 2);
        strcpy(name, next);
    }
    make_link(plain, name, "in.rtdc", false);
}

/* A chain of so many files. */
static void chain(const struct web *web, hid_t plain) {
    char name[32] = "in.rtdc", next[32];
    for (int i = 0; i < web->value; i++) {
        snprintf(next, sizeof next, "link%d.rtdc", i);
        make_link(plain, name, next, false);
        strcpy(name, next);
    }
    make_link(plain, name, STORE, false);
    make_store(plain);
}

/* So many files each of which refers to all others: there are more ways than time. */
static void thicket(const struct web *web, hid_t plain) {
    make_link(plain, "in.rtdc", "link0.rtdc", true);
    for (int i = 0; i < web->value; i++) {
        char name[32], other[32];
        snprintf(name, sizeof name, "link%d.rtdc", i);
        hid_t file = begin_web_file(plain, name);
        for (int j = 0; j < web->value; j++) {
            snprintf(other, sizeof other, "link%d.rtdc", j);
            put_basin(plain, file, &(struct basin){.type = "file", .paths = {other}, .any_features = true});
        }
        close_file(file);
    }
}

static void not_offered(const struct web *web, hid_t plain) {
    if (web->value) {
        close_file(begin_web_file(plain, STORE));
        make_link(plain, "in.rtdc", STORE, false);
    } else {
        close_file(begin_referring(
            plain, "in.rtdc", &(struct basin){.type = "internal", .paths = {"basin_events"}, .features = {"image"}}));
    }
}

/* ---- identifiers ---- */

static void other_measurement(const struct web *web, hid_t plain) {
    struct basin basin = to_store;
    basin.identifier = "another-identifier";
    make_store(plain);
    if (web->value) {
        hid_t file = change_file(STORE);
        good(H5Adelete(file, "experiment:time"), "remove an attribute");
        close_file(file);
        basin.identifier = NULL;
    }
    close_file(begin_referring(plain, "in.rtdc", &basin));
}

/* ---- maps ---- */

/* Row 5 of the map is the value, or that far beyond the last one. */
static void stray_row(const struct web *web, hid_t plain) {
    size_t n = count_frames(plain);
    struct rows rows = choose(ALL, n);
    rows.row[5] = web->value < 0 ? web->value : (int64_t)n + web->value;
    make_store(plain);
    hid_t file = begin_referring(plain, "in.rtdc", &to_mapped_store);
    put_map(file, "basinmap0", rows);
    close_file(file);
}

/* The row is there in the file of the images, but not in the shorter map that is between. */
static void stray_row_between(const struct web *web, hid_t plain) {
    (void)web;
    size_t n = count_frames(plain);
    make_store(plain);
    hid_t link = begin_referring(plain, "link.rtdc", &to_mapped_store);
    put_map(link, "basinmap0", choose(SUBSET, n));
    close_file(link);
    hid_t file = begin_referring(
        plain, "in.rtdc",
        &(struct basin){.type = "file", .paths = {"link.rtdc"}, .features = {"image"}, .mapping = "basinmap0"});
    put_map(file, "basinmap0", choose(ALL, n));
    close_file(file);
}

static void no_map(const struct web *web, hid_t plain) {
    (void)web;
    make_store(plain);
    close_file(begin_referring(plain, "in.rtdc", &to_mapped_store));
}

/* A map of as many dimensions as the value tells; 0 stands for no rows, -1 for one of floating-point numbers. */
static void odd_map(const struct web *web, hid_t plain) {
    const hsize_t extent[] = {web->value == 0 ? 0 : 4, 3};
    make_store(plain);
    hid_t file = begin_referring(plain, "in.rtdc", &to_mapped_store);
    add_dataset(file, "events/basinmap0", web->value < 0 ? H5T_IEEE_F64LE : H5T_STD_I64LE, web->value == 2 ? 2 : 1,
                extent, H5P_DEFAULT, NULL);
    close_file(file);
}

/* A map for less frames than there are times. */
static void short_map(const struct web *web, hid_t plain) {
    (void)web;
    make_store(plain);
    hid_t file = begin_referring(plain, "in.rtdc", &to_mapped_store);
    put_map(file, "basinmap0", choose(SUBSET, count_frames(plain)));
    close_file(file);
}

const struct web broken_webs[] = {
    {"missing", "the basin file is missing", missing, 0},
    {"missing-nested", "the basin file of a basin file is missing", missing, 1},
    {"no-hdf5", "the basin file is a text", no_hdf5, 0},
    {"circle-of-one", "a measurement is its own basin", circle, 0},
    {"circle-of-two", "a basin file refers back to the measurement", circle, 1},
    {"circle-of-four", "the third file refers back to the measurement", circle, 3},
    {"too-deep", "twenty files between the measurement and its images", chain, 20},
    {"thicket", "twelve files without images, each of which refers to all", thicket, 12},
    {"not-offered", "a basin file without the images that the basin lists", not_offered, 1},
    {"not-offered-internal", "a group without the images that the basin lists", not_offered, 0},
    {"other-identifier", "the basin file is another measurement", other_measurement, 0},
    {"no-identifier", "the basin file has no identifier", other_measurement, 1},
    {"row-beyond", "a map with a row behind the last one", stray_row, 0},
    {"row-far-beyond", "a map with a row far behind the last one", stray_row, INT32_MAX},
    {"row-negative", "a map with a row before the first one", stray_row, -1},
    {"row-beyond-nested", "a map with a row behind the last one of another map", stray_row_between, 0},
    {"map-missing", "the map of a basin is missing", no_map, 0},
    {"map-empty", "the map of a basin has no rows", odd_map, 0},
    {"map-2d", "the map of a basin has two dimensions", odd_map, 2},
    {"map-of-floats", "the map of a basin does not hold integers", odd_map, -1},
    {"map-too-short", "a map for less frames than there are times", short_map, 0},
    {0},
};
