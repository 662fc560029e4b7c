#include "rtdc/outputs/basin_copy.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rtdc/basin_features.h"
#include "rtdc/basin_walk.h"
#include "rtdc/files/path.h"
#include "rtdc/files/surrogates.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/layout.h"
#include "rtdc/map.h"
#include "rtdc/outputs/basin_write.h"
#include "rtdc/outputs/dataset_copy.h"

struct copy {
    hid_t input, output;
    const char *input_path, *output_path;
    json_t *own_features;                 /* of the input */
    const struct sm_slice_map *slice_map; /* NULL: all rows stay */
    int zstd_level;
    struct sparsemed_error *error;
};

/* Copy a map under its name, once: what is left of it. */
static enum sparsemed_status copy_map(struct copy *copy, const char *name) {
    if (sm_hdf5_has(copy->output, SM_GROUP_EVENTS, name)) {
        return SPARSEMED_OK;
    }
    hid_t events = H5Gopen2(copy->input, SM_GROUP_EVENTS, H5P_DEFAULT), from = H5I_INVALID_HID;
    if (sm_hdf5_open_dataset(events, SM_GROUP_EVENTS, name, &from, copy->error) == SPARSEMED_OK) {
        hid_t copied = H5I_INVALID_HID;
        if (copy->slice_map) {
            sm_slice_map_compose(from, copy->output, name, &copy->slice_map->slice, copy->zstd_level, copy->error);
        } else {
            sm_dataset_copy(from, copy->output, SM_GROUP_EVENTS, name, true, copy->zstd_level, &copied, copy->error);
        }
        if (copied >= 0 && !sm_hdf5_close(copied)) {
            sm_fail_hdf5(copy->error, SPARSEMED_OUTPUT, "could not be written");
        }
        if (copy->error->status != SPARSEMED_OK) {
            sparsemed_fail_where(copy->error, SM_GROUP_EVENTS "/%s", name);
        }
    }
    sm_hdf5_release(from);
    sm_hdf5_release(events);
    return copy->error->status;
}

/* Whether a map is one of all rows of the input. */
static bool maps_all(const struct copy *copy, const char *name) {
    hid_t events = H5Gopen2(copy->input, SM_GROUP_EVENTS, H5P_DEFAULT);
    hid_t map = H5Dopen2(events, name, H5P_DEFAULT);
    bool all = map >= 0 && sm_map_has_length(map, copy->slice_map->slice.n_there);
    sm_hdf5_release(map);
    sm_hdf5_release(events);
    return all;
}

/* Tell whether the input has a map of this name, of which a slice can be taken where one is wanted. */
static enum sparsemed_status find_map(const struct copy *copy, const char *name, bool *found) {
    *found = false;
    if (sm_map_is(name) && sm_hdf5_find(copy->input, SM_GROUP_EVENTS, name, found, copy->error) == SPARSEMED_OK) {
        *found = *found && (!copy->slice_map || maps_all(copy, name));
    }
    return copy->error->status;
}

/* Append a path, once; takes it over. */
static void append_path(json_t *paths, char *path) {
    json_t *string = path ? sm_json_from_bytes(path) : NULL;
    bool there = false;
    for (size_t i = 0; i < json_array_size(paths) && !there; i++) {
        there = json_equal(json_array_get(paths, i), string);
    }
    if (string && !there) {
        json_array_append(paths, string);
    }
    json_decref(string);
    free(path);
}

json_t *sm_basin_paths_from(const struct sm_basin *basin, const char *input_path, const char *output_path) {
    json_t *moved = json_array();
    for (size_t i = 0; i < basin->n_paths; i++) {
        const char *path = basin->paths[i];
        char *there = *path == '/' ? NULL : sm_path_referred(input_path, path);
        char *absolute = there ? realpath(there, NULL) : NULL;
        if (absolute) {
            append_path(moved, sm_path_relative(absolute, output_path));
            append_path(moved, absolute);
        } else {
            append_path(moved, strdup(path));
        }
        free(there);
    }
    return moved;
}

static bool note_path(struct sm_walk *walk, const struct sm_station *station, const struct sm_basin *basin,
                      struct sparsemed_error *error) {
    (void)basin, (void)error;
    char **path = walk->data;
    *path = realpath(station->path, NULL);
    return true;
}

/* Append the paths of a basin that was moved along with the input: none of its own leads to a file, and readers of an
 * output in another folder would not find it. */
static void append_moved(const struct copy *copy, const struct sm_basin *basin, json_t *paths) {
    char *path = NULL;
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    const struct sm_station start = {NULL, copy->input, copy->input_path, copy->input_path, 0};
    struct sm_walk walk = {.arrive = note_path, .any_file = true, .data = &path};
    bool leads = false;
    for (size_t i = 0; i < basin->n_paths && !leads; i++) {
        char *recorded = sm_path_referred(copy->input_path, basin->paths[i]);
        leads = recorded && access(recorded, F_OK) == 0;
        free(recorded);
    }
    if (!leads && sm_walk_follow(&walk, &start, basin, &ignored) && path) {
        append_path(paths, sm_path_relative(path, copy->output_path));
        append_path(paths, strdup(path));
    }
    free(path);
}

static enum sparsemed_status copy_basin(struct copy *copy, const struct sm_basin *basin) {
    size_t n_removed, n_left;
    json_t *listed = sm_basin_with_features(basin, copy->input_path);
    json_t *changed = sm_basin_without_background(listed, copy->own_features, &n_removed, &n_left);
    json_decref(listed);
    if ((n_removed > 0 && n_left == 0) || (basin->map && copy_map(copy, basin->map) != SPARSEMED_OK)) {
        json_decref(changed);
        return copy->error->status;
    }
    if (!basin->map && copy->slice_map) {
        json_object_set_new(changed, SM_KEY_MAPPING, json_string(copy->slice_map->name));
    } else if (!basin->map) {
        json_object_del(changed, SM_KEY_MAPPING); /* dcnum would look for a map that is called "same" */
    }
    if (json_is_array(json_object_get(changed, SM_KEY_PATHS))) {
        json_t *paths = sm_basin_paths_from(basin, copy->input_path, copy->output_path);
        append_moved(copy, basin, paths);
        json_object_set_new(changed, SM_KEY_PATHS, paths);
    }
    return sm_basin_write(copy->output, changed, copy->zstd_level, copy->error);
}

enum sparsemed_status sm_basins_copy(hid_t input, const char *input_path, hid_t output, const char *output_path,
                                     const struct sm_slice_map *slice_map, int zstd_level,
                                     struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct copy copy = {input, output, input_path, output_path, NULL, slice_map, zstd_level, error};
    struct sm_basins basins = SM_NO_BASINS;
    if (sm_basin_own_features(input, &copy.own_features, error) == SPARSEMED_OK) {
        sm_basins_read(input, &basins, error);
    }
    for (size_t i = 0; i < basins.n && error->status == SPARSEMED_OK; i++) {
        const struct sm_basin *basin = &basins.list[i];
        bool usable = true; /* without its map a definition would take ours for it */
        if (basin->map) {
            find_map(&copy, basin->map, &usable);
        }
        if (error->status == SPARSEMED_OK && basin->type == SM_BASIN_FILE && usable) {
            copy_basin(&copy, basin);
        }
    }
    sm_basins_free(&basins);
    json_decref(copy.own_features);
    return error->status;
}
