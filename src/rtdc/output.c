#include "rtdc/output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "rtdc/attributes.h"
#include "rtdc/basin.h"
#include "rtdc/filters.h"
#include "rtdc/hdf5.h"
#include "rtdc/metadata.h"
#include "rtdc/path.h"

static const char ppid_attribute[] = "dcnum ppid background";
static const char generation_attribute[] = "dcnum ppid generation";

/* ---- making ---- */

size_t sm_output_chunk_images(size_t height, size_t width) {
    size_t image_bytes = height * width;
    size_t n_images = ((size_t)1 << 20) / image_bytes;
    n_images = n_images < 10 ? 10 : n_images;
    n_images = n_images > 1000 ? 1000 : n_images;
    size_t most = UINT32_MAX / image_bytes; /* HDF5 has no larger chunks than 4 GiB */
    n_images = n_images > most ? most : n_images;
    return n_images ? n_images : 1;
}

/* Make a dataset of its final extent, extensible along its first dimension. Space is allocated at once: collective
 * writing needs that. */
static hid_t create_dataset(hid_t group, const char *name, hid_t type, int rank, const hsize_t *extent,
                            hsize_t chunk_length, int zstd_level) {
    hsize_t most[3], chunk[3];
    memcpy(most, extent, (size_t)rank * sizeof *most);
    memcpy(chunk, extent, (size_t)rank * sizeof *chunk);
    most[0] = H5S_UNLIMITED;
    chunk[0] = chunk_length;
    hid_t space = H5Screate_simple(rank, extent, most);
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(creation, rank, chunk);
    H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY);
    hid_t dataset = H5I_INVALID_HID;
    if (sm_filters_add(creation, zstd_level)) {
        dataset = H5Dcreate2(group, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    }
    sm_hdf5_release(creation);
    sm_hdf5_release(space);
    return dataset;
}

static bool write_ppid(hid_t dataset, const char *ppid) {
    return sm_attribute_write_text(dataset, ppid_attribute, ppid) &&
           sm_attribute_write_text(dataset, generation_attribute, SM_PPID_GENERATION);
}

static bool create_images(hid_t file, const struct sm_output *output) {
    const hsize_t extent[3] = {output->n_images, output->height, output->width};
    hid_t group = sm_hdf5_require_group(file, SM_IMAGE_GROUP);
    hid_t dataset = create_dataset(group, SM_IMAGE_NAME, H5T_STD_U8LE, 3, extent,
                                   sm_output_chunk_images(output->height, output->width), output->zstd_level);
    bool created = dataset >= 0 && sm_attribute_write_fixed(dataset, "CLASS", "IMAGE") &&
                   sm_attribute_write_fixed(dataset, "IMAGE_VERSION", "1.2") &&
                   sm_attribute_write_fixed(dataset, "IMAGE_SUBCLASS", "IMAGE_GRAYSCALE") &&
                   write_ppid(dataset, output->ppid);
    sm_hdf5_release(dataset);
    sm_hdf5_release(group);
    return created;
}

static bool create_features(hid_t file, const struct sm_output *output) {
    const hsize_t extent = output->n_frames;
    hid_t map = create_dataset(file, output->map_path, H5T_STD_I64LE, 1, &extent, SM_FEATURE_CHUNK, output->zstd_level);
    bool created = map >= 0;
    if (created && output->offset) {
        hid_t offset =
            create_dataset(file, SM_OFFSET_PATH, H5T_IEEE_F64LE, 1, &extent, SM_FEATURE_CHUNK, output->zstd_level);
        created = offset >= 0 && write_ppid(offset, output->ppid);
        sm_hdf5_release(offset);
    }
    sm_hdf5_release(map);
    return created;
}

/* Everything in the file, in the order in which it must come about: our map takes a name that copied basins leave. */
static enum sm_status fill(hid_t input, hid_t file, struct sm_output *output, struct sm_error *error) {
    char map_name[16];
    hid_t events = sm_hdf5_require_group(file, "events");
    sm_hdf5_release(events);
    if (sm_metadata_copy(input, file, output->zstd_level, error) != SM_OK ||
        sm_basins_copy(input, file, output->zstd_level, error) != SM_OK ||
        sm_basin_write_file(file, input, output->input_path, output->path, output->zstd_level, error) != SM_OK ||
        sm_basin_choose_map(file, map_name, error) != SM_OK) {
        return error->status;
    }
    snprintf(output->map_path, sizeof output->map_path, "events/%s", map_name);
    if (!create_images(file, output) || !create_features(file, output)) {
        return sm_fail_hdf5(error, SM_OUTPUT, "the datasets could not be made");
    }
    return sm_basin_write_internal(file, output->ppid, map_name, output->zstd_level, error);
}

enum sm_status sm_output_create(hid_t input, const char *temporary, struct sm_output *output, struct sm_error *error) {
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_LATEST);
    hid_t file = H5Fcreate(temporary, H5F_ACC_TRUNC, H5P_DEFAULT, access);
    sm_hdf5_release(access);
    if (file < 0) {
        return sm_fail_hdf5(error, SM_OUTPUT, "%s: could not be made", temporary);
    }
    if (fill(input, file, output, error) != SM_OK) {
        struct sm_error reason = *error;
        sm_fail(error, reason.status, "%s: %.800s", reason.status == SM_INPUT ? output->input_path : output->path,
                reason.message);
    }
    if (H5Fclose(file) < 0 && error->status == SM_OK) {
        sm_fail_hdf5(error, SM_OUTPUT, "%s: could not be written; is the disk full?", output->path);
    }
    return error->status;
}

/* ---- recognizing ---- */

/* What the basin definitions of an existing file tell. */
struct findings {
    const char *path, *input_path;
    char map_name[SM_MAP_PATH_MAX];
    bool names_input;
};

/* Whether a path of a basin definition, absolute or relative to the file that has it, leads to the input. */
static bool leads_to_input(const struct findings *findings, const char *path) {
    char *resolved = *path == '/' ? strdup(path) : sm_path_beside(findings->path, path);
    bool same = resolved && sm_path_same(resolved, findings->input_path);
    free(resolved);
    return same;
}

static bool inspect(const char *key, const json_t *definition, void *data) {
    (void)key;
    struct findings *findings = data;
    const char *type = json_string_value(json_object_get(definition, "type"));
    const char *map = json_string_value(json_object_get(definition, "mapping"));
    const json_t *features = json_object_get(definition, "features");
    const char *feature = json_string_value(json_array_get(features, 0));
    if (type && strcmp(type, "internal") == 0 && map && feature && strcmp(feature, SM_IMAGE_NAME) == 0) {
        snprintf(findings->map_name, sizeof findings->map_name, "%s", map);
    }
    const json_t *paths = json_object_get(definition, "paths");
    for (size_t i = 0; type && strcmp(type, "file") == 0 && i < json_array_size(paths); i++) {
        const char *path = json_string_value(json_array_get(paths, i));
        findings->names_input = findings->names_input || (path && leads_to_input(findings, path));
    }
    return true;
}

/* Whether a dataset exists, has n_frames elements along its first dimension (any number where that is 0) and, where
 * ppid is not NULL, bears it. */
static bool is_there(hid_t file, const char *group, const char *name, uint64_t n_frames, const char *ppid) {
    char path[64];
    if (!sm_hdf5_has(file, group, name) || snprintf(path, sizeof path, "%s/%s", group, name) >= (int)sizeof path) {
        return false;
    }
    hsize_t extent[H5S_MAX_RANK] = {0};
    hid_t dataset = H5Dopen2(file, path, H5P_DEFAULT);
    hid_t space = H5Dget_space(dataset);
    bool there = H5Sget_simple_extent_dims(space, extent, NULL) > 0 && (n_frames == 0 || extent[0] == n_frames);
    char *found = there && ppid ? sm_attribute_text(dataset, ppid_attribute, NULL) : NULL;
    there = there && (!ppid || (found && strcmp(found, ppid) == 0));
    free(found);
    sm_hdf5_release(space);
    sm_hdf5_release(dataset);
    return there;
}

static bool is_newer(const char *path, const char *than) {
    struct stat a, b;
    return stat(path, &a) == 0 && stat(than, &b) == 0 &&
           (a.st_mtim.tv_sec > b.st_mtim.tv_sec ||
            (a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec >= b.st_mtim.tv_nsec));
}

bool sm_output_is_done(const struct sm_output *output) {
    struct sm_error ignored = SM_NO_ERROR;
    hid_t file;
    if (!is_newer(output->path, output->input_path) || sm_hdf5_open(output->path, &file, &ignored) != SM_OK) {
        return false;
    }
    struct findings findings = {.path = output->path, .input_path = output->input_path};
    sm_basins_visit(file, inspect, &findings);
    bool done = findings.names_input && is_there(file, SM_IMAGE_GROUP, SM_IMAGE_NAME, 0, output->ppid) &&
                is_there(file, "events", findings.map_name, output->n_frames, NULL) &&
                is_there(file, "events", "bg_off", output->n_frames, output->ppid) == output->offset;
    H5Fclose(file);
    return done;
}
