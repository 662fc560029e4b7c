#include "rtdc/basin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/files/path.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/text.h"
#include "rtdc/identifier.h"
#include "rtdc/layout.h"

/* ---- reading definitions ---- */

struct visit {
    sm_basin_visitor *visitor;
    void *data;
};

static herr_t visit_one(hid_t group, const char *key, const H5L_info_t *info, void *data) {
    (void)info;
    struct visit *visit = data;
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    char *text = NULL;
    bool more = true;
    if (sm_text_read(group, key, &text, &ignored) == SPARSEMED_OK) {
        json_t *definition = json_loads(text, 0, NULL);
        if (json_is_object(definition)) {
            more = visit->visitor(key, definition, visit->data);
        }
        json_decref(definition);
    }
    free(text);
    return more ? 0 : 1;
}

void sm_basins_visit(hid_t file, sm_basin_visitor *visitor, void *data) {
    if (H5Lexists(file, "basins", H5P_DEFAULT) > 0) {
        struct visit visit = {visitor, data};
        H5Literate_by_name(file, "basins", H5_INDEX_NAME, H5_ITER_INC, NULL, visit_one, &visit, H5P_DEFAULT);
    }
}

/* Whether readers search one definition before another. */
static bool comes_before(const json_t *left, const json_t *right) {
    const char *left_type = json_string_value(json_object_get(left, "type"));
    const char *right_type = json_string_value(json_object_get(right, "type"));
    const char *left_name = json_string_value(json_object_get(left, "name"));
    const char *right_name = json_string_value(json_object_get(right, "name"));
    bool left_internal = left_type && strcmp(left_type, "internal") == 0;
    bool right_internal = right_type && strcmp(right_type, "internal") == 0;
    if (left_internal != right_internal) {
        return left_internal;
    }
    return strcmp(left_name ? left_name : "", right_name ? right_name : "") < 0;
}

/* Insert a definition behind those that do not come after it. */
static bool insert_definition(const char *key, const json_t *definition, void *list) {
    (void)key;
    size_t i = json_array_size(list);
    while (i > 0 && comes_before(definition, json_array_get(list, i - 1))) {
        i--;
    }
    json_array_insert_new(list, i, json_deep_copy(definition));
    return true;
}

json_t *sm_basins_list(hid_t file) {
    json_t *list = json_array();
    if (list) {
        sm_basins_visit(file, insert_definition, list);
    }
    return list;
}

static bool is_among(const char *name, const json_t *names) {
    for (size_t i = 0; i < json_array_size(names); i++) {
        const char *other = json_string_value(json_array_get(names, i));
        if (other && strcmp(other, name) == 0) {
            return true;
        }
    }
    return false;
}

bool sm_basin_lists(const json_t *definition, const char *name) {
    return is_among(name, json_object_get(definition, "features"));
}

/* dclab writes "same" where there is no map. */
const char *sm_basin_map(const json_t *definition) {
    const char *name = json_string_value(json_object_get(definition, "mapping"));
    return name && strcmp(name, "same") != 0 ? name : NULL;
}

/* Whether an open file is the measurement that a definition means. */
static enum sparsemed_status check_identifier(hid_t file, const char *path, const json_t *definition,
                                              struct sparsemed_error *error) {
    const char *expected = json_string_value(json_object_get(definition, "identifier"));
    char *found = expected ? sm_measurement_identifier(file) : NULL;
    if (expected && (!found || strcmp(found, expected) != 0)) {
        sparsemed_fail(error, SPARSEMED_INPUT, "%s: is another measurement: its identifier is %.200s instead of %.200s",
                       path, found ? found : "missing", expected);
    }
    free(found);
    return error->status;
}

enum sparsemed_status sm_basin_open(const char *path, const json_t *definition, hid_t *file,
                                    struct sparsemed_error *error) {
    *file = H5I_INVALID_HID;
    if (sm_hdf5_open(path, file, error) == SPARSEMED_OK &&
        check_identifier(*file, path, definition, error) != SPARSEMED_OK) {
        H5Fclose(*file);
        *file = H5I_INVALID_HID;
    }
    return error->status;
}

/* ---- writing definitions ---- */

enum sparsemed_status sm_basin_write(hid_t file, json_t *definition, int zstd_level, struct sparsemed_error *error) {
    char *text = definition ? json_dumps(definition, JSON_INDENT(2) | JSON_ENSURE_ASCII) : NULL;
    json_decref(definition);
    if (!text) {
        return sparsemed_fail(error, SPARSEMED_OUTPUT,
                              "a basin cannot be described: out of memory, or a file name is not UTF-8");
    }
    char key[SM_MD5_SIZE];
    sm_md5(text, key);
    hid_t group = sm_hdf5_require_group(file, "basins");
    if (group < 0) {
        sm_fail_hdf5(error, SPARSEMED_OUTPUT, "the group basins could not be made");
    } else if (H5Lexists(group, key, H5P_DEFAULT) == 0) {
        sm_text_write(group, key, text, zstd_level, error);
    }
    sm_hdf5_release(group);
    free(text);
    return error->status;
}

enum sparsemed_status sm_basin_write_internal(hid_t file, const char *ppid, const char *mapping, int zstd_level,
                                              struct sparsemed_error *error) {
    char description[SPARSEMED_MESSAGE_SIZE];
    snprintf(description, sizeof description, "Pipeline identifier: %s", ppid);
    json_t *definition =
        json_pack("{ss ss ss s[s] ss s[s] ss}", "description", description, "name", "background images", "format",
                  "h5dataset", "paths", "basin_events", "type", "internal", "features", "image_bg", "mapping", mapping);
    return sm_basin_write(file, definition, zstd_level, error);
}

/* Features that make up a background. */
static bool is_background(const char *name) {
    return strcmp(name, "image_bg") == 0 || strcmp(name, "bg_off") == 0;
}

/* A feature that readers shall take from the input: not its background, nor what only its own basins use. */
static bool is_offered(const char *name) {
    return !is_background(name) && strncmp(name, "basinmap", strlen("basinmap")) != 0;
}

void sm_basin_insert_feature(json_t *features, const char *name) {
    size_t i = 0;
    while (i < json_array_size(features) && strcmp(json_string_value(json_array_get(features, i)), name) < 0) {
        i++;
    }
    const char *found = json_string_value(json_array_get(features, i));
    if (is_offered(name) && (!found || strcmp(found, name) != 0)) {
        json_array_insert_new(features, i, json_string(name));
    }
}

static herr_t insert_link(hid_t group, const char *name, const H5L_info_t *info, void *features) {
    (void)group;
    (void)info;
    sm_basin_insert_feature(features, name);
    return 0;
}

struct listing {
    hid_t file;
    json_t *features;
};

static void list_group(const struct listing *listing, const char *group) {
    if (H5Lexists(listing->file, group, H5P_DEFAULT) > 0) {
        H5Literate_by_name(listing->file, group, H5_INDEX_NAME, H5_ITER_INC, NULL, insert_link, listing->features,
                           H5P_DEFAULT);
    }
}

/* Internal basins may be in groups of other names. */
static bool list_internal(const char *key, const json_t *definition, void *listing) {
    (void)key;
    const char *type = json_string_value(json_object_get(definition, "type"));
    const char *group = json_string_value(json_array_get(json_object_get(definition, "paths"), 0));
    if (type && strcmp(type, "internal") == 0 && group) {
        list_group(listing, group);
    }
    return true;
}

json_t *sm_basin_own_features(hid_t file) {
    struct listing listing = {file, json_array()};
    if (listing.features) {
        list_group(&listing, "events");
        list_group(&listing, "basin_events");
        sm_basins_visit(file, list_internal, &listing);
    }
    return listing.features;
}

enum sparsemed_status sm_basin_write_file(hid_t file, hid_t input, const char *input_path, const char *output_path,
                                          int zstd_level, struct sparsemed_error *error) {
    char *absolute = realpath(input_path, NULL);
    char *relative = sm_path_relative(input_path, output_path);
    char *identifier = sm_measurement_identifier(input);
    json_t *features = sm_basin_own_features(input);
    json_t *definition = NULL;
    if (absolute && relative && features) {
        definition = json_pack("{ss ss ss s[ss] ss ss?}", "description", "Created by " SM_SOFTWARE, "name",
                               sm_path_name(input_path), "format", "hdf5", "paths", absolute, relative, "type", "file",
                               "identifier", identifier);
        json_object_set(definition, "features", features);
    }
    json_decref(features);
    free(identifier);
    free(relative);
    free(absolute);
    return sm_basin_write(file, definition, zstd_level, error);
}

/* ---- what no basin shall offer any more ---- */

json_t *sm_basin_without_background(const json_t *definition, const json_t *others) {
    json_t *changed = json_deep_copy(definition);
    json_t *features = json_object_get(changed, "features");
    for (size_t i = json_array_size(features); i-- > 0;) {
        const char *name = json_string_value(json_array_get(features, i));
        if (name && (is_background(name) || is_among(name, others))) {
            json_array_remove(features, i);
        }
    }
    return changed;
}
