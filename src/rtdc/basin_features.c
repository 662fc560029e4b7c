#include "rtdc/basin_features.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "rtdc/basin_walk.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/layout.h"
#include "rtdc/map.h"

/* ---- lists ---- */

/* Whether a feature is part of a background. */
static bool is_background(const char *name) {
    return strcmp(name, SM_FEATURE_IMAGE_BG) == 0 || strcmp(name, SM_FEATURE_BG_OFF) == 0;
}

/* Insert a feature into a list that has it not; but no background, as readers shall not take one from there, and no
 * map, which only the basins of its own file use. */
static void insert_feature(json_t *features, const char *name) {
    size_t i = 0;
    while (i < json_array_size(features) && strcmp(json_string_value(json_array_get(features, i)), name) < 0) {
        i++;
    }
    const char *found = json_string_value(json_array_get(features, i));
    if (!is_background(name) && !sm_map_is(name) && (!found || strcmp(found, name) != 0)) {
        json_array_insert_new(features, i, json_string(name));
    }
}

static bool has_feature(const json_t *features, const char *name) {
    for (size_t i = 0; i < json_array_size(features); i++) {
        const char *other = json_string_value(json_array_get(features, i));
        if (other && strcmp(other, name) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- what a file has itself ---- */

static herr_t insert_link(hid_t group, const char *name, const H5L_info_t *info, void *features) {
    (void)group;
    (void)info;
    insert_feature(features, name);
    return 0;
}

/* Insert the features of a file whose basins are these. */
static enum sparsemed_status insert_own(hid_t file, const struct sm_basins *basins, json_t *features,
                                        struct sparsemed_error *error) {
    if (sm_hdf5_walk(file, SM_GROUP_EVENTS, insert_link, features, error) == SPARSEMED_OK) {
        sm_hdf5_walk(file, SM_GROUP_BASIN_EVENTS, insert_link, features, error);
    }
    for (size_t i = 0; i < basins->n && error->status == SPARSEMED_OK; i++) {
        const struct sm_basin *basin = &basins->list[i]; /* internal basins may be in groups of other names */
        if (basin->type == SM_BASIN_INTERNAL && basin->group) {
            sm_hdf5_walk(file, basin->group, insert_link, features, error);
        }
    }
    return error->status;
}

enum sparsemed_status sm_basin_own_features(hid_t file, json_t **features, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct sm_basins basins;
    *features = json_array();
    if (sm_basins_read(file, &basins, error) == SPARSEMED_OK && !*features) {
        sparsemed_fail_memory(error, "listing features");
    }
    if (error->status == SPARSEMED_OK) {
        insert_own(file, &basins, *features, error);
    }
    if (error->status != SPARSEMED_OK) {
        json_decref(*features);
        *features = NULL;
    }
    sm_basins_free(&basins);
    return error->status;
}

/* ---- what a file offers through a basin ---- */

/* Insert what a file has itself, and what its basins offer. */
static bool insert_offer(struct sm_walk *walk, const struct sm_station *station, const struct sm_basin *basin,
                         struct sparsemed_error *error) {
    (void)basin;
    json_t *features = walk->data;
    struct sm_basins basins;
    if (sm_basins_read(station->file, &basins, error) == SPARSEMED_OK) {
        sm_basins_sort(&basins);
        insert_own(station->file, &basins, features, error);
    }
    for (size_t i = 0; i < basins.n; i++) {
        const struct sm_basin *further = &basins.list[i];
        for (size_t j = 0; j < further->n_features; j++) {
            insert_feature(features, further->features[j]);
        }
        if (!further->lists_features && further->type == SM_BASIN_FILE) {
            struct sparsemed_error ignored = SPARSEMED_NO_ERROR; /* a basin that leads nowhere offers nothing */
            sm_walk_follow(walk, station, further, &ignored);
        }
    }
    sm_basins_free(&basins);
    return true;
}

json_t *sm_basin_with_features(const struct sm_basin *basin, const char *path) {
    json_t *copy = json_deep_copy(basin->json), *features = json_array();
    if (features && !basin->lists_features && basin->type == SM_BASIN_FILE) {
        /* It is not in the file that has the definition: where others lead back to that, it offers what it has. */
        const struct sm_station start = {NULL, H5I_INVALID_HID, path, path, 0};
        struct sm_walk walk = {.arrive = insert_offer, .any_file = true, .data = features};
        struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
        if (sm_walk_follow(&walk, &start, basin, &ignored)) {
            json_object_set(copy, SM_KEY_FEATURES, features);
        }
    }
    json_decref(features);
    return copy;
}

/* ---- what no basin shall offer any more ---- */

json_t *sm_basin_without_background(const json_t *definition, const json_t *others, size_t *n_removed, size_t *n_left) {
    json_t *changed = json_deep_copy(definition);
    json_t *features = json_object_get(changed, SM_KEY_FEATURES);
    size_t n_before = json_array_size(features);
    for (size_t i = n_before; i-- > 0;) {
        const char *name = json_string_value(json_array_get(features, i));
        if (name && (is_background(name) || has_feature(others, name))) {
            json_array_remove(features, i);
        }
    }
    *n_left = json_array_size(features);
    *n_removed = n_before - *n_left;
    return changed;
}
