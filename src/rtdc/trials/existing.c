#include "rtdc/trials/existing.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rtdc/basin.h"
#include "rtdc/files/path.h"
#include "rtdc/hdf5/attributes.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/layout.h"
#include "rtdc/outputs/pipeline_claims.h"
#include "rtdc/trials/trial.h"

/* What the basin definitions of an existing file tell. */
struct findings {
    const struct sm_specification *expected;
    hid_t file;
    bool names_input;
    int n_backgrounds;     /* internal basins that offer background images */
    int n_mapped;          /* those of them whose map is there, for as many frames */
    bool has_frame_images; /* for as many frames */
};

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
    char *found = there && ppid ? sm_attribute_text(dataset, SM_ATTRIBUTE_PPID, NULL) : NULL;
    there = there && (!ppid || (found && strcmp(found, ppid) == 0));
    free(found);
    sm_hdf5_release(space);
    sm_hdf5_release(dataset);
    return there;
}

/* Note what one basin tells. */
static void inspect(struct findings *findings, const struct sm_basin *basin) {
    const struct sm_specification *expected = findings->expected;
    if (basin->type == SM_BASIN_INTERNAL && sm_basin_lists(basin, SM_FEATURE_IMAGE_BG)) {
        findings->n_backgrounds++;
        findings->n_mapped +=
            basin->map && is_there(findings->file, SM_GROUP_EVENTS, basin->map, expected->n_frames, NULL);
    }
    const struct sm_origin *origin = &expected->origin;
    for (size_t i = 0; basin->type == SM_BASIN_FILE && i < basin->n_paths && !findings->names_input; i++) {
        const char *path = basin->paths[i];
        findings->names_input = (origin->real_path && strcmp(path, origin->real_path) == 0) ||
                                sm_path_leads_to(expected->path, path, origin->path);
    }
}

/* Open the background images, shared or not, to be released with sm_hdf5_release; invalid where there are none. */
static hid_t open_images(const struct findings *findings) {
    if (findings->has_frame_images) {
        return H5Dopen2(findings->file, SM_PATH_FRAME_IMAGES, H5P_DEFAULT);
    }
    return sm_hdf5_has(findings->file, SM_GROUP_BASIN_EVENTS, SM_FEATURE_IMAGE_BG)
               ? H5Dopen2(findings->file, SM_PATH_IMAGE_BG, H5P_DEFAULT)
               : H5I_INVALID_HID;
}

/* Whether the images tell of this input, read in this way. */
static bool tell_of_input(const struct findings *findings) {
    const struct sm_specification *expected = findings->expected;
    hid_t images = open_images(findings);
    if (images < 0) {
        return false;
    }
    bool noted = sm_origin_is_noted(images, &expected->origin, expected->path, expected->copy);
    sm_hdf5_release(images);
    return noted;
}

/* Whether the images, if there are any, are of the same slice of an input. */
static bool tell_of_slice(const struct findings *findings) {
    const struct sm_specification *expected = findings->expected;
    hid_t images = open_images(findings);
    if (images < 0) {
        return !sm_input_is_sliced(expected->origin.options);
    }
    bool noted = sm_origin_slice_is_noted(images, &expected->origin);
    sm_hdf5_release(images);
    return noted;
}

/* Look at the basins of a file, which may still have another name. Returns false, and closes it, where it cannot be
 * read. */
static bool look(const struct sm_specification *expected, hid_t file, struct findings *findings) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    struct sm_basins basins;
    *findings = (struct findings){.expected = expected, .file = file};
    bool readable = sm_basins_read(findings->file, &basins, &ignored) == SPARSEMED_OK;
    for (size_t i = 0; i < basins.n && readable; i++) {
        inspect(findings, &basins.list[i]);
    }
    sm_basins_free(&basins);
    if (!readable) {
        H5Fclose(findings->file);
        return false;
    }
    findings->has_frame_images =
        is_there(findings->file, SM_GROUP_EVENTS, SM_FEATURE_IMAGE_BG, expected->n_frames, NULL);
    findings->names_input = findings->names_input || sm_path_same(expected->path, expected->origin.path) ||
                            (expected->copy && tell_of_input(findings));
    return true;
}

/* The same for a file that others may have made, or damaged. */
static bool look_carefully(const struct sm_specification *expected, struct findings *findings) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    hid_t file;
    return sm_trial(SM_TRIAL_OUTPUT, expected->path, expected->origin.options, &ignored) == SPARSEMED_OK &&
           sm_hdf5_open(expected->path, &file, &ignored) == SPARSEMED_OK && look(expected, file, findings);
}

static bool seems_to_belong(const struct sm_specification *expected) {
    struct findings findings;
    if (!look_carefully(expected, &findings)) {
        return false;
    }
    bool same_frames = tell_of_slice(&findings);
    H5Fclose(findings.file);
    return findings.names_input && (findings.n_mapped > 0 || findings.has_frame_images) && same_frames &&
           sm_origin_is_measurement(&expected->origin);
}

/* Read all of a file, only to see that this can be done. */
static enum sparsemed_status try_to_read(const char *path, struct sparsemed_error *error) {
    enum { PIECE = 1 << 16 };
    char piece[PIECE];
    int descriptor;
    ssize_t n;
    if (sm_path_open(path, &descriptor, error) != SPARSEMED_OK) {
        error->status = SPARSEMED_OUTPUT;
        return error->status;
    }
    do {
        n = read(descriptor, piece, sizeof piece);
    } while (n > 0 || (n < 0 && errno == EINTR));
    if (n < 0) {
        sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: cannot be read: %s", path, strerror(errno));
    }
    close(descriptor);
    return error->status;
}

/* A file whose disk fails must not be taken for somebody else's. So a "no" counts only where all of the file can be
 * read, and the second time. */
enum sparsemed_status sm_existing_belongs(const struct sm_specification *expected, bool *belongs,
                                          struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    *belongs = seems_to_belong(expected);
    bool is_missing = access(expected->path, F_OK) != 0 && errno == ENOENT;
    if (!*belongs && !is_missing && try_to_read(expected->path, error) == SPARSEMED_OK) {
        *belongs = seems_to_belong(expected);
    }
    return error->status;
}

/* Whether the images of the file are of this input, read in this way. */
static bool is_of_input(const struct findings *findings) {
    const struct sm_specification *expected = findings->expected;
    return tell_of_input(findings) && (findings->names_input || !sm_origin_is_measurement(&expected->origin));
}

/* Images of the expected kind, and none of the other, of which readers would take one or the other. */
static bool has_images(const struct findings *findings) {
    const struct sm_specification *expected = findings->expected;
    hid_t file = findings->file;
    if (expected->frame_images) {
        return findings->n_backgrounds == 0 &&
               is_there(file, SM_GROUP_EVENTS, SM_FEATURE_IMAGE_BG, expected->n_frames, expected->ppid);
    }
    return findings->n_backgrounds == 1 && findings->n_mapped == 1 &&
           !sm_hdf5_has(file, SM_GROUP_EVENTS, SM_FEATURE_IMAGE_BG) &&
           is_there(file, SM_GROUP_BASIN_EVENTS, SM_FEATURE_IMAGE_BG, 0, expected->ppid);
}

static bool has_background(const struct findings *findings) {
    const struct sm_specification *expected = findings->expected;
    return has_images(findings) && sm_pipeline_claims_hold(findings->file, expected) &&
           is_there(findings->file, SM_GROUP_EVENTS, SM_FEATURE_BG_OFF, expected->n_frames, expected->ppid) ==
               expected->offset;
}

bool sm_existing_is_done(const struct sm_specification *expected) {
    const char *time_file = sm_origin_time_file(&expected->origin);
    struct findings findings;
    if (!sm_path_is_newer(expected->path, expected->origin.path) ||
        (time_file && !sm_path_is_newer(expected->path, time_file)) || !look_carefully(expected, &findings)) {
        return false;
    }
    bool done = is_of_input(&findings) && has_background(&findings);
    H5Fclose(findings.file);
    return done;
}

bool sm_existing_is_whole(const struct sm_specification *expected, const struct sm_workpiece *workpiece) {
    struct findings findings;
    hid_t file = sm_hdf5_open_workpiece(workpiece, H5F_ACC_RDONLY);
    if (file < 0 || !look(expected, file, &findings)) {
        return false;
    }
    bool whole = is_of_input(&findings) && has_background(&findings);
    H5Fclose(findings.file);
    return whole;
}
