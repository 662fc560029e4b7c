#include "rtdc/map.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "rtdc/hdf5/guard.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/needs.h"

enum { BLOCK_FRAMES = 4096 };

static void format_name(char name[SM_MAP_NAME_SIZE], int i) {
    snprintf(name, SM_MAP_NAME_SIZE, SM_FEATURE_MAP "%d", i);
}

bool sm_map_has_length(hid_t dataset, uint64_t n_frames) {
    hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset);
    bool has = H5Tget_class(type) == H5T_INTEGER && H5Sget_simple_extent_ndims(space) == 1 &&
               H5Sget_simple_extent_npoints(space) == (hssize_t)n_frames;
    sm_hdf5_release(space);
    sm_hdf5_release(type);
    return has;
}

enum sparsemed_status sm_map_read(hid_t dataset, int64_t **rows, uint64_t *n_rows, struct sparsemed_error *error) {
    hid_t space = H5Dget_space(dataset);
    hssize_t n = H5Sget_simple_extent_npoints(space);
    sm_hdf5_release(space);
    *rows = NULL;
    *n_rows = n > 0 ? (uint64_t)n : 0;
    if (*n_rows == 0 || !sm_map_has_length(dataset, *n_rows)) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "is no list of rows");
    }
    if (sm_needs_check(dataset, sm_min(*n_rows, UINT64_MAX / sizeof **rows) * sizeof **rows, SM_NEED_VALUES, error) !=
        SPARSEMED_OK) {
        return error->status;
    }
    *rows = *n_rows <= SIZE_MAX / sizeof **rows ? malloc(*n_rows * sizeof **rows) : NULL;
    return *rows ? sm_guarded_read(dataset, H5T_NATIVE_INT64, *rows, error)
                 : sparsemed_fail_memory(error, "reading a map");
}

static bool is_attributed(const int64_t *map, const struct sparsemed_attribution *attribution, uint64_t n_frames) {
    int64_t expected[BLOCK_FRAMES];
    for (uint64_t first = 0; first < n_frames; first += BLOCK_FRAMES) {
        size_t n = sm_min(n_frames - first, BLOCK_FRAMES);
        sparsemed_attribution_map(attribution, first, n, expected);
        if (memcmp(map + first, expected, n * sizeof *expected) != 0) {
            return false;
        }
    }
    return true;
}

/* Whether the map of a name is the one that is looked for. One that cannot be read is not. */
static bool tells_the_same(hid_t events, const char *name, const struct sparsemed_attribution *attribution,
                           uint64_t n_frames, int64_t *values) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    hid_t dataset = H5Dopen2(events, name, H5P_DEFAULT);
    bool same = dataset >= 0 && sm_map_has_length(dataset, n_frames) &&
                sm_guarded_read(dataset, H5T_NATIVE_INT64, values, &ignored) == SPARSEMED_OK &&
                is_attributed(values, attribution, n_frames);
    sm_hdf5_release(dataset);
    return same;
}

bool sm_map_is(const char *feature) {
    return strncmp(feature, SM_FEATURE_MAP, strlen(SM_FEATURE_MAP)) == 0;
}

enum sparsemed_status sm_map_find(hid_t file, const struct sparsemed_attribution *attribution, uint64_t n_frames,
                                  char name[SM_MAP_NAME_SIZE], struct sparsemed_error *error) {
    assert(n_frames >= 1 && error->status == SPARSEMED_OK);
    *name = '\0';
    int64_t *values = malloc(n_frames * sizeof *values);
    if (!values) {
        return sparsemed_fail_memory(error, "comparing maps");
    }
    for (int i = 0; i < SM_N_MAPS && !*name; i++) {
        char candidate[SM_MAP_NAME_SIZE];
        format_name(candidate, i);
        bool found = sm_hdf5_has(file, SM_GROUP_EVENTS, candidate); /* another one will do */
        hid_t events = found ? H5Gopen2(file, SM_GROUP_EVENTS, H5P_DEFAULT) : H5I_INVALID_HID;
        if (events >= 0 && tells_the_same(events, candidate, attribution, n_frames, values)) {
            strcpy(name, candidate);
        }
        sm_hdf5_release(events);
    }
    free(values);
    return SPARSEMED_OK;
}

enum sparsemed_status sm_map_choose(hid_t file, hid_t other, char name[SM_MAP_NAME_SIZE],
                                    struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    for (int i = 0; i < SM_N_MAPS; i++) {
        format_name(name, i);
        bool taken, taken_there;
        if (sm_hdf5_find(file, SM_GROUP_EVENTS, name, &taken, error) != SPARSEMED_OK ||
            sm_hdf5_find(other, SM_GROUP_EVENTS, name, &taken_there, error) != SPARSEMED_OK ||
            (!taken && !taken_there)) {
            return error->status;
        }
    }
    return sparsemed_fail(error, SPARSEMED_OUTPUT,
                          "all ten maps, " SM_GROUP_EVENTS "/" SM_FEATURE_MAP "0 to 9, are taken");
}
