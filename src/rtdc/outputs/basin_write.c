#include "rtdc/outputs/basin_write.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/basin_features.h"
#include "rtdc/files/path.h"
#include "rtdc/files/surrogates.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/text.h"
#include "rtdc/identifier.h"
#include "rtdc/layout.h"

enum sparsemed_status sm_basin_write(hid_t file, json_t *definition, int zstd_level, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    char *text = definition ? sm_json_write(definition, JSON_INDENT(2) | JSON_ENSURE_ASCII) : NULL;
    json_decref(definition);
    if (!text) {
        return sparsemed_fail_memory(error, "describing a basin");
    }
    char key[SM_MD5_SIZE];
    sm_md5(text, key);
    hid_t group = sm_hdf5_require_group(file, SM_GROUP_BASINS);
    if (group < 0) {
        sm_fail_hdf5(error, SPARSEMED_OUTPUT, "the group " SM_GROUP_BASINS " could not be made");
    } else if (H5Lexists(group, key, H5P_DEFAULT) == 0) {
        sm_text_write(group, key, text, zstd_level, error);
    }
    sm_hdf5_release(group);
    free(text);
    return error->status;
}

enum sparsemed_status sm_basin_write_internal(hid_t file, const char *ppid, const char *mapping, int zstd_level,
                                              struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    char description[SPARSEMED_MESSAGE_SIZE];
    snprintf(description, sizeof description, SM_DESCRIBED_BY_PPID "%s", ppid);
    json_t *definition =
        json_pack("{ss ss ss s[s] ss s[s] ss}", SM_KEY_DESCRIPTION, description, SM_KEY_NAME, SM_NAME_IMAGES,
                  SM_KEY_FORMAT, SM_FORMAT_INTERNAL, SM_KEY_PATHS, SM_GROUP_BASIN_EVENTS, SM_KEY_TYPE, SM_TYPE_INTERNAL,
                  SM_KEY_FEATURES, SM_FEATURE_IMAGE_BG, SM_KEY_MAPPING, mapping);
    return sm_basin_write(file, definition, zstd_level, error);
}

/* The path of the input from the folder of the output on, to be released with free. */
static enum sparsemed_status tell_relative(const struct sm_origin *origin, const char *output_path, char **relative,
                                           struct sparsemed_error *error) {
    assert(origin->real_path);
    *relative = sm_path_relative(origin->real_path, output_path);
    if (!*relative) {
        return sparsemed_fail(error, SPARSEMED_OUTPUT, "the way from it to the input cannot be told: %s",
                              strerror(errno));
    }
    return SPARSEMED_OK;
}

enum sparsemed_status sm_basin_write_file(hid_t file, hid_t input, const struct sm_origin *origin,
                                          const char *output_path, const char *mapping, int zstd_level,
                                          struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    char *relative, *identifier = NULL;
    json_t *features = NULL, *definition = NULL;
    if (tell_relative(origin, output_path, &relative, error) == SPARSEMED_OK &&
        sm_measurement_identifier_read(input, &identifier, error) == SPARSEMED_OK) {
        sm_basin_own_features(input, &features, error);
    }
    if (features) {
        definition =
            json_pack("{ss so ss s[oo] ss so?}", SM_KEY_DESCRIPTION, SM_DESCRIBED_BY_MAKER SM_SOFTWARE, SM_KEY_NAME,
                      sm_json_from_bytes(sm_path_name(origin->path)), SM_KEY_FORMAT, SM_FORMAT_FILE, SM_KEY_PATHS,
                      sm_json_from_bytes(origin->real_path), sm_json_from_bytes(relative), SM_KEY_TYPE, SM_TYPE_FILE,
                      SM_KEY_IDENTIFIER, identifier ? sm_json_from_bytes(identifier) : NULL);
        json_object_set(definition, SM_KEY_FEATURES, features);
        if (mapping) {
            json_object_set_new(definition, SM_KEY_MAPPING, json_string(mapping));
        }
    }
    json_decref(features);
    free(identifier);
    free(relative);
    if (error->status != SPARSEMED_OK) {
        json_decref(definition);
        return error->status;
    }
    return sm_basin_write(file, definition, zstd_level, error);
}
