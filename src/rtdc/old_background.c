#include "rtdc/old_background.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/basin.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/layout.h"
#include "rtdc/map.h"

static bool collect(const char *key, const json_t *definition, void *definitions) {
    json_object_set_new(definitions, key, json_deep_copy(definition));
    return true;
}

/* Remove a link where it is there. */
static enum sparsemed_status remove_link(hid_t file, const char *group, const char *name,
                                         struct sparsemed_error *error) {
    if (!sm_hdf5_has(file, group, name)) {
        return SPARSEMED_OK;
    }
    hid_t location = H5Gopen2(file, group, H5P_DEFAULT);
    if (H5Ldelete(location, name, H5P_DEFAULT) < 0) {
        sm_fail_hdf5(error, SPARSEMED_OUTPUT, "%s/%s cannot be removed", group, name);
    }
    sm_hdf5_release(location);
    return error->status;
}

/* Put an image dataset aside, under the name that counts how many are there already. */
static enum sparsemed_status set_aside(hid_t file, const char *group, const char *name, struct sparsemed_error *error) {
    char aside[32];
    H5G_info_t info = {0};
    if (!sm_hdf5_has(file, group, name)) {
        return SPARSEMED_OK;
    }
    hid_t location = H5Gopen2(file, group, H5P_DEFAULT), superseded = sm_hdf5_require_group(file, SM_GROUP_SUPERSEDED);
    H5Gget_info(superseded, &info);
    snprintf(aside, sizeof aside, "%llu", (unsigned long long)info.nlinks);
    if (H5Lmove(location, name, superseded, aside, H5P_DEFAULT, H5P_DEFAULT) < 0) {
        sm_fail_hdf5(error, SPARSEMED_OUTPUT, "%s/%s cannot be removed", group, name);
    }
    sm_hdf5_release(superseded);
    sm_hdf5_release(location);
    return error->status;
}

static enum sparsemed_status remove_datasets(hid_t file, const char *group, struct sparsemed_error *error) {
    return set_aside(file, group, SM_FEATURE_IMAGE_BG, error) == SPARSEMED_OK
               ? set_aside(file, group, SM_FEATURE_BG_OFF, error)
               : error->status;
}

/* Take the background out of one basin: the basin goes where it offers nothing else.
 *
 * unused_maps   receives the map of a basin that went */
static enum sparsemed_status reduce_basin(hid_t file, const char *key, const json_t *definition, int zstd_level,
                                          json_t *unused_maps, struct sparsemed_error *error) {
    json_t *reduced = sm_basin_without_background(definition, NULL);
    if (!reduced) {
        return sparsemed_fail_memory(error, "changing basins");
    }
    size_t n_before = json_array_size(json_object_get(definition, "features"));
    size_t n_after = json_array_size(json_object_get(reduced, "features"));
    if (n_after == n_before) {
        json_decref(reduced);
        return SPARSEMED_OK;
    }
    const char *type = json_string_value(json_object_get(definition, "type"));
    const char *group = json_string_value(json_array_get(json_object_get(definition, "paths"), 0));
    if (type && strcmp(type, "internal") == 0 && group) {
        remove_datasets(file, group, error);
    }
    if (error->status == SPARSEMED_OK && remove_link(file, SM_GROUP_BASINS, key, error) == SPARSEMED_OK &&
        n_after > 0) {
        return sm_basin_write(file, reduced, zstd_level, error);
    }
    const char *map = sm_basin_map(definition);
    if (map) {
        json_object_set_new(unused_maps, map, json_true());
    }
    json_decref(reduced);
    return error->status;
}

/* Takes the map of a basin that stays off the list of the unused ones. */
static bool keep_map(const char *key, const json_t *definition, void *unused_maps) {
    (void)key;
    const char *map = sm_basin_map(definition);
    if (map) {
        json_object_del(unused_maps, map);
    }
    return true;
}

/* dcnum takes a file with this attribute for one of its own finished runs, and would take what comes now for the
 * background of that run, on which its features rest. */
static enum sparsemed_status remove_claim(hid_t file, struct sparsemed_error *error) {
    return H5Aexists(file, SM_CLAIM_BACKGROUND) <= 0 || H5Adelete(file, SM_CLAIM_BACKGROUND) >= 0
               ? SPARSEMED_OK
               : sm_fail_hdf5(error, SPARSEMED_OUTPUT, "the attribute " SM_CLAIM_BACKGROUND " cannot be removed");
}

enum sparsemed_status sm_old_background_remove(hid_t file, const char *kept_map, int zstd_level,
                                               struct sparsemed_error *error) {
    json_t *definitions = json_object(), *unused_maps = json_object(), *definition;
    const char *key, *map;
    sm_basins_visit(file, collect, definitions);
    json_object_foreach(definitions, key, definition) {
        if (error->status == SPARSEMED_OK) {
            reduce_basin(file, key, definition, zstd_level, unused_maps, error);
        }
    }
    if (error->status == SPARSEMED_OK && remove_datasets(file, SM_GROUP_BASIN_EVENTS, error) == SPARSEMED_OK) {
        remove_datasets(file, SM_GROUP_EVENTS, error);
    }
    sm_basins_visit(file, keep_map, unused_maps);
    json_object_foreach(unused_maps, map, definition) {
        if (error->status == SPARSEMED_OK && sm_map_is(map) && (!kept_map || strcmp(map, kept_map) != 0)) {
            set_aside(file, SM_GROUP_EVENTS, map, error);
        }
    }
    json_decref(unused_maps);
    json_decref(definitions);
    return error->status == SPARSEMED_OK ? remove_claim(file, error) : error->status;
}

bool sm_old_background_free_space(hid_t file) {
    return H5Lexists(file, SM_GROUP_SUPERSEDED, H5P_DEFAULT) <= 0 ||
           H5Ldelete(file, SM_GROUP_SUPERSEDED, H5P_DEFAULT) >= 0;
}
