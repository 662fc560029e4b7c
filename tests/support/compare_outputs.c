#include "support/compare_outputs.h"

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/basin.h"
#include "rtdc/hdf5/attributes.h"
#include "rtdc/hdf5/hdf5.h"

static bool differ(const char *path, const char *what) {
    fprintf(stderr, "%s: %s differ\n", path, what);
    return false;
}

static bool same_shape(hid_t ours, hid_t reference) {
    hid_t a = H5Dget_space(ours), b = H5Dget_space(reference);
    hsize_t extent[2][H5S_MAX_RANK], most[2][H5S_MAX_RANK];
    int rank = H5Sget_simple_extent_dims(a, extent[0], most[0]);
    bool same = rank > 0 && rank == H5Sget_simple_extent_dims(b, extent[1], most[1]) &&
                memcmp(extent[0], extent[1], (size_t)rank * sizeof(hsize_t)) == 0 &&
                memcmp(most[0], most[1], (size_t)rank * sizeof(hsize_t)) == 0;
    sm_hdf5_release(b);
    sm_hdf5_release(a);
    return same;
}

static bool same_filter(hid_t ours, hid_t reference, unsigned i) {
    unsigned flags[2], configuration, values[2][8] = {{0}};
    size_t n[2] = {8, 8};
    H5Z_filter_t a = H5Pget_filter2(ours, i, &flags[0], &n[0], values[0], 0, NULL, &configuration);
    H5Z_filter_t b = H5Pget_filter2(reference, i, &flags[1], &n[1], values[1], 0, NULL, &configuration);
    return a == b && flags[0] == flags[1] && n[0] == n[1] && memcmp(values[0], values[1], sizeof values[0]) == 0;
}

static bool same_storage(hid_t ours, hid_t reference) {
    hid_t a = H5Dget_create_plist(ours), b = H5Dget_create_plist(reference);
    hsize_t chunk[2][H5S_MAX_RANK];
    int rank = H5Pget_chunk(a, H5S_MAX_RANK, chunk[0]), n_filters = H5Pget_nfilters(a);
    bool same = rank == H5Pget_chunk(b, H5S_MAX_RANK, chunk[1]) && n_filters == H5Pget_nfilters(b) &&
                (rank <= 0 || memcmp(chunk[0], chunk[1], (size_t)rank * sizeof(hsize_t)) == 0);
    for (int i = 0; same && i < n_filters; i++) {
        same = same_filter(a, b, (unsigned)i);
    }
    sm_hdf5_release(b);
    sm_hdf5_release(a);
    return same;
}

static bool same_values(hid_t ours, hid_t reference) {
    hid_t type = H5Dget_type(reference), own_type = H5Dget_type(ours), space = H5Dget_space(reference);
    size_t n_bytes = (size_t)H5Sget_simple_extent_npoints(space) * H5Tget_size(type);
    char *a = malloc(n_bytes), *b = malloc(n_bytes);
    bool same = a && b && H5Tequal(own_type, type) > 0 && H5Dread(ours, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, a) >= 0 &&
                H5Dread(reference, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, b) >= 0 && memcmp(a, b, n_bytes) == 0;
    free(b);
    free(a);
    sm_hdf5_release(space);
    sm_hdf5_release(own_type);
    sm_hdf5_release(type);
    return same;
}

static bool same_attribute(hid_t ours, hid_t reference, const char *name) {
    bool fixed[2] = {false, false};
    char *a = sm_attribute_text(ours, name, &fixed[0]), *b = sm_attribute_text(reference, name, &fixed[1]);
    bool same = (!a && !b) || (a && b && strcmp(a, b) == 0 && fixed[0] == fixed[1]);
    free(b);
    free(a);
    return same;
}

static bool same_attributes(hid_t ours, hid_t reference) {
    static const char *const names[] = {"CLASS", "IMAGE_VERSION", "IMAGE_SUBCLASS", "dcnum ppid background",
                                        "dcnum ppid generation"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!same_attribute(ours, reference, names[i])) {
            return false;
        }
    }
    return true;
}

/* Compare a dataset that may have another name in the reference. */
static bool same_dataset(hid_t ours, hid_t reference, const char *group, const char *name, const char *reference_name) {
    bool there = sm_hdf5_has(reference, group, reference_name);
    if (sm_hdf5_has(ours, group, name) != there) {
        return differ(name, "existence");
    }
    if (!there) {
        return true;
    }
    char path[128], reference_path[128];
    snprintf(path, sizeof path, "%s/%s", group, name);
    snprintf(reference_path, sizeof reference_path, "%s/%s", group, reference_name);
    hid_t a = H5Dopen2(ours, path, H5P_DEFAULT), b = H5Dopen2(reference, reference_path, H5P_DEFAULT);
    bool same = (same_shape(a, b) || differ(path, "shapes")) &&
                (same_storage(a, b) || differ(path, "chunks or filters")) &&
                (same_attributes(a, b) || differ(path, "attributes")) && (same_values(a, b) || differ(path, "values"));
    sm_hdf5_release(b);
    sm_hdf5_release(a);
    return same;
}

/* The internal basin that offers background images; it must be the only one. */
struct background {
    int n;
    char key[64], map[64];
    json_t *rest; /* the definition but for the name of the map */
};

static void note_background(hid_t file, struct background *found) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    struct sm_basins basins;
    sm_basins_read(file, &basins, &ignored);
    for (size_t i = 0; i < basins.n; i++) {
        const struct sm_basin *basin = &basins.list[i];
        if (basin->type == SM_BASIN_INTERNAL && sm_basin_lists(basin, "image_bg")) {
            found->n++;
            snprintf(found->key, sizeof found->key, "%s", basin->key);
            snprintf(found->map, sizeof found->map, "%s", basin->map ? basin->map : "");
            json_decref(found->rest);
            found->rest = json_deep_copy(basin->json);
            json_object_del(found->rest, "mapping");
        }
    }
    sm_basins_free(&basins);
}

/* The same definition, under the same key where the maps have the same name; and the maps. */
static bool same_background(hid_t ours, hid_t reference) {
    struct background a = {0}, b = {0};
    note_background(ours, &a);
    note_background(reference, &b);
    bool same_name = strcmp(a.map, b.map) == 0;
    bool same = (a.n == 1 && b.n == 1 && json_equal(a.rest, b.rest) && (strcmp(a.key, b.key) == 0) == same_name) ||
                differ("basins", "internal basins");
    same = same && same_dataset(ours, reference, "events", a.map, b.map);
    for (int i = 0; i < 2 && same && same_name; i++) { /* those of other basins, too */
        const char *map = i == 0 ? "basinmap0" : "basinmap1";
        same = !sm_hdf5_has(reference, "events", map) || same_dataset(ours, reference, "events", map, map);
    }
    json_decref(b.rest);
    json_decref(a.rest);
    return same;
}

bool outputs_agree(const char *ours, const char *reference) {
    hid_t a = H5Fopen(ours, H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t b = H5Fopen(reference, H5F_ACC_RDONLY, H5P_DEFAULT);
    bool agree = ((a >= 0 && b >= 0) || differ(ours, "files, one of which cannot be opened,")) &&
                 same_dataset(a, b, "basin_events", "image_bg", "image_bg") &&
                 same_dataset(a, b, "events", "bg_off", "bg_off") && same_background(a, b);
    H5Fclose(b);
    H5Fclose(a);
    return agree;
}

/* ---- images of frames ---- */

/* Read an image, as any reader would. */
static bool read_image(hid_t dataset, uint64_t i, size_t image_bytes, uint8_t *image) {
    hsize_t extent[3], origin[3] = {i}, flat = image_bytes;
    hid_t space = H5Dget_space(dataset), memory = H5Screate_simple(1, &flat, NULL);
    H5Sget_simple_extent_dims(space, extent, NULL);
    extent[0] = 1;
    bool read = H5Sselect_hyperslab(space, H5S_SELECT_SET, origin, NULL, extent, NULL) >= 0 &&
                H5Dread(dataset, H5T_NATIVE_UINT8, memory, space, H5P_DEFAULT, image) >= 0;
    sm_hdf5_release(memory);
    sm_hdf5_release(space);
    return read;
}

/* Whether every frame has the image of the reference that the map gives it.
 *
 * map   [n_frames] */
static bool same_images(hid_t ours, hid_t reference, const int64_t *map, uint64_t n_frames) {
    hsize_t extent[2][3] = {{0}};
    hid_t spaces[2] = {H5Dget_space(ours), H5Dget_space(reference)};
    bool same = true;
    for (int i = 0; i < 2; i++) {
        same = same && H5Sget_simple_extent_dims(spaces[i], extent[i], NULL) == 3;
        sm_hdf5_release(spaces[i]);
    }
    size_t image_bytes = extent[1][1] * extent[1][2];
    uint8_t *a = malloc(image_bytes + 1), *b = malloc(image_bytes + 1);
    same = same && extent[0][0] == n_frames && extent[0][1] * extent[0][2] == image_bytes;
    for (uint64_t frame = 0; frame < n_frames && same; frame++) {
        same = read_image(ours, frame, image_bytes, a) && read_image(reference, (uint64_t)map[frame], image_bytes, b) &&
               memcmp(a, b, image_bytes) == 0;
    }
    free(b);
    free(a);
    return same;
}

/* The map of a background, to be released with free. */
static int64_t *read_map(hid_t file, const char *name, uint64_t *n_frames) {
    char path[128];
    hsize_t n = 0;
    snprintf(path, sizeof path, "events/%s", name);
    hid_t dataset = H5Dopen2(file, path, H5P_DEFAULT), space = H5Dget_space(dataset);
    H5Sget_simple_extent_dims(space, &n, NULL);
    int64_t *map = malloc(n * sizeof *map + 1);
    if (H5Dread(dataset, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, map) < 0) {
        n = 0;
    }
    sm_hdf5_release(space);
    sm_hdf5_release(dataset);
    *n_frames = n;
    return map;
}

static bool same_frames(hid_t ours, hid_t reference) {
    struct background none = {0}, found = {0};
    uint64_t n_frames;
    note_background(ours, &none);
    note_background(reference, &found);
    int64_t *map = read_map(reference, found.map, &n_frames);
    hid_t a = H5Dopen2(ours, "events/image_bg", H5P_DEFAULT),
          b = H5Dopen2(reference, "basin_events/image_bg", H5P_DEFAULT);
    bool same = (none.n == 0 || differ("basins", "internal basins")) &&
                (!sm_hdf5_has(ours, "basin_events", "image_bg") || differ("basin_events/image_bg", "existence")) &&
                (n_frames > 0 || differ("events", "maps")) &&
                (same_storage(a, b) || differ("events/image_bg", "chunks or filters")) &&
                (same_attributes(a, b) || differ("events/image_bg", "attributes")) &&
                (same_images(a, b, map, n_frames) || differ("events/image_bg", "images"));
    sm_hdf5_release(b);
    sm_hdf5_release(a);
    free(map);
    json_decref(found.rest);
    json_decref(none.rest);
    return same;
}

bool frames_agree(const char *ours, const char *reference) {
    hid_t a = H5Fopen(ours, H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t b = H5Fopen(reference, H5F_ACC_RDONLY, H5P_DEFAULT);
    bool agree = ((a >= 0 && b >= 0) || differ(ours, "files, one of which cannot be opened,")) && same_frames(a, b) &&
                 same_dataset(a, b, "events", "bg_off", "bg_off");
    H5Fclose(b);
    H5Fclose(a);
    return agree;
}
