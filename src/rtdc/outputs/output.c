#include "rtdc/outputs/output.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "rtdc/files/path.h"
#include "rtdc/filters/filters.h"
#include "rtdc/hdf5/attributes.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/layout.h"
#include "rtdc/map.h"
#include "rtdc/outputs/basin_write.h"
#include "rtdc/outputs/compare_files.h"
#include "rtdc/outputs/feature_copy.h"
#include "rtdc/outputs/old_background.h"
#include "rtdc/outputs/take_over.h"

size_t sm_output_chunk_images(size_t height, size_t width) {
    assert(height >= 1 && width >= 1);
    size_t image_bytes = height * width;
    size_t n_images = sm_max(SM_IMAGE_CHUNK_BYTES / image_bytes, SM_IMAGE_CHUNK_LEAST);
    size_t fitting = sm_max(UINT32_MAX / image_bytes, 1); /* HDF5 has no larger chunks than 4 GiB */
    return sm_min(sm_min(n_images, SM_IMAGE_CHUNK_MOST), fitting);
}

/* Make a dataset of its final extent, extensible along its first dimension.
 *
 * at_once   whether space is allocated now: collective writing needs that */
static hid_t create_dataset(hid_t location, const char *path, hid_t type, int rank, const hsize_t *extent,
                            hsize_t chunk_length, bool at_once, int zstd_level) {
    hsize_t most[3], chunk[3];
    memcpy(most, extent, (size_t)rank * sizeof *most);
    memcpy(chunk, extent, (size_t)rank * sizeof *chunk);
    most[0] = H5S_UNLIMITED;
    chunk[0] = chunk_length;
    hid_t space = H5Screate_simple(rank, extent, most);
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(creation, rank, chunk);
    H5Pset_alloc_time(creation, at_once ? H5D_ALLOC_TIME_EARLY : H5D_ALLOC_TIME_INCR);
    hid_t dataset = H5I_INVALID_HID;
    if (sm_filters_add(creation, zstd_level)) {
        dataset = H5Dcreate2(location, path, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    }
    sm_hdf5_release(creation);
    sm_hdf5_release(space);
    return dataset;
}

static bool write_ppid(hid_t dataset, const char *ppid) {
    return sm_attribute_write_text(dataset, SM_ATTRIBUTE_PPID, ppid) &&
           sm_attribute_write_text(dataset, SM_ATTRIBUTE_PPID_GENERATION, SPARSEMED_PPID_GENERATION);
}

static bool create_images(hid_t file, const struct sm_output *output) {
    const struct sm_specification *wanted = &output->specification;
    bool frames = wanted->frame_images;
    const hsize_t extent[3] = {frames ? wanted->n_frames : output->n_images, output->height, output->width};
    hid_t group = sm_hdf5_require_group(file, frames ? SM_GROUP_EVENTS : SM_GROUP_BASIN_EVENTS);
    hid_t dataset = create_dataset(group, SM_FEATURE_IMAGE_BG, H5T_STD_U8LE, 3, extent,
                                   sm_output_chunk_images(output->height, output->width), !output->draft && !frames,
                                   output->zstd_level);
    bool created = dataset >= 0 && sm_attribute_write_fixed(dataset, SM_ATTRIBUTE_CLASS, SM_CLASS_IMAGE) &&
                   sm_attribute_write_fixed(dataset, SM_ATTRIBUTE_VERSION, SM_VERSION_IMAGE) &&
                   sm_attribute_write_fixed(dataset, SM_ATTRIBUTE_SUBCLASS, SM_SUBCLASS_GREY) &&
                   write_ppid(dataset, wanted->ppid);
    created = sm_hdf5_close(dataset) && created;
    sm_hdf5_release(group);
    return created;
}

static bool create_features(hid_t file, const struct sm_output *output, const struct sm_output_map *map) {
    const hsize_t extent = output->specification.n_frames;
    bool created = true;
    if (!map->is_there) {
        hid_t dataset = create_dataset(file, map->path, H5T_STD_I64LE, 1, &extent, SM_FEATURE_CHUNK, !output->draft,
                                       output->zstd_level);
        created = sm_hdf5_close(dataset);
    }
    if (created && output->specification.offset) {
        hid_t dataset = create_dataset(file, SM_PATH_BG_OFF, H5T_IEEE_F64LE, 1, &extent, SM_FEATURE_CHUNK,
                                       !output->draft, output->zstd_level);
        created = dataset >= 0 && write_ppid(dataset, output->specification.ppid);
        created = sm_hdf5_close(dataset) && created;
    }
    return created;
}

/* Note on the images what frames they are of, where basins do not tell. */
static enum sparsemed_status note_input(hid_t file, const struct sm_output *output, struct sparsemed_error *error) {
    const struct sm_specification *wanted = &output->specification;
    hid_t images = H5Dopen2(file, sm_specification_images(wanted), H5P_DEFAULT);
    if (!sm_origin_note(images, &wanted->origin, wanted->path, wanted->copy)) {
        sparsemed_fail(error, SPARSEMED_OUTPUT, "the input cannot be noted: out of memory");
    }
    sm_hdf5_release(images);
    return error->status;
}

/* Choose the map: one that is there and tells the same, or a new one; none where every frame has an image. Whatever
 * background there was is then removed. */
static enum sparsemed_status make_room(hid_t file, const struct sm_output *output, struct sm_output_map *map,
                                       struct sparsemed_error *error) {
    const struct sm_specification *wanted = &output->specification;
    char name[SM_MAP_NAME_SIZE] = "";
    *map = (struct sm_output_map){.is_there = wanted->frame_images};
    if ((!wanted->frame_images &&
         sm_map_find(file, output->attribution, wanted->n_frames, name, error) != SPARSEMED_OK) ||
        (output->way == SM_UPDATED_OUTPUT &&
         sm_old_background_remove(file, &(struct sm_move){output->original, wanted->path}, name, output->zstd_level,
                                  error) != SPARSEMED_OK) ||
        wanted->frame_images) {
        return error->status;
    }
    map->is_there = *name;
    if (!map->is_there && sm_map_choose(file, file, name, error) != SPARSEMED_OK) {
        return error->status;
    }
    snprintf(map->path, sizeof map->path, SM_GROUP_EVENTS "/%s", name);
    return SPARSEMED_OK;
}

/* What makes up the new background, but for the values. */
static enum sparsemed_status add_background(hid_t file, const struct sm_output *output, const struct sm_output_map *map,
                                            struct sparsemed_error *error) {
    const struct sm_specification *wanted = &output->specification;
    if (!create_images(file, output) || !create_features(file, output, map)) {
        return sm_fail_hdf5(error, SPARSEMED_OUTPUT, "the datasets could not be made");
    }
    if (note_input(file, output, error) != SPARSEMED_OK ||
        (output->splits &&
         sm_split_table_write(file, output->splits, !output->draft, output->zstd_level, error) != SPARSEMED_OK) ||
        wanted->frame_images) {
        return error->status;
    }
    return sm_basin_write_internal(file, wanted->ppid, sm_path_name(map->path), output->zstd_level, error);
}

/* Everything in the file, in the order in which it must come about: our map takes a name that other basins leave. */
static enum sparsemed_status fill(hid_t input, hid_t file, const struct sm_output *output, struct sm_output_map *map,
                                  struct sparsemed_error *error) {
    hid_t events = sm_hdf5_require_group(file, SM_GROUP_EVENTS);
    sm_hdf5_release(events);
    if ((output->way == SM_NEW_OUTPUT &&
         sm_take_over(input, file, &output->specification, output->zstd_level, true, error) != SPARSEMED_OK) ||
        make_room(file, output, map, error) != SPARSEMED_OK ||
        add_background(file, output, map, error) != SPARSEMED_OK) {
        return error->status;
    }
    return sm_pipeline_claims_write(file, &output->specification, &map->unclaimed)
               ? SPARSEMED_OK
               : sm_fail_hdf5(error, SPARSEMED_OUTPUT, "the attributes for dcnum could not be written");
}

enum sparsemed_status sm_output_create(hid_t input, const struct sm_workpiece *workpiece,
                                       const struct sm_output *output, struct sm_output_map *map,
                                       struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    const struct sm_specification *wanted = &output->specification;
    hid_t file = sm_hdf5_open_workpiece(workpiece, output->way == SM_NEW_OUTPUT ? H5F_ACC_TRUNC : H5F_ACC_RDWR);
    if (file < 0) {
        return sm_fail_hdf5(error, SPARSEMED_OUTPUT, "%s: could not be made; is the disk full?", workpiece->path);
    }
    if (fill(input, file, output, map, error) != SPARSEMED_OK) {
        const char *read = output->way == SM_UPDATED_OUTPUT ? output->original : wanted->origin.path;
        sparsemed_fail_where(error, "%s", error->status == SPARSEMED_INPUT ? read : wanted->path);
    }
    if (H5Fclose(file) < 0 && error->status == SPARSEMED_OK) {
        sm_fail_hdf5(error, SPARSEMED_OUTPUT, "%s: could not be written; is the disk full?", wanted->path);
    }
    return error->status;
}

/* ---- checking ---- */

static enum sm_likeness judge(const char *path, void *data) {
    const struct sm_output_map *map = data;
    const char events[] = SM_GROUP_EVENTS "/";
    bool filled = strcmp(path, SM_PATH_IMAGE_BG) == 0 || strcmp(path, SM_PATH_FRAME_IMAGES) == 0 ||
                  strcmp(path, SM_PATH_BG_OFF) == 0 || strcmp(path, SM_PATH_SPLITS) == 0 ||
                  (!map->is_there && strcmp(path, map->path) == 0);
    bool feature = strncmp(path, events, strlen(events)) == 0 && sm_feature_is_of_frames(path + strlen(events));
    return filled || feature ? SM_ALIKE_FRAME : SM_ALIKE;
}

/* The file that an updated output began as, by the name under which the input is open where it is that. HDF5 does not
 * open a dataset of one file under two names that lead to it through folders that are spelled differently. */
static const char *readable_original(const struct sm_output *output) {
    const char *input_path = output->specification.origin.path;
    return sm_path_same(output->original, input_path) ? input_path : output->original;
}

/* Compare with the file that an updated output began as. Returns a path of what differs, or NULL. */
static char *compare_with_original(hid_t file, hid_t draft, const struct sm_output *output,
                                   const struct sm_output_map *map, struct sparsemed_error *error) {
    hid_t original;
    if (sm_hdf5_open(readable_original(output), &original, error) != SPARSEMED_OK) {
        return NULL;
    }
    const struct sm_move move = {output->original, output->specification.path};
    char *different = sm_old_background_compare(original, file, &move, map->is_there ? NULL : sm_path_name(map->path),
                                                output->zstd_level, draft, error);
    H5Fclose(original);
    return different;
}

/* Compare the features that were taken over from the input with those of a file. Returns a path of what differs, or
 * NULL. */
static char *compare_features(hid_t input, const struct sm_slice *rows, hid_t file, const struct sm_output *output,
                              struct sparsemed_error *error) {
    const struct sm_specification *wanted = &output->specification;
    char *different = NULL;
    if (output->way == SM_NEW_OUTPUT && sm_origin_is_measurement(&wanted->origin)) {
        sm_features_compare(input, rows, file, &different, error);
    }
    return different;
}

/* Make the draft, and compare. Returns a path of what differs, or NULL. */
static char *compare(hid_t input, hid_t file, hid_t draft, const struct sm_output *output, struct sm_output_map *map,
                     struct sparsemed_error *error) {
    const struct sm_tolerance tolerance = {judge, NULL, SIZE_MAX, true, map};
    hid_t events = sm_hdf5_require_group(draft, SM_GROUP_EVENTS);
    sm_hdf5_release(events);
    char *different = NULL;
    if (output->way == SM_UPDATED_OUTPUT) {
        different = compare_with_original(file, draft, output, map, error);
    } else {
        sm_take_over(input, draft, &output->specification, output->zstd_level, false, error);
    }
    if (!different && error->status == SPARSEMED_OK && add_background(draft, output, map, error) == SPARSEMED_OK) {
        different = sm_compare_files(draft, file, &tolerance);
    }
    if (!different && error->status == SPARSEMED_OK) {
        different = compare_features(input, &output->specification.origin.slice, file, output, error);
    }
    if (!different && error->status == SPARSEMED_OK && output->splits &&
        !sm_split_table_has_rows(file, output->splits)) {
        different = strdup(SM_PATH_SPLITS);
    }
    return different;
}

/* Whether what was taken over from the input reads differently when it is read once more. Then it is the input where
 * the fault is: damaged in a way that makes HDF5 hand out stray memory, say. */
static bool input_wavers(hid_t input, hid_t draft, const struct sm_output *output) {
    const struct sm_tolerance tolerance = {.most_bytes = SM_MOST_COMPARED_BYTES};
    const struct sm_specification *wanted = &output->specification;
    struct sparsemed_error failure = SPARSEMED_NO_ERROR;
    char *different = NULL;
    hid_t again = H5I_INVALID_HID;
    if (output->way == SM_NEW_OUTPUT) {
        again = sm_hdf5_create_in_memory();
        if (again >= 0 && sm_take_over(input, again, wanted, output->zstd_level, false, &failure) == SPARSEMED_OK) {
            different = sm_compare_files(again, draft, &tolerance);
        }
        if (!different && failure.status == SPARSEMED_OK) {
            const struct sm_slice all = sm_slice_all(wanted->origin.slice.n_there);
            different = compare_features(input, &all, input, output, &failure);
        }
    } else if (sm_path_same(output->original, wanted->origin.path) &&
               sm_hdf5_open(wanted->origin.path, &again, &failure) == SPARSEMED_OK) {
        different = sm_compare_files(input, again, &tolerance);
    }
    bool wavers = different || failure.status == SPARSEMED_INPUT;
    free(different);
    if (again >= 0) {
        H5Fclose(again);
    }
    return wavers;
}

enum sparsemed_status sm_output_check(hid_t input, const struct sm_workpiece *workpiece, const struct sm_output *output,
                                      const struct sm_output_map *map, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    const struct sm_specification *wanted = &output->specification;
    struct sm_output sketch = *output;
    struct sm_output_map copy = *map;
    sketch.draft = true;
    sketch.zstd_level = SM_ZSTD_NONE; /* how it is stored is not compared */
    hid_t draft = sm_hdf5_create_in_memory(), file = sm_hdf5_open_workpiece(workpiece, H5F_ACC_RDONLY);
    char *different = NULL;
    if (draft < 0) {
        sm_fail_hdf5(error, SPARSEMED_INTERNAL, "%s: cannot be checked", wanted->path);
    } else if (file < 0) {
        sm_fail_hdf5(error, SPARSEMED_OUTPUT, "%s: is not what was written; is the disk full?", wanted->path);
    } else {
        different = compare(input, file, draft, &sketch, &copy, error);
        if (error->status != SPARSEMED_OK) {
            sparsemed_fail_where(error, "%s: cannot be checked",
                                 error->status == SPARSEMED_INPUT ? wanted->origin.path : wanted->path);
        } else if (different && input_wavers(input, draft, &sketch)) {
            sparsemed_fail(error, SPARSEMED_INPUT, "%s: reads differently each time: it is damaged, or changes",
                           wanted->origin.path);
        } else if (different) {
            sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: %s is not what was written; is the disk full?", wanted->path,
                           different);
        }
    }
    free(different);
    if (file >= 0) {
        H5Fclose(file);
    }
    if (draft >= 0) {
        H5Fclose(draft);
    }
    return error->status;
}
