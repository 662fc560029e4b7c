#include "rtdc/feature.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/basin.h"
#include "rtdc/basin_walk.h"
#include "rtdc/hdf5/file_driver.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/links.h"
#include "rtdc/hdf5/references.h"
#include "rtdc/layout.h"
#include "rtdc/map.h"

struct search {
    const char *name;
    bool required;
    struct sm_feature *feature;     /* receives what is found */
    struct sparsemed_error problem; /* why the first basin that should have the feature could not be used */
};

static uint64_t count_rows(hid_t dataset) {
    hid_t space = H5Dget_space(dataset);
    hsize_t extent[H5S_MAX_RANK] = {0};
    int rank = H5Sget_simple_extent_dims(space, extent, NULL);
    sm_hdf5_release(space);
    return rank > 0 ? extent[0] : 0;
}

/* Note the files on the way to a feature, the measurement first. */
static enum sparsemed_status note_files(const struct sm_station *station, struct sm_feature *feature,
                                        struct sparsemed_error *error) {
    struct stat state;
    if (station->from && note_files(station->from, feature, error) != SPARSEMED_OK) {
        return error->status;
    }
    if (!sm_file_driver_state(station->file, &state)) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: its state cannot be told: %s", station->origin,
                              strerror(errno));
    }
    return sm_used_files_add(&feature->files, station->path, &state)
               ? SPARSEMED_OK
               : sparsemed_fail_memory(error, "looking for a feature");
}

/* ---- maps ---- */

/* Put a map before the feature: it names rows of what the feature has shown so far. Takes rows over. */
static enum sparsemed_status apply_map(struct sm_feature *feature, int64_t *rows, uint64_t n_rows,
                                       struct sparsemed_error *error) {
    uint64_t n_there = feature->map ? feature->n_rows : count_rows(feature->dataset);
    uint64_t *map = (uint64_t *)rows; /* the same size; one by one they become unsigned */
    for (uint64_t j = 0; j < n_rows; j++) {
        if (rows[j] < 0 || (uint64_t)rows[j] >= n_there) {
            sparsemed_fail(error, SPARSEMED_INPUT, "row %llu is number %lld of %llu in the basin",
                           (unsigned long long)j, (long long)rows[j], (unsigned long long)n_there);
            free(rows);
            return error->status;
        }
        map[j] = feature->map ? feature->map[rows[j]] : (uint64_t)rows[j];
    }
    free(feature->map);
    feature->map = map;
    feature->n_rows = n_rows;
    return SPARSEMED_OK;
}

/* Apply the map of a basin, if it has one. */
static enum sparsemed_status map_feature(const struct sm_station *station, const struct sm_basin *basin,
                                         struct sm_feature *feature, struct sparsemed_error *error) {
    if (!basin->map) {
        return SPARSEMED_OK;
    }
    hid_t events = H5Gopen2(station->file, SM_GROUP_EVENTS, H5P_DEFAULT);
    hid_t dataset = events >= 0 ? H5Dopen2(events, basin->map, H5P_DEFAULT) : H5I_INVALID_HID;
    int64_t *rows = NULL;
    uint64_t n_rows = 0;
    if (dataset < 0) {
        sparsemed_fail(error, SPARSEMED_INPUT, "is missing");
    } else if (sm_map_read(dataset, &rows, &n_rows, error) == SPARSEMED_OK) {
        apply_map(feature, rows, n_rows, error);
        rows = NULL;
    }
    free(rows);
    sm_hdf5_release(dataset);
    sm_hdf5_release(events);
    return error->status == SPARSEMED_OK ? SPARSEMED_OK
                                         : sparsemed_fail_where(error, "%s: the map " SM_GROUP_EVENTS "/%s of a basin",
                                                                station->origin, basin->map);
}

/* ---- groups ---- */

/* Look for the feature in a group of a file; after a failure none is found. */
static enum sparsemed_status find_in_group(const struct search *search, const struct sm_station *station,
                                           const char *group, struct sparsemed_error *error) {
    struct sm_feature *feature = search->feature;
    bool found;
    if (sm_hdf5_find(station->file, group, search->name, &found, error) != SPARSEMED_OK) {
        return sparsemed_fail_where(error, "%s", station->origin);
    }
    if (!found) {
        return SPARSEMED_OK;
    }
    hid_t location = H5Gopen2(station->file, group, H5P_DEFAULT);
    feature->dataset = H5Dopen2(location, search->name, H5P_DEFAULT);
    feature->origin = strdup(station->origin);
    if (feature->dataset < 0 && sm_links_refused(error)) {
        sparsemed_fail_where(error, "%s: %s/%s", station->origin, group, search->name);
    } else if (feature->dataset < 0) {
        sm_fail_hdf5(error, SPARSEMED_INPUT, "%s: %s/%s cannot be opened", station->origin, group, search->name);
    } else if (sm_references_check(feature->dataset, error) != SPARSEMED_OK) {
        sparsemed_fail_where(error, "%s: %s/%s", station->origin, group, search->name);
    } else if (!feature->origin) {
        sparsemed_fail_memory(error, "looking for a feature");
    } else {
        note_files(station, feature, error);
    }
    sm_hdf5_release(location);
    if (error->status != SPARSEMED_OK) {
        sm_feature_close(feature);
    }
    return error->status;
}

/* ---- basins ---- */

/* Look into one basin. What goes wrong there is only noted, as another basin may have the feature, too. */
static void find_in_basin(struct sm_walk *walk, const struct sm_station *station, const struct sm_basin *basin) {
    struct search *search = walk->data;
    struct sparsemed_error failure = SPARSEMED_NO_ERROR;
    bool listed = sm_basin_lists(basin, search->name);
    if (!basin->type_name || (!listed && basin->lists_features)) {
        return; /* where a definition has no list the basin may have the feature */
    }
    if (basin->type == SM_BASIN_INTERNAL && basin->group) {
        find_in_group(search, station, basin->group, &failure);
    } else if (basin->type == SM_BASIN_FILE) {
        sm_walk_follow(walk, station, basin, &failure);
    }
    bool found = search->feature->dataset >= 0;
    if (!found && failure.status == SPARSEMED_OK && listed && search->required) {
        sparsemed_fail(&failure, SPARSEMED_INPUT,
                       "%s: a basin of type %.50s lists the feature %s, but does not lead to it", station->origin,
                       basin->type_name, search->name);
    }
    if (found && map_feature(station, basin, search->feature, &failure) != SPARSEMED_OK) {
        sm_feature_close(search->feature);
    }
    bool matters = listed || search->required || walk->out_of_reach;
    if (failure.status != SPARSEMED_OK && search->problem.status == SPARSEMED_OK && matters) {
        search->problem = failure;
    }
}

/* Look for the feature in a file: among its events, then in its basins until one has it. */
static enum sparsemed_status find_in_file(struct sm_walk *walk, const struct sm_station *station,
                                          struct sparsemed_error *error) {
    struct search *search = walk->data;
    struct sm_basins basins;
    if (find_in_group(search, station, SM_GROUP_EVENTS, error) != SPARSEMED_OK || search->feature->dataset >= 0) {
        return error->status;
    }
    if (sm_basins_read(station->file, &basins, error) == SPARSEMED_OK) {
        sm_basins_sort(&basins);
        for (size_t i = 0; i < basins.n && search->feature->dataset < 0; i++) {
            find_in_basin(walk, station, &basins.list[i]);
        }
    } else {
        sparsemed_fail_where(error, "%s", station->origin);
    }
    sm_basins_free(&basins);
    return error->status;
}

/* A path is the right one where it leads to the feature, not where it leads to a file. */
static bool look_for_feature(struct sm_walk *walk, const struct sm_station *station, const struct sm_basin *basin,
                             struct sparsemed_error *error) {
    struct search *search = walk->data;
    if (find_in_file(walk, station, error) == SPARSEMED_OK && search->feature->dataset < 0 && search->required &&
        sm_basin_lists(basin, search->name)) {
        sparsemed_fail(error, SPARSEMED_INPUT, "%s: has no feature %s, although a basin lists it", station->origin,
                       search->name);
    }
    return search->feature->dataset >= 0;
}

enum sparsemed_status sm_feature_find(hid_t file, const char *path, const char *name, bool required,
                                      struct sm_feature *feature, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    *feature = SM_NO_FEATURE;
    struct search search = {name, required, feature, SPARSEMED_NO_ERROR};
    struct sm_walk walk = {.arrive = look_for_feature, .data = &search};
    const struct sm_station start = {NULL, file, path, path, 0};
    if (find_in_file(&walk, &start, error) != SPARSEMED_OK || feature->dataset >= 0) {
        return error->status;
    }
    if (search.problem.status != SPARSEMED_OK) {
        *error = search.problem;
    } else if (required) {
        sparsemed_fail(error, SPARSEMED_INPUT, "%s: has no feature %s, neither among its events nor in a basin", path,
                       name);
    }
    return error->status;
}

void sm_feature_close(struct sm_feature *feature) {
    sm_hdf5_release(feature->dataset);
    free(feature->origin);
    sm_used_files_free(&feature->files);
    free(feature->map);
    *feature = SM_NO_FEATURE;
}
