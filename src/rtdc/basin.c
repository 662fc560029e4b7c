#include "rtdc/basin.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/files/surrogates.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/text.h"
#include "rtdc/layout.h"

/* ---- parsing ---- */

static const char *text_of(const json_t *json, const char *key) {
    return json_string_value(json_object_get(json, key));
}

static enum sm_basin_type parse_type(const char *name) {
    if (name && strcmp(name, SM_TYPE_INTERNAL) == 0) {
        return SM_BASIN_INTERNAL;
    }
    return name && strcmp(name, SM_TYPE_FILE) == 0 ? SM_BASIN_FILE : SM_BASIN_UNKNOWN;
}

static const char *parse_map(const char *name) {
    return name && strcmp(name, SM_MAPPING_SAME) != 0 ? name : NULL;
}

static void free_paths(struct sm_basin *basin) {
    for (size_t i = 0; i < basin->n_paths; i++) {
        free(basin->paths[i]);
    }
    free(basin->paths);
}

/* The paths of an array, in bytes. Returns false where memory is out. */
static bool parse_paths(const json_t *array, struct sm_basin *basin) {
    basin->paths = malloc((json_array_size(array) + 1) * sizeof *basin->paths);
    bool parsed = basin->paths;
    for (size_t i = 0; parsed && i < json_array_size(array); i++) {
        const json_t *path = json_array_get(array, i);
        if (json_is_string(path)) {
            basin->paths[basin->n_paths] = sm_json_to_bytes(path);
            parsed = basin->paths[basin->n_paths];
            basin->n_paths += parsed;
        }
    }
    return parsed;
}

/* The strings of an array. Returns NULL where memory is out. */
static const char **parse_strings(const json_t *array, size_t *n) {
    const char **list = malloc((json_array_size(array) + 1) * sizeof *list);
    *n = 0;
    for (size_t i = 0; list && i < json_array_size(array); i++) {
        const char *text = json_string_value(json_array_get(array, i));
        if (text) {
            list[(*n)++] = text;
        }
    }
    return list;
}

static void free_basin(struct sm_basin *basin) {
    free(basin->features);
    free_paths(basin);
    free(basin->identifier);
    free(basin->key);
    json_decref(basin->json);
}

/* Parse a definition, which is taken over. Returns false where memory is out. */
static bool parse_basin(const char *key, json_t *json, struct sm_basin *basin) {
    const json_t *paths = json_object_get(json, SM_KEY_PATHS), *features = json_object_get(json, SM_KEY_FEATURES);
    const char *name = text_of(json, SM_KEY_NAME);
    *basin = (struct sm_basin){
        .key = strdup(key),
        .json = json,
        .type = parse_type(text_of(json, SM_KEY_TYPE)),
        .type_name = text_of(json, SM_KEY_TYPE),
        .name = name ? name : "",
        .group = json_string_value(json_array_get(paths, 0)),
        .lists_features = json_is_array(features),
        .map = parse_map(text_of(json, SM_KEY_MAPPING)),
    };
    const json_t *identifier = json_object_get(json, SM_KEY_IDENTIFIER);
    basin->identifier = sm_json_to_bytes(identifier);
    basin->features = parse_strings(features, &basin->n_features);
    if (!parse_paths(paths, basin) || !basin->key || !basin->features ||
        (json_is_string(identifier) && !basin->identifier)) {
        free_basin(basin);
        return false;
    }
    return true;
}

/* ---- all of a file ---- */

/* Parse a definition to the end of a list. Takes the JSON over. Returns false where memory is out. */
static bool append_basin(struct sm_basins *basins, const char *key, json_t *json) {
    struct sm_basin *list = realloc(basins->list, (basins->n + 1) * sizeof *list);
    if (!list) {
        json_decref(json);
        return false;
    }
    basins->list = list;
    if (!parse_basin(key, json, &list[basins->n])) {
        return false;
    }
    basins->n++;
    return true;
}

struct reading {
    struct sm_basins *basins;
    struct sparsemed_error *error;
};

/* Read a definition as JSON; NULL where it is something else. */
static enum sparsemed_status read_json(hid_t group, const char *key, json_t **json, struct sparsemed_error *error) {
    hid_t object;
    char *text = NULL;
    *json = NULL;
    if (sm_hdf5_open_link(group, key, &object, error) != SPARSEMED_OK) {
        return error->status;
    }
    hid_t type = H5Iget_type(object) == H5I_DATASET ? H5Dget_type(object) : H5I_INVALID_HID;
    if (H5Tget_class(type) == H5T_STRING && sm_text_read(group, key, &text, error) == SPARSEMED_OK) {
        *json = sm_json_read(text);
    }
    free(text);
    sm_hdf5_release(type);
    sm_hdf5_release(object);
    return error->status;
}

static herr_t read_definition(hid_t group, const char *key, const H5L_info_t *info, void *data) {
    (void)info;
    struct reading *reading = data;
    json_t *json;
    if (read_json(group, key, &json, reading->error) != SPARSEMED_OK) {
        sparsemed_fail_where(reading->error, SM_GROUP_BASINS "/%s", key);
    } else if (!json_is_object(json)) {
        json_decref(json);
    } else if (!append_basin(reading->basins, key, json)) {
        sparsemed_fail_memory(reading->error, "reading basins");
    }
    return reading->error->status == SPARSEMED_OK ? 0 : 1;
}

enum sparsemed_status sm_basins_read(hid_t file, struct sm_basins *basins, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct sparsemed_error failure = SPARSEMED_NO_ERROR; /* of a definition; a failure of the walk comes first */
    struct reading reading = {basins, &failure};
    *basins = SM_NO_BASINS;
    if (sm_hdf5_walk(file, SM_GROUP_BASINS, read_definition, &reading, error) == SPARSEMED_OK) {
        *error = failure;
    }
    return error->status;
}

static int compare_for_readers(const void *left, const void *right) {
    const struct sm_basin *a = left, *b = right;
    bool a_internal = a->type == SM_BASIN_INTERNAL, b_internal = b->type == SM_BASIN_INTERNAL;
    if (a_internal != b_internal) {
        return a_internal ? -1 : 1;
    }
    int by_name = strcmp(a->name, b->name);
    return by_name != 0 ? by_name : strcmp(a->key, b->key);
}

void sm_basins_sort(struct sm_basins *basins) {
    if (basins->n > 0) {
        qsort(basins->list, basins->n, sizeof *basins->list, compare_for_readers);
    }
}

void sm_basins_free(struct sm_basins *basins) {
    for (size_t i = 0; i < basins->n; i++) {
        free_basin(&basins->list[i]);
    }
    free(basins->list);
    *basins = SM_NO_BASINS;
}

bool sm_basin_lists(const struct sm_basin *basin, const char *feature) {
    for (size_t i = 0; i < basin->n_features; i++) {
        if (strcmp(basin->features[i], feature) == 0) {
            return true;
        }
    }
    return false;
}
