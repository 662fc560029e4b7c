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

static void put_numbers(hid_t location, const char *path, hsize_t n) {
    double *values = calloc(n, sizeof *values);
    demand(values, "make room for numbers");
    for (hsize_t i = 0; i < n; i++) {
        values[i] = (double)(i * i % 97) / 7;
    }
    add_list(location, path, H5T_IEEE_F64LE, n, values);
    free(values);
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
    add_lines(file, "logs/user", 3, (const char *const[]){"a line", "another line of µm", ""});
    good(H5Lcreate_soft("/events/userdef1", file, "notes/link", H5P_DEFAULT, H5P_DEFAULT), "make a link");
    add_number_attribute(file, "user:number", 4.5);
    hid_t dataset = good(H5Dopen2(file, "events/userdef1", H5P_DEFAULT), "open a feature");
    add_number_attribute(dataset, "weight", 0.25);
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

/* What outputs of earlier versions lack. */
static void remove_times(hid_t file) {
    good(H5Ldelete(file, "events/time", H5P_DEFAULT), "remove the time");
    good(H5Ldelete(file, "events/frame", H5P_DEFAULT), "remove the frame numbers");
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

/* Another measurement, by its identifier. */
static void identify_otherwise(hid_t file) {
    add_text_attribute(file, "experiment:run identifier", "another measurement");
}

static const struct alteration alterations[] = {
    {"extras", "a feature, a log, a group, links, attributes and a mapped basin of a user", add_extras},
    {"added", "a feature", add_feature},
    {"untimed", "no time and no frame numbers any more", remove_times},
    {"stale", "three definitions of older backgrounds and their maps, one of which is gone", add_stale_backgrounds},
    {"map-shared", "a basin with the map of the background", share_map},
    {"shared", "an internal basin with background images and another feature", add_shared_basin},
    {"recorded", "background images and offsets among the events", add_recorded_background},
    {"ten-maps", "maps under all ten names", take_all_maps},
    {"nine-maps", "one map less", free_a_map},
    {"other", "another identifier", identify_otherwise},
    {0},
};

int main(int argc, char **argv) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    const struct alteration *alteration = alterations;
    while (argc == 3 && alteration->name && strcmp(alteration->name, argv[1]) != 0) {
        alteration++;
    }
    if (argc != 3 || !alteration->name) {
        fprintf(stderr, "Usage: alter_measurement KIND FILE\nAdd to a measurement or an output. Kinds:\n\n");
        for (alteration = alterations; alteration->name; alteration++) {
            fprintf(stderr, "  %-26s %s\n", alteration->name, alteration->meaning);
        }
        return 2;
    }
    H5dont_atexit();
    demand(sm_hdf5_start(&error) == SPARSEMED_OK, "start HDF5");
    hid_t file = change_file(argv[2]);
    alteration->alter(file);
    release_rows();
    close_file(file);
    return 0;
}
