#include "rtdc/old_background.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/basin.h"
#include "rtdc/hdf5/hdf5.h"

/* Where superseded datasets are until sm_superseded_free. */
static const char aside_group[] = "sparsemed superseded";

static bool collect(const char *key, const json_t *definition, void *definitions) {
    json_object_set_new(definitions, key, json_deep_copy(definition));
    return true;
}

/* Remove a link where it is there. */
static enum sm_status remove_link(hid_t file, const char *group, const char *name, struct sm_error *error) {
    if (!sm_hdf5_has(file, group, name)) {
        return SM_OK;
    }
    hid_t location = H5Gopen2(file, group, H5P_DEFAULT);
    if (H5Ldelete(location, name, H5P_DEFAULT) < 0) {
        sm_fail_hdf5(error, SM_OUTPUT, "%s/%s cannot be removed", group, name);
    }
    sm_hdf5_release(location);
    return error->status;
}

/* Put an image dataset aside, under the name that counts how many are there already. */
static enum sm_status set_aside(hid_t file, const char *group, const char *name, struct sm_error *error) {
    char aside[32];
    H5G_info_t info = {0};
    if (!sm_hdf5_has(file, group, name)) {
        return SM_OK;
    }
    hid_t location = H5Gopen2(file, group, H5P_DEFAULT), superseded = sm_hdf5_require_group(file, aside_group);
    H5Gget_info(superseded, &info);
    snprintf(aside, sizeof aside, "%llu", (unsigned long long)info.nlinks);
    if (H5Lmove(location, name, superseded, aside, H5P_DEFAULT, H5P_DEFAULT) < 0) {
        sm_fail_hdf5(error, SM_OUTPUT, "%s/%s cannot be removed", group, name);
    }
    sm_hdf5_release(superseded);
    sm_hdf5_release(location);
    return error->status;
}

static enum sm_status remove_datasets(hid_t file, const char *group, struct sm_error *error) {
    return set_aside(file, group, "image_bg", error) == SM_OK ? set_aside(file, group, "bg_off", error) : error->status;
}

/* Take the background out of one basin: the basin goes where it offers nothing else.
 *
 * unused_maps   receives the map of a basin that went */
static enum sm_status reduce_basin(hid_t file, const char *key, const json_t *definition, int zstd_level,
                                   json_t *unused_maps, struct sm_error *error) {
    json_t *reduced = sm_basin_without_background(definition, NULL);
    if (!reduced) {
        return sm_fail_memory(error, "changing basins");
    }
    size_t n_before = json_array_size(json_object_get(definition, "features"));
    size_t n_after = json_array_size(json_object_get(reduced, "features"));
    if (n_after == n_before) {
        json_decref(reduced);
        return SM_OK;
    }
    const char *type = json_string_value(json_object_get(definition, "type"));
    const char *group = json_string_value(json_array_get(json_object_get(definition, "paths"), 0));
    if (type && strcmp(type, "internal") == 0 && group) {
        remove_datasets(file, group, error);
    }
    if (error->status == SM_OK && remove_link(file, "basins", key, error) == SM_OK && n_after > 0) {
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

static bool is_map(const char *name) {
    return strncmp(name, "basinmap", strlen("basinmap")) == 0;
}

/* dcnum takes a file with this attribute for one of its own finished runs, and would take what comes now for the
 * background of that run, on which its features rest. */
static enum sm_status remove_claim(hid_t file, struct sm_error *error) {
    static const char name[] = "pipeline:dcnum background";
    return H5Aexists(file, name) <= 0 || H5Adelete(file, name) >= 0
               ? SM_OK
               : sm_fail_hdf5(error, SM_OUTPUT, "the attribute %s cannot be removed", name);
}

enum sm_status sm_superseded_remove(hid_t file, const char *kept_map, int zstd_level, struct sm_error *error) {
    json_t *definitions = json_object(), *unused_maps = json_object(), *definition;
    const char *key, *map;
    sm_basins_visit(file, collect, definitions);
    json_object_foreach(definitions, key, definition) {
        if (error->status == SM_OK) {
            reduce_basin(file, key, definition, zstd_level, unused_maps, error);
        }
    }
    if (error->status == SM_OK && remove_datasets(file, "basin_events", error) == SM_OK) {
        remove_datasets(file, "events", error);
    }
    sm_basins_visit(file, keep_map, unused_maps);
    json_object_foreach(unused_maps, map, definition) {
        if (error->status == SM_OK && is_map(map) && (!kept_map || strcmp(map, kept_map) != 0)) {
            set_aside(file, "events", map, error);
        }
    }
    json_decref(unused_maps);
    json_decref(definitions);
    return error->status == SM_OK ? remove_claim(file, error) : error->status;
}

bool sm_superseded_free(hid_t file) {
    return H5Lexists(file, aside_group, H5P_DEFAULT) <= 0 || H5Ldelete(file, aside_group, H5P_DEFAULT) >= 0;
}
