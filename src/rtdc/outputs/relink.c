#include "rtdc/outputs/relink.h"

#include <assert.h>
#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "rtdc/basin.h"
#include "rtdc/basin_walk.h"
#include "rtdc/files/clone.h"
#include "rtdc/files/file_state.h"
#include "rtdc/files/path.h"
#include "rtdc/files/surrogates.h"
#include "rtdc/files/temporary.h"
#include "rtdc/filters/filter_zstd.h"
#include "rtdc/filters/filters.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/layout.h"
#include "rtdc/origin.h"
#include "rtdc/outputs/basin_write.h"
#include "rtdc/outputs/compare_files.h"

/* An output that is led anew. */
struct relink {
    const char *path; /* of the file itself, no link */
    hid_t file;       /* as it was, open for reading */
    json_t *changes;  /* key of a definition: what it becomes */
    struct sm_relinked *relinked;
};

/* ---- what is to be changed ---- */

/* Note where a basin leads. */
static bool arrive(struct sm_walk *walk, const struct sm_station *station, const struct sm_basin *basin,
                   struct sparsemed_error *error) {
    char **target = walk->data;
    (void)basin, (void)error;
    *target = realpath(station->path, NULL);
    return true;
}

static bool is_recorded(const struct relink *relink, const struct sm_basin *basin, const char *target) {
    bool recorded = false;
    for (size_t i = 0; i < basin->n_paths && !recorded; i++) {
        recorded = sm_path_leads_to(relink->path, basin->paths[i], target);
    }
    return recorded;
}

/* Append a path, once; takes it over. Returns false where memory is out. */
static bool append_path(json_t *paths, json_t *path) {
    bool there = false;
    for (size_t i = 0; i < json_array_size(paths) && !there; i++) {
        there = json_equal(json_array_get(paths, i), path);
    }
    if (there) {
        json_decref(path);
    }
    return there || json_array_append_new(paths, path) == 0;
}

/* The definition with its new paths; NULL where memory is out. */
static json_t *lead_to(const struct relink *relink, const struct sm_basin *basin, const char *target) {
    const json_t *old = json_object_get(basin->json, SM_KEY_PATHS);
    char *relative = sm_path_relative(target, relink->path);
    json_t *definition = json_deep_copy(basin->json), *paths = json_array();
    bool complete =
        relative && append_path(paths, sm_json_from_bytes(target)) && append_path(paths, sm_json_from_bytes(relative));
    for (size_t i = 0; i < json_array_size(old) && complete; i++) {
        complete = append_path(paths, json_incref(json_array_get(old, i)));
    }
    complete = json_object_set_new(definition, SM_KEY_PATHS, paths) == 0 && complete;
    free(relative);
    if (!complete) {
        json_decref(definition);
    }
    return complete ? definition : NULL;
}

/* Find out where a basin leads, and whether that is to be written. */
static enum sparsemed_status look_at(struct relink *relink, const struct sm_basin *basin,
                                     struct sparsemed_error *error) {
    struct sm_relinked *relinked = relink->relinked;
    struct sparsemed_error failure = SPARSEMED_NO_ERROR;
    char *target = NULL;
    const struct sm_station start = {NULL, relink->file, relink->path, relink->path, 0};
    struct sm_walk walk = {.arrive = arrive, .any_file = true, .certain = true, .data = &target};
    bool found = sm_walk_follow(&walk, &start, basin, &failure);
    if (!found && relinked->n_lost++ == 0) {
        relinked->problem = failure;
        if (failure.status == SPARSEMED_OK) {
            sparsemed_fail(&relinked->problem, SPARSEMED_INPUT, "%s: a basin names no file", relink->path);
        }
    }
    if (target && !is_recorded(relink, basin, target)) {
        if (json_object_set_new(relink->changes, basin->key, lead_to(relink, basin, target)) != 0) {
            sparsemed_fail_memory(error, "leading basins anew");
        }
        if (relinked->n_led++ == 0) {
            snprintf(relinked->target, sizeof relinked->target, "%s", target);
        }
    }
    free(target);
    return error->status;
}

static enum sparsemed_status look_at_all(struct relink *relink, struct sparsemed_error *error) {
    struct sm_basins basins;
    if (sm_basins_read(relink->file, &basins, error) != SPARSEMED_OK) {
        sparsemed_fail_where(error, "%s", relink->path);
    }
    for (size_t i = 0; i < basins.n && error->status == SPARSEMED_OK; i++) {
        if (basins.list[i].type == SM_BASIN_FILE) {
            look_at(relink, &basins.list[i], error);
        }
    }
    sm_basins_free(&basins);
    return error->status;
}

/* ---- changing it ---- */

/* The compression of a definition: what read the old one shall read the new one. */
static int level_of(hid_t file, const char *key) {
    hid_t group = H5Gopen2(file, SM_GROUP_BASINS, H5P_DEFAULT);
    hid_t dataset = H5Dopen2(group, key, H5P_DEFAULT);
    hid_t creation = H5Dget_create_plist(dataset);
    unsigned flags;
    bool compressed = H5Pget_filter_by_id2(creation, SM_FILTER_ZSTD, &flags, NULL, NULL, 0, NULL, NULL) >= 0;
    sm_hdf5_release(creation);
    sm_hdf5_release(dataset);
    sm_hdf5_release(group);
    return compressed ? SM_ZSTD_DEFAULT : SM_ZSTD_NONE;
}

static enum sparsemed_status change(hid_t file, const char *key, const json_t *definition,
                                    struct sparsemed_error *error) {
    int level = level_of(file, key);
    hid_t group = H5Gopen2(file, SM_GROUP_BASINS, H5P_DEFAULT);
    if (H5Ldelete(group, key, H5P_DEFAULT) < 0) {
        sm_fail_hdf5(error, SPARSEMED_OUTPUT, SM_GROUP_BASINS "/%s cannot be removed", key);
    } else {
        sm_basin_write(file, json_deep_copy(definition), level, error);
    }
    sm_hdf5_release(group);
    return error->status;
}

/* The background images of a file, to be released with sm_hdf5_release; invalid where there are none. */
static hid_t open_images(hid_t file) {
    bool shared = sm_hdf5_has(file, SM_GROUP_BASIN_EVENTS, SM_FEATURE_IMAGE_BG);
    bool frames = sm_hdf5_has(file, SM_GROUP_EVENTS, SM_FEATURE_IMAGE_BG);
    return shared || frames ? H5Dopen2(file, shared ? SM_PATH_IMAGE_BG : SM_PATH_FRAME_IMAGES, H5P_DEFAULT)
                            : H5I_INVALID_HID;
}

/* Change what the images tell of their input, so that a job that is run again knows it. */
static enum sparsemed_status move_note(hid_t file, const json_t *definition, struct sparsemed_error *error) {
    hid_t images = open_images(file);
    bool moved = images < 0 || sm_origin_move_note(images, json_object_get(definition, SM_KEY_PATHS));
    moved = (images < 0 || sm_hdf5_close(images)) && moved;
    return moved ? SPARSEMED_OK : sm_fail_hdf5(error, SPARSEMED_OUTPUT, "the input cannot be noted");
}

/* Change the definitions in the copy. */
static enum sparsemed_status change_all(const struct relink *relink, const struct sm_workpiece *copy,
                                        struct sparsemed_error *error) {
    hid_t file = sm_hdf5_open_workpiece(copy, H5F_ACC_RDWR);
    const char *key;
    json_t *definition;
    if (file < 0) {
        return sm_fail_hdf5(error, SPARSEMED_OUTPUT, "cannot be changed");
    }
    json_object_foreach(relink->changes, key, definition) {
        if (error->status == SPARSEMED_OK && change(file, key, definition, error) == SPARSEMED_OK) {
            move_note(file, definition, error);
        }
    }
    if (H5Fclose(file) < 0 && error->status == SPARSEMED_OK) {
        sm_fail_hdf5(error, SPARSEMED_OUTPUT, "could not be written; is the disk full?");
    }
    return error->status;
}

/* ---- what must have stayed ---- */

static enum sm_likeness judge(const char *path, void *data) {
    static const char basins[] = SM_GROUP_BASINS "/";
    bool changed =
        strncmp(path, basins, strlen(basins)) == 0 && json_object_get((const json_t *)data, path + strlen(basins));
    return changed ? SM_UNLIKE : SM_ALIKE;
}

static bool is_note(const char *attribute) {
    return strcmp(attribute, SM_ATTRIBUTE_SOURCE) == 0;
}

static bool has_note(const struct relink *relink, hid_t copy) {
    hid_t before = open_images(relink->file), after = open_images(copy);
    bool has = (before < 0 && after < 0) || (before >= 0 && after >= 0 && sm_origin_notes_agree(before, after));
    sm_hdf5_release(after);
    sm_hdf5_release(before);
    return has;
}

/* Whether each definition of the copy is one that was there and stays, or a new one, and none is missing. */
static bool has_definitions(const struct relink *relink, hid_t copy) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    struct sm_basins basins;
    size_t n_new = 0;
    bool sound = sm_basins_read(copy, &basins, &ignored) == SPARSEMED_OK;
    for (size_t i = 0; i < basins.n && sound; i++) {
        const char *key;
        json_t *definition;
        sound = !json_object_get(relink->changes, basins.list[i].key);
        json_object_foreach(relink->changes, key, definition) {
            n_new += json_equal(definition, basins.list[i].json) != 0;
        }
    }
    sm_basins_free(&basins);
    return sound && n_new == json_object_size(relink->changes);
}

/* Compare the copy with what it was and is to be. */
static enum sparsemed_status compare(const struct relink *relink, const struct sm_workpiece *copy,
                                     struct sparsemed_error *error) {
    const struct sm_tolerance tolerance = {
        .likeness = judge, .spare = is_note, .most_bytes = SM_MOST_COMPARED_BYTES, .data = relink->changes};
    hid_t file = sm_hdf5_open_workpiece(copy, H5F_ACC_RDONLY);
    if (file < 0) {
        return sm_fail_hdf5(error, SPARSEMED_OUTPUT, "is not an HDF5 file any more, or damaged");
    }
    char *different = sm_compare_files(relink->file, file, &tolerance);
    if (different || !has_note(relink, file) || !has_definitions(relink, file)) {
        sparsemed_fail(error, SPARSEMED_OUTPUT, "%s is not what was written; is the disk failing?",
                       different ? different : SM_GROUP_BASINS);
    }
    free(different);
    H5Fclose(file);
    return error->status;
}

/* ---- the whole ---- */

/* Fill the copy with the bytes of the file. */
static enum sparsemed_status copy_bytes(const struct relink *relink, const struct sm_temporary *copy, uint64_t n_bytes,
                                        struct sparsemed_error *error) {
    return sm_clone_share(relink->path, copy->descriptor) ? SPARSEMED_OK
                                                          : sm_clone_range(relink->path, copy->path, 0, n_bytes, error);
}

/* Put a copy that leads anew in the place of the file. */
static enum sparsemed_status replace(const struct relink *relink, struct sparsemed_error *error) {
    struct sm_temporary copy = SM_NO_TEMPORARY;
    struct sm_workpiece workpiece = SM_NO_WORKPIECE;
    struct sparsemed_error failure = SPARSEMED_NO_ERROR;
    const struct sm_file_state before = sm_file_state_of(relink->path);
    if (sm_temporary_open(relink->path, relink->path, true, &copy, error) != SPARSEMED_OK) {
        return error->status;
    }
    if (copy_bytes(relink, &copy, before.size, &failure) == SPARSEMED_OK &&
        sm_workpiece_share(&copy, copy.path, &workpiece, &failure) == SPARSEMED_OK &&
        change_all(relink, &workpiece, &failure) == SPARSEMED_OK &&
        compare(relink, &workpiece, &failure) == SPARSEMED_OK &&
        !sm_file_state_equal(before, sm_file_state_of(relink->path))) {
        sparsemed_fail(&failure, SPARSEMED_OUTPUT, "was changed meanwhile; run it again");
    }
    sm_workpiece_close(&workpiece);
    if (failure.status != SPARSEMED_OK) {
        sparsemed_fail(error, failure.status, "%s: %s", relink->path, failure.message);
        sm_temporary_discard(&copy, error);
        return error->status;
    }
    return sm_temporary_keep(&copy, true, error);
}

enum sparsemed_status sm_relink(const char *path, const struct sm_reach *reach, struct sm_relinked *relinked,
                                struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    char *real = realpath(path, NULL);
    struct relink relink = {real, H5I_INVALID_HID, json_object(), relinked};
    *relinked = (struct sm_relinked){.problem = SPARSEMED_NO_ERROR};
    if (!real || !relink.changes) {
        json_decref(relink.changes);
        free(real);
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: cannot be read: %s", path, strerror(errno));
    }
    sm_reach_begin(reach, real, NULL, NULL);
    if (sm_hdf5_open(real, &relink.file, error) == SPARSEMED_OK) {
        if (look_at_all(&relink, error) == SPARSEMED_OK && relinked->n_led > 0) {
            replace(&relink, error);
        }
        H5Fclose(relink.file);
    }
    sm_reach_end(NULL);
    json_decref(relink.changes);
    free(real);
    return error->status;
}
