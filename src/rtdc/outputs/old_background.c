#include "rtdc/outputs/old_background.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rtdc/basin.h"
#include "rtdc/basin_features.h"
#include "rtdc/files/path.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/layout.h"
#include "rtdc/map.h"
#include "rtdc/outputs/basin_copy.h"
#include "rtdc/outputs/basin_write.h"
#include "rtdc/outputs/compare_files.h"
#include "rtdc/outputs/pipeline_claims.h"

/* Remove a link where it is there. */
static enum sparsemed_status remove_link(hid_t file, const char *group, const char *name,
                                         struct sparsemed_error *error) {
    bool found;
    if (sm_hdf5_find(file, group, name, &found, error) != SPARSEMED_OK || !found) {
        return error->status;
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
    bool found;
    if (sm_hdf5_find(file, group, name, &found, error) != SPARSEMED_OK || !found) {
        return error->status;
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

/* What becomes of a basin. */
enum fate {
    STAYS,
    CHANGES, /* offers less, or its paths lead from another place */
    GOES     /* offered nothing but a background */
};

/* Whether a basin has a relative path that leads to another file, or nowhere, from where its file will be. */
static bool leads_astray(const struct sm_basin *basin, const struct sm_move *move) {
    bool astray = false;
    for (size_t i = 0; i < basin->n_paths && !astray && strcmp(move->from, move->to) != 0; i++) {
        char *there = *basin->paths[i] == '/' ? NULL : sm_path_referred(move->from, basin->paths[i]);
        astray = there && access(there, F_OK) == 0 && !sm_path_leads_to(move->to, basin->paths[i], there);
        free(there);
    }
    return astray;
}

/* Judge a basin.
 *
 * definition   receives what it becomes, to be released with json_decref
 * offered      receives whether it offered a background */
static enum sparsemed_status renew(const struct sm_basin *basin, const struct sm_move *move, enum fate *fate,
                                   bool *offered, json_t **definition, struct sparsemed_error *error) {
    size_t n_removed, n_left;
    json_t *renewed = sm_basin_without_background(basin->json, NULL, &n_removed, &n_left);
    bool astray = leads_astray(basin, move);
    json_t *paths = renewed && astray ? sm_basin_paths_from(basin, move->from, move->to) : NULL;
    *fate = n_removed > 0 && n_left == 0 ? GOES : n_removed > 0 || astray ? CHANGES : STAYS;
    *offered = n_removed > 0;
    *definition = renewed;
    if (!renewed || (astray && json_object_set_new(renewed, SM_KEY_PATHS, paths) != 0)) {
        return sparsemed_fail_memory(error, "changing basins");
    }
    return SPARSEMED_OK;
}

/* Take the background out of one basin, and lead it anew.
 *
 * unused_maps   receives the map of a basin that went */
static enum sparsemed_status renew_basin(hid_t file, const struct sm_basin *basin, const struct sm_move *move,
                                         int zstd_level, json_t *unused_maps, struct sparsemed_error *error) {
    enum fate fate;
    bool offered;
    json_t *definition;
    renew(basin, move, &fate, &offered, &definition, error);
    if (offered && basin->type == SM_BASIN_INTERNAL && basin->group && error->status == SPARSEMED_OK) {
        remove_datasets(file, basin->group, error);
    }
    if (fate != STAYS && error->status == SPARSEMED_OK) {
        remove_link(file, SM_GROUP_BASINS, basin->key, error);
    }
    if (fate == CHANGES && error->status == SPARSEMED_OK) {
        return sm_basin_write(file, definition, zstd_level, error);
    }
    if (fate == GOES && basin->map) {
        json_object_set_new(unused_maps, basin->map, json_true());
    }
    json_decref(definition);
    return error->status;
}

/* Take the background out of all basins, and lead them anew.
 *
 * unused_maps   receives the maps that no basin has any more */
static enum sparsemed_status renew_basins(hid_t file, const struct sm_move *move, int zstd_level, json_t *unused_maps,
                                          struct sparsemed_error *error) {
    struct sm_basins basins;
    sm_basins_read(file, &basins, error);
    for (size_t i = 0; i < basins.n && error->status == SPARSEMED_OK; i++) {
        renew_basin(file, &basins.list[i], move, zstd_level, unused_maps, error);
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

enum sparsemed_status sm_old_background_remove(hid_t file, const struct sm_move *move, const char *kept_map,
                                               int zstd_level, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    json_t *unused_maps = json_object(), *unused;
    const char *map;
    if (renew_basins(file, move, zstd_level, unused_maps, error) == SPARSEMED_OK &&
        remove_datasets(file, SM_GROUP_BASIN_EVENTS, error) == SPARSEMED_OK &&
        remove_datasets(file, SM_GROUP_EVENTS, error) == SPARSEMED_OK) {
        remove_link(file, SM_GROUP_TABLES, SM_TABLE_SPLITS, error);
    }
    json_object_foreach(unused_maps, map, unused) {
        if (error->status == SPARSEMED_OK && sm_map_is(map) && (!kept_map || strcmp(map, kept_map) != 0)) {
            set_aside(file, SM_GROUP_EVENTS, map, error);
        }
    }
    json_decref(unused_maps);
    /* dcnum would take what comes now for the background of an earlier run of its own, on which its features rest. */
    if (error->status == SPARSEMED_OK && !sm_pipeline_claims_remove(file)) {
        sm_fail_hdf5(error, SPARSEMED_OUTPUT, "the attribute " SM_CLAIM_BACKGROUND " cannot be removed");
    }
    return error->status;
}

bool sm_old_background_free_space(hid_t file) {
    return H5Lexists(file, SM_GROUP_SUPERSEDED, H5P_DEFAULT) <= 0 ||
           H5Ldelete(file, SM_GROUP_SUPERSEDED, H5P_DEFAULT) >= 0;
}

/* ---- what must have stayed ---- */

struct replacement {
    hid_t after;
    const char *new_map;
    json_t *changed;     /* keys of basins that did not stay as they were */
    json_t *unused_maps; /* that no basin has any more, and that may have gone with these */
};

static bool is_in(const char *path, const char *group) {
    size_t length = strlen(group);
    return strncmp(path, group, length) == 0 && path[length] == '/' && !strchr(path + length + 1, '/');
}

static enum sm_likeness judge(const char *path, void *data) {
    const struct replacement *replacement = data;
    const char *name = sm_path_name(path);
    if (strcmp(name, SM_FEATURE_IMAGE_BG) == 0 || strcmp(name, SM_FEATURE_BG_OFF) == 0 ||
        strcmp(path, SM_PATH_SPLITS) == 0) {
        return SM_UNLIKE;
    }
    if (is_in(path, SM_GROUP_EVENTS) && sm_map_is(name)) {
        bool written = replacement->new_map && strcmp(name, replacement->new_map) == 0;
        bool gone =
            json_object_get(replacement->unused_maps, name) && !sm_hdf5_has(replacement->after, SM_GROUP_EVENTS, name);
        return written || gone ? SM_UNLIKE : SM_ALIKE;
    }
    return is_in(path, SM_GROUP_BASINS) && json_object_get(replacement->changed, name) ? SM_UNLIKE : SM_ALIKE;
}

/* Note which basins did not stay as they were and which maps were left by them, and write what became of them. */
static enum sparsemed_status expect_renewed(const struct sm_basins *basins, const struct sm_move *move, hid_t expected,
                                            int zstd_level, struct replacement *replacement,
                                            struct sparsemed_error *error) {
    json_t *used_maps = json_object();
    for (size_t i = 0; i < basins->n && error->status == SPARSEMED_OK; i++) {
        const struct sm_basin *basin = &basins->list[i];
        enum fate fate;
        bool offered;
        json_t *definition;
        renew(basin, move, &fate, &offered, &definition, error);
        if (fate != STAYS) {
            json_object_set_new(replacement->changed, basin->key, json_true());
        }
        if (basin->map) {
            json_object_set_new(fate == GOES ? replacement->unused_maps : used_maps, basin->map, json_true());
        }
        if (fate == CHANGES && error->status == SPARSEMED_OK) {
            sm_basin_write(expected, definition, zstd_level, error);
        } else {
            json_decref(definition);
        }
    }
    const char *map;
    json_t *used;
    json_object_foreach(used_maps, map, used) {
        json_object_del(replacement->unused_maps, map);
    }
    json_decref(used_maps);
    return error->status;
}

char *sm_old_background_compare(hid_t before, hid_t after, const struct sm_move *move, const char *new_map,
                                int zstd_level, hid_t expected, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct replacement replacement = {after, new_map, json_object(), json_object()};
    const struct sm_tolerance tolerance = {judge, sm_pipeline_claims_has, SM_MOST_COMPARED_BYTES, false, &replacement};
    struct sm_basins basins;
    char *different = NULL;
    sm_basins_read(before, &basins, error);
    if (error->status == SPARSEMED_OK &&
        expect_renewed(&basins, move, expected, zstd_level, &replacement, error) == SPARSEMED_OK) {
        different = sm_compare_files(before, after, &tolerance);
    }
    sm_basins_free(&basins);
    json_decref(replacement.unused_maps);
    json_decref(replacement.changed);
    return different;
}
