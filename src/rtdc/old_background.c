#include "rtdc/old_background.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/basin.h"
#include "rtdc/basin_features.h"
#include "rtdc/basin_write.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/layout.h"
#include "rtdc/map.h"

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
static enum sparsemed_status reduce_basin(hid_t file, const struct sm_basin *basin, int zstd_level, json_t *unused_maps,
                                          struct sparsemed_error *error) {
    size_t n_removed, n_left;
    json_t *reduced = sm_basin_without_background(basin->json, NULL, &n_removed, &n_left);
    if (!reduced) {
        return sparsemed_fail_memory(error, "changing basins");
    }
    if (n_removed == 0) {
        json_decref(reduced);
        return SPARSEMED_OK;
    }
    if (basin->type == SM_BASIN_INTERNAL && basin->group) {
        remove_datasets(file, basin->group, error);
    }
    if (error->status == SPARSEMED_OK && remove_link(file, SM_GROUP_BASINS, basin->key, error) == SPARSEMED_OK &&
        n_left > 0) {
        return sm_basin_write(file, reduced, zstd_level, error);
    }
    if (basin->map) {
        json_object_set_new(unused_maps, basin->map, json_true());
    }
    json_decref(reduced);
    return error->status;
}

/* Take the background out of all basins.
 *
 * unused_maps   receives the maps that no basin has any more */
static enum sparsemed_status reduce_basins(hid_t file, int zstd_level, json_t *unused_maps,
                                           struct sparsemed_error *error) {
    struct sm_basins basins;
    sm_basins_read(file, &basins, error);
    for (size_t i = 0; i < basins.n && error->status == SPARSEMED_OK; i++) {
        reduce_basin(file, &basins.list[i], zstd_level, unused_maps, error);
    }
    sm_basins_free(&basins);
    if (error->status == SPARSEMED_OK) {
        sm_basins_read(file, &basins, error);
    }
    for (size_t i = 0; i < basins.n; i++) {
        if (basins.list[i].map) {
            json_object_del(unused_maps, basins.list[i].map);
        }
    }
    sm_basins_free(&basins);
    return error->status;
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
    assert(error->status == SPARSEMED_OK);
    json_t *unused_maps = json_object(), *unused;
    const char *map;
    if (reduce_basins(file, zstd_level, unused_maps, error) == SPARSEMED_OK &&
        remove_datasets(file, SM_GROUP_BASIN_EVENTS, error) == SPARSEMED_OK) {
        remove_datasets(file, SM_GROUP_EVENTS, error);
    }
    json_object_foreach(unused_maps, map, unused) {
        if (error->status == SPARSEMED_OK && sm_map_is(map) && (!kept_map || strcmp(map, kept_map) != 0)) {
            set_aside(file, SM_GROUP_EVENTS, map, error);
        }
    }
    json_decref(unused_maps);
    return error->status == SPARSEMED_OK ? remove_claim(file, error) : error->status;
}

bool sm_old_background_free_space(hid_t file) {
    return H5Lexists(file, SM_GROUP_SUPERSEDED, H5P_DEFAULT) <= 0 ||
           H5Ldelete(file, SM_GROUP_SUPERSEDED, H5P_DEFAULT) >= 0;
}
