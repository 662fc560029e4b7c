/* One walk finds everything: each file on the way is opened once, whatever is looked for in it. As readers do, it takes
 * what is among the events first, then what internal basins have, then file basins, each by name. Unlike them it goes
 * on when all has been found, as a basin that leads nowhere is worth to be known. */
#include "rtdc/inspection/content.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/basin.h"
#include "rtdc/basin_walk.h"
#include "rtdc/hdf5/attributes.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/links.h"
#include "rtdc/hdf5/references.h"
#include "rtdc/layout.h"

const char *const sm_background_kinds[SM_N_BACKGROUND_KINDS] = {
    [SM_BACKGROUND_NONE] = "none",
    [SM_BACKGROUND_FRAMES] = "an image a frame",
    [SM_BACKGROUND_INTERNAL] = "internal",
    [SM_BACKGROUND_BASIN] = "in a basin",
};

/* A walk under way. */
struct look {
    struct sm_headers *headers;
    struct sparsemed_error *problem;
    bool has_frames, has_background;       /* found so far */
    bool frames_wanted, background_wanted; /* in the file that is entered next */
    uint64_t n_rows;                       /* of the frames, as the file that was left last shows them */
};

/* A file that is looked into. */
struct place {
    const struct sm_station *station;
    hid_t events;            /* the group; invalid where there is none */
    bool frames, background; /* whether they are looked for here */
};

static void note(struct look *look, const struct sparsemed_error *failure) {
    if (look->problem->status == SPARSEMED_OK) {
        *look->problem = *failure;
    }
}

/* ---- datasets ---- */

/* The extent of a dataset; unused dimensions are 1. Returns the number of dimensions. */
static int extent_of(hid_t dataset, hsize_t extent[H5S_MAX_RANK]) {
    for (int i = 0; i < 3; i++) {
        extent[i] = 1;
    }
    hid_t space = H5Dget_space(dataset);
    int rank = H5Sget_simple_extent_dims(space, extent, NULL);
    sm_hdf5_release(space);
    if (rank <= 0) {
        extent[0] = 0;
    }
    return rank;
}

/* Open a group of a file; invalid where it is not there. */
static hid_t open_group(struct look *look, const struct sm_station *station, const char *path) {
    struct sparsemed_error failure = SPARSEMED_NO_ERROR;
    hid_t group;
    if (sm_hdf5_open_group(station->file, path, &group, &failure) != SPARSEMED_OK) {
        sparsemed_fail_where(&failure, "%s: %s", station->origin, path);
        note(look, &failure);
    }
    return group;
}

/* Open a dataset of a group; invalid where it is not there. What leads nowhere is noted.
 *
 * group, path   the group, and what it is called */
static hid_t open_dataset(struct look *look, const struct place *place, hid_t group, const char *path,
                          const char *name) {
    struct sparsemed_error failure = SPARSEMED_NO_ERROR;
    hid_t dataset = H5I_INVALID_HID;
    bool found;
    if (sm_hdf5_find(group, ".", name, &found, &failure) == SPARSEMED_OK && found) {
        dataset = H5Dopen2(group, name, H5P_DEFAULT);
        if (dataset < 0 && !sm_links_refused(&failure)) {
            sparsemed_fail(&failure, SPARSEMED_INPUT, "cannot be opened");
        } else if (dataset >= 0) {
            sm_references_check(dataset, &failure);
        }
    }
    if (failure.status != SPARSEMED_OK) {
        sparsemed_fail_where(&failure, "%s: %s/%s", place->station->origin, path, name);
        note(look, &failure);
    }
    return dataset;
}

static void take_in_frames(struct look *look, hid_t dataset) {
    hsize_t extent[H5S_MAX_RANK];
    int rank = extent_of(dataset, extent);
    look->has_frames = true;
    look->n_rows = extent[0];
    if (rank == 3) {
        look->headers->height = extent[1];
        look->headers->width = extent[2];
        sm_storage_describe(dataset, look->headers->storage);
    }
}

int64_t sm_content_generation(const char *text) {
    char *end;
    errno = 0;
    long long generation = strtoll(text, &end, 10);
    return end > text && errno == 0 && generation >= 0 ? generation : -1;
}

static void take_in_background(struct look *look, hid_t dataset, enum sm_background_kind kind) {
    struct sm_headers *headers = look->headers;
    hsize_t extent[H5S_MAX_RANK];
    extent_of(dataset, extent);
    look->has_background = true;
    headers->background = kind;
    headers->n_images = extent[0];
    char *ppid = sm_attribute_text_trusted(dataset, SM_ATTRIBUTE_PPID);
    char *generation = sm_attribute_text_trusted(dataset, SM_ATTRIBUTE_PPID_GENERATION);
    if (ppid) {
        strncat(headers->ppid, ppid, sizeof headers->ppid - 1);
    }
    if (generation) {
        headers->generation = sm_content_generation(generation);
    }
    free(generation);
    free(ppid);
}

/* ---- what the file itself has ---- */

static void look_into_events(struct look *look, const struct place *place) {
    if (place->frames && !look->has_frames) {
        hid_t dataset = open_dataset(look, place, place->events, SM_GROUP_EVENTS, SM_FEATURE_IMAGE);
        if (dataset >= 0) {
            take_in_frames(look, dataset);
        }
        sm_hdf5_release(dataset);
    }
    if (place->background && !look->has_background) {
        hid_t dataset = open_dataset(look, place, place->events, SM_GROUP_EVENTS, SM_FEATURE_IMAGE_BG);
        if (dataset >= 0) {
            take_in_background(look, dataset, place->station->depth == 0 ? SM_BACKGROUND_FRAMES : SM_BACKGROUND_BASIN);
        }
        sm_hdf5_release(dataset);
    }
}

/* The rows that the map of a basin has; 0 where it is missing, which is noted. */
static uint64_t rows_of_map(struct look *look, const struct place *place, const struct sm_basin *basin) {
    hsize_t extent[H5S_MAX_RANK] = {0};
    hid_t map = open_dataset(look, place, place->events, SM_GROUP_EVENTS, basin->map);
    if (map >= 0) {
        extent_of(map, extent);
    } else {
        struct sparsemed_error missing = SPARSEMED_NO_ERROR;
        sparsemed_fail(&missing, SPARSEMED_INPUT, "%s: the map " SM_GROUP_EVENTS "/%s of a basin is missing",
                       place->station->origin, basin->map);
        note(look, &missing);
    }
    sm_hdf5_release(map);
    return extent[0];
}

/* What an internal basin lists must be there. */
static void look_into_group(struct look *look, const struct place *place, const struct sm_basin *basin) {
    hid_t group = basin->group ? open_group(look, place->station, basin->group) : H5I_INVALID_HID;
    for (size_t i = 0; i < basin->n_features && basin->group; i++) {
        const char *feature = basin->features[i];
        hid_t dataset = open_dataset(look, place, group, basin->group, feature);
        if (dataset < 0) {
            struct sparsemed_error missing = SPARSEMED_NO_ERROR;
            sparsemed_fail(&missing, SPARSEMED_INPUT, "%s: a basin lists %s, which is not in the group %s",
                           place->station->origin, feature, basin->group);
            note(look, &missing);
        } else if (place->frames && !look->has_frames && strcmp(feature, SM_FEATURE_IMAGE) == 0) {
            take_in_frames(look, dataset);
            look->n_rows = basin->map ? rows_of_map(look, place, basin) : look->n_rows;
        } else if (place->background && !look->has_background && strcmp(feature, SM_FEATURE_IMAGE_BG) == 0) {
            take_in_background(look, dataset,
                               place->station->depth == 0 ? SM_BACKGROUND_INTERNAL : SM_BACKGROUND_BASIN);
            if (basin->map) {
                rows_of_map(look, place, basin);
            }
        }
        sm_hdf5_release(dataset);
    }
    sm_hdf5_release(group);
}

/* ---- what basins lead to ---- */

static void look_into_file(struct sm_walk *walk, const struct sm_station *station, bool frames, bool background);

static bool enter(struct sm_walk *walk, const struct sm_station *station, const struct sm_basin *basin,
                  struct sparsemed_error *error) {
    const struct look *look = walk->data;
    (void)basin;
    (void)error;
    look_into_file(walk, station, look->frames_wanted, look->background_wanted);
    return true;
}

/* What a basin lists must be found in its file: at least the frames and the background. */
static void check_listed(struct look *look, const struct sm_station *station, const struct sm_basin *basin,
                         const char *feature, bool missing) {
    if (missing && sm_basin_lists(basin, feature)) {
        struct sparsemed_error failure = SPARSEMED_NO_ERROR;
        sparsemed_fail(&failure, SPARSEMED_INPUT, "%s: a basin lists %s, but does not lead to it", station->origin,
                       feature);
        note(look, &failure);
    }
}

static void follow(struct sm_walk *walk, const struct place *place, const struct sm_basin *basin) {
    const struct sm_station *station = place->station;
    struct look *look = walk->data;
    struct sparsemed_error failure = SPARSEMED_NO_ERROR;
    bool had_frames = look->has_frames;
    bool open_list = !basin->lists_features;
    look->frames_wanted = place->frames && !had_frames && (open_list || sm_basin_lists(basin, SM_FEATURE_IMAGE));
    look->background_wanted = place->background && (open_list || sm_basin_lists(basin, SM_FEATURE_IMAGE_BG));
    if (!sm_walk_follow(walk, station, basin, &failure)) {
        if (failure.status == SPARSEMED_OK) {
            sparsemed_fail(&failure, SPARSEMED_INPUT, "%s: a basin names no file", station->origin);
        }
        note(look, &failure);
    }
    check_listed(look, station, basin, SM_FEATURE_IMAGE, place->frames && !look->has_frames);
    check_listed(look, station, basin, SM_FEATURE_IMAGE_BG, place->background && !look->has_background);
    if (basin->map) {
        uint64_t n_rows = rows_of_map(look, place, basin);
        look->n_rows = !had_frames && look->has_frames ? n_rows : look->n_rows;
    }
}

/* Look into one file.
 *
 * frames, background   whether they are looked for in it */
static void look_into_file(struct sm_walk *walk, const struct sm_station *station, bool frames, bool background) {
    struct look *look = walk->data;
    struct sparsemed_error failure = SPARSEMED_NO_ERROR;
    struct sm_basins basins;
    const struct place place = {station, open_group(look, station, SM_GROUP_EVENTS), frames, background};
    look_into_events(look, &place);
    if (sm_basins_read(station->file, &basins, &failure) != SPARSEMED_OK) {
        sparsemed_fail_where(&failure, "%s", station->origin);
        note(look, &failure);
    }
    sm_basins_sort(&basins);
    for (size_t i = 0; i < basins.n; i++) {
        if (basins.list[i].type == SM_BASIN_INTERNAL) {
            look_into_group(look, &place, &basins.list[i]);
        } else if (basins.list[i].type == SM_BASIN_FILE) {
            follow(walk, &place, &basins.list[i]);
        }
    }
    sm_basins_free(&basins);
    sm_hdf5_release(place.events);
}

/* Rows of the first dataset among the events: where frames are lost, another feature tells how many there were. */
static herr_t count_rows(hid_t group, const char *name, const H5L_info_t *info, void *data) {
    uint64_t *n_rows = data;
    hsize_t extent[H5S_MAX_RANK];
    hid_t object = info->type == H5L_TYPE_HARD ? H5Oopen(group, name, H5P_DEFAULT) : H5I_INVALID_HID;
    if (H5Iget_type(object) == H5I_DATASET && strcmp(name, SM_FEATURE_IMAGE_BG) != 0) {
        extent_of(object, extent);
        *n_rows = extent[0];
    }
    sm_hdf5_release(object);
    return *n_rows > 0;
}

void sm_content_look(hid_t file, const char *path, struct sm_headers *headers, struct sparsemed_error *problem) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    struct look look = {.headers = headers, .problem = problem};
    struct sm_walk walk = {.arrive = enter, .any_file = true, .data = &look};
    const struct sm_station start = {NULL, file, path, path, 0};
    look_into_file(&walk, &start, true, true);
    if (!look.has_frames) {
        sm_hdf5_walk(file, SM_GROUP_EVENTS, count_rows, &look.n_rows, &ignored);
    }
    headers->n_frames = look.n_rows;
}
