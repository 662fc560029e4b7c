#include "rtdc/feature.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "rtdc/basin.h"
#include "rtdc/files/path.h"
#include "rtdc/hdf5/guard.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/layout.h"

/* A file on the way to the feature. */
struct station {
    const struct station *from; /* the file that refers to this one; NULL for the measurement itself */
    hid_t file;
    const char *path, *origin;
    int depth;
};

struct search {
    const char *name;
    bool required;
    int n_files;                    /* that were opened */
    struct sparsemed_error problem; /* why the first basin that should have the feature could not be used */
};

static enum sparsemed_status find_at(struct search *search, const struct station *station, struct sm_feature *feature,
                                     struct sparsemed_error *error);

static uint64_t count_rows(hid_t dataset) {
    hid_t space = H5Dget_space(dataset);
    hsize_t extent[H5S_MAX_RANK] = {0};
    int rank = H5Sget_simple_extent_dims(space, extent, NULL);
    sm_hdf5_release(space);
    return rank > 0 ? extent[0] : 0;
}

/* Note the files on the way to a feature, the measurement first. */
static enum sparsemed_status note_files(const struct station *station, struct sm_feature *feature,
                                        struct sparsemed_error *error) {
    struct stat state;
    int *descriptor;
    if (station->from && note_files(station->from, feature, error) != SPARSEMED_OK) {
        return error->status;
    }
    if (H5Fget_vfd_handle(station->file, H5P_DEFAULT, (void **)&descriptor) < 0 || fstat(*descriptor, &state) != 0) {
        return sparsemed_fail(error, SPARSEMED_INTERNAL, "%s: its state cannot be told", station->origin);
    }
    return sm_used_files_add(&feature->files, station->path, &state)
               ? SPARSEMED_OK
               : sparsemed_fail_memory(error, "looking for a feature");
}

/* ---- maps ---- */

/* Read a map of a file. */
static enum sparsemed_status read_map(hid_t dataset, int64_t **rows, uint64_t *n_rows, struct sparsemed_error *error) {
    hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset);
    bool valid = H5Tget_class(type) == H5T_INTEGER && H5Sget_simple_extent_ndims(space) == 1;
    sm_hdf5_release(space);
    sm_hdf5_release(type);
    *n_rows = count_rows(dataset);
    if (!valid || *n_rows == 0) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "is no list of rows");
    }
    *rows = *n_rows <= SIZE_MAX / sizeof **rows ? malloc(*n_rows * sizeof **rows) : NULL;
    return *rows ? sm_guarded_read(dataset, H5T_NATIVE_INT64, *rows, error)
                 : sparsemed_fail_memory(error, "reading a map");
}

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

/* Apply the map of a basin definition, if it has one. */
static enum sparsemed_status map_feature(const struct station *station, const json_t *definition,
                                         struct sm_feature *feature, struct sparsemed_error *error) {
    const char *name = sm_basin_map(definition);
    if (!name) {
        return SPARSEMED_OK;
    }
    hid_t events = H5Gopen2(station->file, SM_GROUP_EVENTS, H5P_DEFAULT);
    hid_t dataset = events >= 0 ? H5Dopen2(events, name, H5P_DEFAULT) : H5I_INVALID_HID;
    int64_t *rows = NULL;
    uint64_t n_rows = 0;
    if (dataset < 0) {
        sparsemed_fail(error, SPARSEMED_INPUT, "is missing");
    } else if (read_map(dataset, &rows, &n_rows, error) == SPARSEMED_OK) {
        apply_map(feature, rows, n_rows, error);
        rows = NULL;
    }
    free(rows);
    sm_hdf5_release(dataset);
    sm_hdf5_release(events);
    return error->status == SPARSEMED_OK
               ? SPARSEMED_OK
               : sparsemed_fail_where(error, "%s: the map " SM_GROUP_EVENTS "/%s of a basin", station->origin, name);
}

/* ---- basins ---- */

static enum sparsemed_status find_in_group(struct search *search, const struct station *station, const char *group,
                                           struct sm_feature *feature, struct sparsemed_error *error) {
    if (!sm_hdf5_has(station->file, group, search->name)) {
        return SPARSEMED_OK;
    }
    hid_t location = H5Gopen2(station->file, group, H5P_DEFAULT);
    feature->dataset = H5Dopen2(location, search->name, H5P_DEFAULT);
    if (feature->dataset < 0) {
        sm_fail_hdf5(error, SPARSEMED_INPUT, "%s: %s/%s cannot be opened", station->origin, group, search->name);
    }
    sm_hdf5_release(location);
    if (feature->dataset < 0) {
        return error->status;
    }
    feature->origin = strdup(station->origin);
    return feature->origin ? note_files(station, feature, error)
                           : sparsemed_fail_memory(error, "looking for a feature");
}

/* Whether a file is on the way already. */
static bool was_passed(const struct station *station, const char *path) {
    for (; station; station = station->from) {
        if (sm_path_same(station->path, path)) {
            return true;
        }
    }
    return false;
}

/* Look into the file that a path of a definition leads to. */
static enum sparsemed_status find_in_file(struct search *search, const struct station *from, const char *path,
                                          const json_t *definition, struct sm_feature *feature,
                                          struct sparsemed_error *error) {
    char origin[SPARSEMED_MESSAGE_SIZE / 2];
    snprintf(origin, sizeof origin, "%s -> %s", from->origin, path);
    struct station station = {from, H5I_INVALID_HID, path, origin, from->depth + 1};
    if (was_passed(from, path)) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: the basins lead in a circle", origin);
    }
    if (station.depth > SM_BASIN_MAX_DEPTH || ++search->n_files > SM_BASIN_MAX_FILES) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: the basins lead through too many files", origin);
    }
    struct sparsemed_error reason = SPARSEMED_NO_ERROR;
    if (sm_basin_open(path, definition, &station.file, &reason) != SPARSEMED_OK) {
        sparsemed_fail(error, reason.status, "%s -> %s", from->origin, reason.message);
    } else if (find_at(search, &station, feature, error) == SPARSEMED_OK && feature->dataset < 0 && search->required &&
               sm_basin_lists(definition, search->name)) {
        sparsemed_fail(error, SPARSEMED_INPUT, "%s: has no feature %s, although a basin lists it", origin,
                       search->name);
    }
    if (station.file >= 0) {
        H5Fclose(station.file); /* a dataset of it keeps it open */
    }
    return error->status;
}

/* Try the paths of a file basin, until one leads to the feature. A failure is that of the first path. */
static enum sparsemed_status find_in_paths(struct search *search, const struct station *station,
                                           const json_t *definition, struct sm_feature *feature,
                                           struct sparsemed_error *error) {
    const json_t *paths = json_object_get(definition, "paths");
    for (size_t i = 0; i < json_array_size(paths) && feature->dataset < 0; i++) {
        const char *path = json_string_value(json_array_get(paths, i));
        char *resolved = path ? sm_path_referred(station->path, path) : NULL;
        struct sparsemed_error failure = SPARSEMED_NO_ERROR;
        if (resolved && find_in_file(search, station, resolved, definition, feature, &failure) != SPARSEMED_OK &&
            error->status == SPARSEMED_OK) {
            *error = failure;
        }
        free(resolved);
    }
    if (feature->dataset >= 0) {
        *error = SPARSEMED_NO_ERROR;
    }
    return error->status;
}

/* Look into one basin. What goes wrong there is only noted, as another basin may have the feature, too. */
static void find_in_basin(struct search *search, const struct station *station, const json_t *definition,
                          struct sm_feature *feature) {
    const char *type = json_string_value(json_object_get(definition, "type"));
    const char *group = json_string_value(json_array_get(json_object_get(definition, "paths"), 0));
    struct sparsemed_error failure = SPARSEMED_NO_ERROR;
    bool listed = sm_basin_lists(definition, search->name);
    if (!type || (!listed && json_is_array(json_object_get(definition, "features")))) {
        return; /* where a definition has no list the basin may have the feature */
    }
    if (strcmp(type, "internal") == 0 && group) {
        find_in_group(search, station, group, feature, &failure);
    } else if (strcmp(type, "file") == 0) {
        find_in_paths(search, station, definition, feature, &failure);
    }
    if (feature->dataset < 0 && failure.status == SPARSEMED_OK && listed && search->required) {
        sparsemed_fail(&failure, SPARSEMED_INPUT,
                       "%s: a basin of type %.50s lists the feature %s, but does not lead to it", station->origin, type,
                       search->name);
    }
    if (feature->dataset >= 0 && failure.status == SPARSEMED_OK) {
        map_feature(station, definition, feature, &failure);
    }
    if (failure.status != SPARSEMED_OK) {
        sm_feature_close(feature);
        if (search->problem.status == SPARSEMED_OK && (listed || search->required)) {
            search->problem = failure;
        }
    }
}

static enum sparsemed_status find_at(struct search *search, const struct station *station, struct sm_feature *feature,
                                     struct sparsemed_error *error) {
    if (find_in_group(search, station, SM_GROUP_EVENTS, feature, error) != SPARSEMED_OK || feature->dataset >= 0) {
        return error->status;
    }
    json_t *definitions = sm_basins_list(station->file);
    for (size_t i = 0; i < json_array_size(definitions) && feature->dataset < 0; i++) {
        find_in_basin(search, station, json_array_get(definitions, i), feature);
    }
    json_decref(definitions);
    return SPARSEMED_OK;
}

enum sparsemed_status sm_feature_find(hid_t file, const char *path, const char *name, bool required,
                                      struct sm_feature *feature, struct sparsemed_error *error) {
    *feature = SM_NO_FEATURE;
    struct search search = {name, required, 0, SPARSEMED_NO_ERROR};
    const struct station station = {NULL, file, path, path, 0};
    if (find_at(&search, &station, feature, error) != SPARSEMED_OK || feature->dataset >= 0) {
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
