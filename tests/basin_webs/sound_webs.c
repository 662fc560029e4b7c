/* Webs in which the images can be found. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "basin_webs/basin_webs.h"

/* A file with images and nothing else, as basins refer to. */
static void make_store(hid_t plain, const char *name, struct rows rows) {
    hid_t file = begin_web_file(plain, name);
    put_feature(plain, "image", rows, file, "events");
    close_file(file);
}

/* A file that refers to others; with times it is a measurement. */
static void make_referring(hid_t plain, const char *name, const struct basin *basin, const struct rows *map,
                           size_t n_times) {
    hid_t file = begin_web_file(plain, name);
    put_basin(plain, file, basin);
    if (map) {
        put_map(file, basin->mapping, *map);
    }
    if (n_times > 0) {
        put_times(plain, n_times, file);
    }
    close_file(file);
}

/* ---- without maps ---- */

/* The store, in.rtdc that finds it by a basin, and plain.rtdc. */
static void make_two(hid_t plain, const struct basin *basin) {
    struct rows all = choose(ALL, count_frames(plain));
    make_store(plain, "store.rtdc", all);
    make_referring(plain, "in.rtdc", basin, NULL, all.n);
    make_plain(plain, "plain.rtdc", all);
}

static void relative(const struct web *web, hid_t plain) {
    (void)web;
    make_two(plain, &(struct basin){.type = "file", .paths = {"store.rtdc"}, .features = {"image"}});
}

static void absolute(const struct web *web, hid_t plain) {
    (void)web;
    char *folder = realpath(".", NULL), path[4096];
    demand(folder && strlen(folder) < sizeof path - 32, "find the folder");
    strcat(strcpy(path, folder), "/store.rtdc");
    free(folder);
    make_two(plain, &(struct basin){.type = "file", .paths = {path}, .features = {"image"}});
}

static void moved(const struct web *web, hid_t plain) {
    (void)web;
    make_two(plain, &(struct basin){.type = "file", .paths = {"/old/machine/store.rtdc"}, .features = {"image"}});
}

static void other_bytes(const struct web *web, hid_t plain) {
    (void)web;
    static const char name[] = "st\xf6re.rtdc";
    make_two(plain, &(struct basin){.type = "file", .paths = {name}, .features = {"image"}});
    demand(rename("store.rtdc", name) == 0, "give the store its name");
}

static void any_features(const struct web *web, hid_t plain) {
    (void)web;
    make_two(plain, &(struct basin){.type = "file", .paths = {"store.rtdc"}, .any_features = true});
}

static void same_rows(const struct web *web, hid_t plain) {
    (void)web;
    make_two(plain, &(struct basin){.type = "file", .paths = {"store.rtdc"}, .features = {"image"}, .mapping = "same"});
}

/* The first path leads nowhere, the second to another measurement. */
static void candidates(const struct web *web, hid_t plain) {
    (void)web;
    hid_t other = create_file("other.rtdc", FORMAT_OLD);
    put_feature(plain, "image", choose(DESCENDING, count_frames(plain)), other, "events");
    close_file(other);
    make_two(plain, &(struct basin){.type = "file",
                                    .paths = {"/nowhere/store.rtdc", "other.rtdc", "store.rtdc"},
                                    .features = {"image"}});
}

/* Definitions that lead nowhere beside one that does, and other images behind it. */
static void alternatives(const struct web *web, hid_t plain) {
    (void)web;
    static const struct basin basins[] = {
        {.type = "file", .name = "1", .paths = {"missing.rtdc"}, .features = {"image"}},
        {.type = "file", .name = "2", .paths = {"in.rtdc"}, .features = {"image"}},
        {.type = "remote", .name = "3", .paths = {"https://example.org/store.rtdc"}, .features = {"image"}},
        {.type = "file", .name = "4", .paths = {"store.rtdc"}, .features = {"time", "image"}},
        {.type = "file", .name = "5", .paths = {"other.rtdc"}, .features = {"image"}},
    };
    struct rows all = choose(ALL, count_frames(plain));
    make_store(plain, "store.rtdc", all);
    make_store(plain, "other.rtdc", choose(DESCENDING, all.n));
    hid_t file = begin_web_file(plain, "in.rtdc");
    for (size_t i = 0; i < sizeof basins / sizeof *basins; i++) {
        put_basin(plain, file, &basins[i]);
    }
    put_times(plain, all.n, file);
    close_file(file);
    make_plain(plain, "plain.rtdc", all);
}

/* So many files between the measurement and its images, in folders of their own. */
static void nested(const struct web *web, hid_t plain) {
    struct rows all = choose(ALL, count_frames(plain));
    char folder[8] = "", path[32], further[32];
    for (int i = 0; i < web->value; i++) {
        strcpy(path, i == 0 ? "in.rtdc" : "");
        strcpy(further, "");
        if (i > 0) {
            strcat(strcat(path, folder), "/link.rtdc");
            strcpy(further, "../");
        }
        folder[0] = (char)('a' + i);
        demand(mkdir(folder, 0777) == 0, "make a folder");
        strcat(strcat(further, folder), i + 1 < web->value ? "/link.rtdc" : "/store.rtdc");
        make_referring(
            plain, path,
            &(struct basin){.type = "file", .paths = {further}, .features = {"image"}, .any_features = i % 2}, NULL,
            i == 0 ? all.n : 0);
    }
    strcat(strcpy(path, folder), "/store.rtdc");
    make_store(plain, path, all);
    make_plain(plain, "plain.rtdc", all);
}

/* What events and internal basins have wins over file basins, whatever their names. */
static void precedence(const struct web *web, hid_t plain) {
    struct rows all = choose(ALL, count_frames(plain));
    make_store(plain, "store.rtdc", choose(DESCENDING, all.n));
    hid_t file = begin_web_file(plain, "in.rtdc");
    put_basin(plain, file,
              &(struct basin){.type = "file", .name = "a", .paths = {"store.rtdc"}, .features = {"image"}});
    put_basin(plain, file,
              &(struct basin){.type = "internal", .name = "b", .paths = {"basin_events"}, .features = {"image"}});
    put_feature(plain, "image", choose(web->value ? ALL : DESCENDING, all.n), file, "basin_events");
    if (!web->value) {
        put_feature(plain, "image", all, file, "events");
    }
    put_times(plain, all.n, file);
    close_file(file);
    make_plain(plain, "plain.rtdc", all);
}

/* ---- groups of the same file ---- */

static void make_internal(hid_t plain, const char *group, enum order order) {
    struct rows all = choose(ALL, count_frames(plain)), rows = choose(order, all.n);
    hid_t file = begin_web_file(plain, "in.rtdc");
    put_feature(plain, "image", all, file, group);
    put_map(file, "basinmap4", rows);
    put_basin(
        plain, file,
        &(struct basin){
            .type = "internal", .paths = {group}, .features = {"image"}, .mapping = order == ALL ? NULL : "basinmap4"});
    put_times(plain, rows.n, file);
    close_file(file);
    make_plain(plain, "plain.rtdc", rows);
}

static void internal(const struct web *web, hid_t plain) {
    make_internal(plain, "basin_events", (enum order)web->value);
}

static void other_group(const struct web *web, hid_t plain) {
    make_internal(plain, "more_events", (enum order)web->value);
}

/* ---- with maps ---- */

static const struct basin mapped_basin = {
    .type = "file", .paths = {"store.rtdc"}, .features = {"image"}, .mapping = "basinmap0"};

static void mapped(const struct web *web, hid_t plain) {
    struct rows all = choose(ALL, count_frames(plain)), rows = choose((enum order)web->value, all.n);
    make_store(plain, "store.rtdc", all);
    make_referring(plain, "in.rtdc", &mapped_basin, &rows, rows.n);
    make_plain(plain, "plain.rtdc", rows);
}

/* Times and frame numbers come through the basin, too. */
static void mapped_timing(const struct web *web, hid_t plain) {
    struct rows all = choose(ALL, count_frames(plain)), rows = choose(SUBSET, all.n);
    hid_t store = begin_web_file(plain, "store.rtdc"), reference = begin_web_file(plain, "plain.rtdc");
    put_feature(plain, "image", all, store, "events");
    put_feature(plain, "image", rows, reference, "events");
    if (web->value) {
        put_feature(plain, "time", all, store, "events");
        put_feature(plain, "time", rows, reference, "events");
    } else {
        put_frame_numbers(store, all);
        put_frame_numbers(reference, rows);
    }
    close_file(reference);
    close_file(store);
    make_referring(
        plain, "in.rtdc",
        &(struct basin){.type = "file", .paths = {"store.rtdc"}, .any_features = true, .mapping = "basinmap0"}, &rows,
        0);
}

/* A map of a map; the value tells whether the second one is that of an internal basin. */
static void mapped_twice(const struct web *web, hid_t plain) {
    struct rows all = choose(ALL, count_frames(plain)), inner = choose(RANDOM, all.n);
    struct rows outer = choose(SUBSET, inner.n);
    hid_t link = begin_web_file(plain, "link.rtdc");
    if (web->value) {
        put_feature(plain, "image", all, link, "basin_events");
    } else {
        make_store(plain, "store.rtdc", all);
    }
    put_map(link, "basinmap1", inner);
    put_basin(plain, link,
              &(struct basin){.type = web->value ? "internal" : "file",
                              .paths = {web->value ? "basin_events" : "store.rtdc"},
                              .features = {"image"},
                              .mapping = "basinmap1"});
    close_file(link);
    make_referring(
        plain, "in.rtdc",
        &(struct basin){.type = "file", .paths = {"link.rtdc"}, .features = {"image"}, .mapping = "basinmap0"}, &outer,
        outer.n);
    make_plain(plain, "plain.rtdc", of_rows(outer, inner));
}

const struct web sound_webs[] = {
    {"relative", "a basin file by its relative path", relative, 0},
    {"absolute", "a basin file by its absolute path", absolute, 0},
    {"moved", "a basin file beside the measurement, whose path is gone", moved, 0},
    {"other-bytes", "a basin file whose name is not UTF-8", other_bytes, 0},
    {"any-features", "a basin that lists no features", any_features, 0},
    {"same-rows", "a basin whose mapping is \"same\", as dclab writes it", same_rows, 0},
    {"candidates", "a basin of three paths, of which the last one is right", candidates, 0},
    {"alternatives", "five basins, of which the fourth is right", alternatives, 0},
    {"nested", "a file between the measurement and its images", nested, 2},
    {"nested-twice", "two files between the measurement and its images", nested, 3},
    {"own-first", "images among the events beside others in basins", precedence, 0},
    {"internal-first", "images in an internal basin beside others in a file", precedence, 1},
    {"internal", "images in a group of the same file", internal, ALL},
    {"internal-other-group", "images in a group of another name", other_group, ALL},
    {"internal-random", "the same with a map", internal, RANDOM},
    {"mapped-subset", "a map that ascends", mapped, SUBSET},
    {"mapped-descending", "a map that descends", mapped, DESCENDING},
    {"mapped-random", "a map in no order, with rows that repeat", mapped, RANDOM},
    {"mapped-time", "images and times through a map", mapped_timing, 1},
    {"mapped-frame", "images and frame numbers through a map", mapped_timing, 0},
    {"mapped-twice", "a map of a map", mapped_twice, 0},
    {"mapped-internal", "a map of a map of an internal basin", mapped_twice, 1},
    {0},
};
