/* Changes a measurement or an output as users and other programs do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basin_webs/basin_webs.h"
#include "rtdc/hdf5/hdf5.h"

struct alteration {
    const char *name, *meaning;
    void (*alter)(hid_t file);
};

static void put_numbers(hid_t file, const char *path, hsize_t n) {
    hid_t space = good(H5Screate_simple(1, &n, NULL), "make a data space");
    hid_t linking = good(H5Pcreate(H5P_LINK_CREATE), "make a property list");
    double *values = calloc(n, sizeof *values);
    demand(values, "make room for numbers");
    for (hsize_t i = 0; i < n; i++) {
        values[i] = (double)(i * i % 97) / 7;
    }
    H5Pset_create_intermediate_group(linking, true);
    hid_t dataset = H5Dcreate2(file, path, H5T_IEEE_F64LE, space, linking, H5P_DEFAULT, H5P_DEFAULT);
    good(H5Dwrite(good(dataset, "make numbers"), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values),
         "write numbers");
    free(values);
    H5Dclose(dataset);
    H5Pclose(linking);
    H5Sclose(space);
}

static void put_lines(hid_t file, const char *path) {
    static const char *const lines[] = {"a line", "another line of µm", ""};
    const hsize_t n = 3;
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate_simple(1, &n, NULL);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    hid_t dataset = H5Dcreate2(file, path, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    good(H5Dwrite(good(dataset, "make a log"), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, lines), "write a log");
    H5Dclose(dataset);
    H5Sclose(space);
    H5Tclose(type);
}

static void put_number_attribute(hid_t object, const char *name, double value) {
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t attribute = good(H5Acreate2(object, name, H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT), "make a note");
    good(H5Awrite(attribute, H5T_NATIVE_DOUBLE, &value), "write a note");
    H5Aclose(attribute);
    H5Sclose(space);
}

/* The first map that is free, for as many frames as there are. */
static void put_free_map(hid_t file, enum order order, size_t n_frames, char name[16]) {
    for (int i = 0; i < 10; i++) {
        snprintf(name, 16, "basinmap%d", i);
        if (!sm_hdf5_has(file, "events", name)) {
            put_map(file, name, choose(order, n_frames));
            return;
        }
    }
    demand(false, "find a free map");
}

enum { N_FRAMES = 120 }; /* of the measurements that the scripts make */

/* ---- what users add ---- */

static void add_extras(hid_t file) {
    char map[16];
    put_numbers(file, "events/userdef1", N_FRAMES);
    put_numbers(file, "notes/further/numbers", 30);
    sm_hdf5_release(good(sm_hdf5_require_group(file, "logs"), "make a group"));
    put_lines(file, "logs/user");
    good(H5Lcreate_soft("/events/userdef1", file, "notes/link", H5P_DEFAULT, H5P_DEFAULT), "make a link");
    put_number_attribute(file, "user:number", 4.5);
    hid_t dataset = good(H5Dopen2(file, "events/userdef1", H5P_DEFAULT), "open a feature");
    put_number_attribute(dataset, "weight", 0.25);
    H5Dclose(dataset);
    put_free_map(file, RANDOM, N_FRAMES, map);
    put_basin(file, file,
              &(struct basin){.type = "file",
                              .name = "of the user",
                              .paths = {"elsewhere.rtdc"},
                              .features = {"userdef2"},
                              .mapping = map});
    hid_t group = good(sm_hdf5_require_group(file, "basin_events"), "make a group");
    put_numbers(group, "userdef3", 7);
    sm_hdf5_release(group);
}

static void add_feature(hid_t file) {
    put_numbers(file, "events/userdef5", N_FRAMES);
}

/* ---- what other programs leave ---- */

static void add_stale_backgrounds(hid_t file) {
    static const char *const names[] = {"an older background", "a still older background"};
    for (int i = 0; i < 2; i++) {
        char map[16];
        put_free_map(file, i == 0 ? DESCENDING : ALL, N_FRAMES, map);
        put_basin(file, file,
                  &(struct basin){.type = "internal",
                                  .name = names[i],
                                  .paths = {"basin_events"},
                                  .features = {"image_bg"},
                                  .mapping = map});
    }
    put_basin(file, file,
              &(struct basin){.type = "internal",
                              .name = "whose map is gone",
                              .paths = {"basin_events"},
                              .features = {"image_bg"},
                              .mapping = "basinmap9"});
}

/* An internal basin that has something else beside a background. */
static void add_shared_basin(hid_t file) {
    char map[16];
    put_free_map(file, DESCENDING, N_FRAMES, map);
    put_feature(file, "image", choose(ALL, 10), file, "more_events");
    good(H5Lmove(file, "more_events/image", file, "more_events/image_bg", H5P_DEFAULT, H5P_DEFAULT), "rename");
    put_feature(file, "time", choose(ALL, N_FRAMES), file, "more_events");
    good(H5Lmove(file, "more_events/time", file, "more_events/userdef4", H5P_DEFAULT, H5P_DEFAULT), "rename");
    put_basin(file, file,
              &(struct basin){
                  .type = "internal", .paths = {"more_events"}, .features = {"image_bg", "userdef4"}, .mapping = map});
}

/* A background as acquisition programs record it: one image a frame, among the events. */
static void add_recorded_background(hid_t file) {
    good(H5Ocopy(file, "events/image", file, "events/image_bg", H5P_DEFAULT, H5P_DEFAULT), "copy the images");
    put_numbers(file, "events/bg_off", N_FRAMES);
}

static void take_all_maps(hid_t file) {
    for (int i = 0; i < 10; i++) {
        char map[16];
        snprintf(map, sizeof map, "basinmap%d", i);
        if (!sm_hdf5_has(file, "events", map)) {
            put_map(file, map, choose(RANDOM, N_FRAMES + (size_t)i));
        }
    }
}

static void free_a_map(hid_t file) {
    good(H5Ldelete(file, "events/basinmap7", H5P_DEFAULT), "remove a map");
}

/* A basin of something else with the map of the background. */
static void share_map(hid_t file) {
    put_basin(file, file,
              &(struct basin){.type = "file",
                              .name = "of the user",
                              .paths = {"elsewhere.rtdc"},
                              .features = {"userdef2"},
                              .mapping = sm_hdf5_has(file, "events", "basinmap1") ? "basinmap1" : "basinmap0"});
}

static const struct alteration alterations[] = {
    {"extras", "a feature, a log, a group, links, attributes and a mapped basin of a user", add_extras},
    {"added", "a feature", add_feature},
    {"stale", "three definitions of older backgrounds and their maps, one of which is gone", add_stale_backgrounds},
    {"map-shared", "a basin with the map of the background", share_map},
    {"shared", "an internal basin with background images and another feature", add_shared_basin},
    {"recorded", "background images and offsets among the events", add_recorded_background},
    {"ten-maps", "maps under all ten names", take_all_maps},
    {"nine-maps", "one map less", free_a_map},
    {0},
};

int main(int argc, char **argv) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    const struct alteration *alteration = alterations;
    while (argc == 3 && alteration->name && strcmp(alteration->name, argv[1]) != 0) {
        alteration++;
    }
    if (argc != 3 || !alteration->name) {
        fprintf(stderr, "Usage: alter KIND FILE\nAdd to a measurement or an output. Kinds:\n\n");
        for (alteration = alterations; alteration->name; alteration++) {
            fprintf(stderr, "  %-26s %s\n", alteration->name, alteration->meaning);
        }
        return 2;
    }
    H5dont_atexit();
    demand(sm_hdf5_start(&error) == SPARSEMED_OK, "start HDF5");
    hid_t file = good(H5Fopen(argv[2], H5F_ACC_RDWR, H5P_DEFAULT), "open the file");
    alteration->alter(file);
    release_rows();
    close_file(file);
    return 0;
}
