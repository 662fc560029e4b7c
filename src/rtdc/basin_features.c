/* What a basin offers whose definition does not list it. */
#include <stdlib.h>
#include <string.h>

#include "rtdc/basin.h"
#include "rtdc/files/path.h"

struct offer {
    json_t *features; /* sorted */
    int n_files;      /* that were opened */
};

static bool add_file(struct offer *offer, const json_t *definition, const char *from, int depth);

static void add_all(struct offer *offer, const json_t *features) {
    for (size_t i = 0; i < json_array_size(features); i++) {
        const char *name = json_string_value(json_array_get(features, i));
        if (name) {
            sm_basin_insert_feature(offer->features, name);
        }
    }
}

/* Add what a file has itself, and what its basins offer. */
static void add_content(struct offer *offer, hid_t file, const char *path, int depth) {
    json_t *own = sm_basin_own_features(file), *definitions = sm_basins_list(file);
    add_all(offer, own);
    for (size_t i = 0; i < json_array_size(definitions); i++) {
        const json_t *definition = json_array_get(definitions, i), *listed = json_object_get(definition, "features");
        if (json_is_array(listed)) {
            add_all(offer, listed);
        } else {
            add_file(offer, definition, path, depth + 1);
        }
    }
    json_decref(definitions);
    json_decref(own);
}

/* Add what the file of a definition offers, which is that of the first path that leads to it. Returns whether there is
 * one. */
static bool add_file(struct offer *offer, const json_t *definition, const char *from, int depth) {
    const char *type = json_string_value(json_object_get(definition, "type"));
    const json_t *paths = json_object_get(definition, "paths");
    bool found = false;
    if (!type || strcmp(type, "file") != 0 || depth > SM_BASIN_MAX_DEPTH) {
        return false;
    }
    for (size_t i = 0; i < json_array_size(paths) && !found && ++offer->n_files <= SM_BASIN_MAX_FILES; i++) {
        const char *path = json_string_value(json_array_get(paths, i));
        char *resolved = path ? sm_path_referred(from, path) : NULL;
        struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
        hid_t file;
        found = resolved && sm_basin_open(resolved, definition, &file, &ignored) == SPARSEMED_OK;
        if (found) {
            add_content(offer, file, resolved, depth);
            H5Fclose(file);
        }
        free(resolved);
    }
    return found;
}

json_t *sm_basin_with_features(const json_t *definition, const char *path) {
    json_t *copy = json_deep_copy(definition);
    struct offer offer = {json_array(), 0};
    if (!json_is_array(json_object_get(definition, "features")) && add_file(&offer, definition, path, 1)) {
        json_object_set(copy, "features", offer.features);
    }
    json_decref(offer.features);
    return copy;
}
