#include "rtdc/inspection/verification.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/basin.h"
#include "rtdc/hdf5/attributes.h"
#include "rtdc/hdf5/guard.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/text.h"
#include "rtdc/identifier.h"
#include "rtdc/inspection/headers.h"
#include "rtdc/inspection/recomputation.h"
#include "rtdc/layout.h"

static const char remake[] = "compute it anew: sparsemed run --force";
static const char restore[] = "put the file back to where it leads, or beside this one, or see sparsemed relink";
static const char replace[] = "replace the file by a copy, or compute it anew";

/* What names of attributes begin with by which dcnum knows its finished runs. */
static const char claims[] = "pipeline:";

/* An output under examination. */
struct output {
    const char *path;
    hid_t file;
    bool is_new; /* its frames are in another file */
    struct sm_headers headers;
    struct sm_background_log log;
    struct sparsemed_parameters parameters;
    bool has_parameters; /* the ppid can be read */
    struct sm_flaws *flaws;
};

/* ---- what is stored ---- */

static herr_t check_dataset(hid_t group, const char *name, const H5L_info_t *info, void *data) {
    struct output *output = data;
    struct sparsemed_error failure = SPARSEMED_NO_ERROR;
    char place[256] = "";
    hid_t object;
    (void)info;
    H5Iget_name(group, place, sizeof place / 2);
    snprintf(place + strlen(place), sizeof place / 2, "/%s", name);
    if (sm_hdf5_open_link(group, name, &object, &failure) != SPARSEMED_OK) {
        sm_flaws_add(output->flaws, place + 1, replace, "%s", failure.message);
    } else if (H5Iget_type(object) == H5I_DATASET && sm_guard_check(object, &failure) != SPARSEMED_OK) {
        sm_flaws_add(output->flaws, place + 1, replace, "%s", failure.message);
    }
    sm_hdf5_release(object);
    return 0;
}

static void check_chunks(struct output *output) {
    static const char *const groups[] = {SM_GROUP_EVENTS, SM_GROUP_BASIN_EVENTS, SM_GROUP_BASINS, SM_GROUP_LOGS,
                                         SM_GROUP_TABLES};
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        struct sparsemed_error failure = SPARSEMED_NO_ERROR;
        if (sm_hdf5_walk(output->file, groups[i], check_dataset, output, &failure) != SPARSEMED_OK) {
            sm_flaws_add(output->flaws, groups[i], replace, "%s", failure.message);
        }
    }
}

/* ---- basins ---- */

/* A definition that was written by us is under the sum of its text. */
static void check_definition(struct output *output, const struct sm_basin *basin) {
    struct sparsemed_error failure = SPARSEMED_NO_ERROR;
    char sum[SM_MD5_SIZE] = "", *text = NULL, place[128];
    hid_t group = H5Gopen2(output->file, SM_GROUP_BASINS, H5P_DEFAULT);
    if (sm_text_read(group, basin->key, &text, &failure) == SPARSEMED_OK) {
        sm_md5(text, sum);
    }
    if (strcmp(sum, basin->key) != 0) {
        snprintf(place, sizeof place, SM_GROUP_BASINS "/%.64s", basin->key);
        sm_flaws_add(output->flaws, place, remake, "the definition of a basin is not what was written");
    }
    free(text);
    sm_hdf5_release(group);
}

static void check_basins(struct output *output) {
    struct sparsemed_error failure = SPARSEMED_NO_ERROR;
    struct sm_basins basins;
    size_t n_backgrounds = 0, n_files = 0;
    if (sm_basins_read(output->file, &basins, &failure) != SPARSEMED_OK) {
        sm_flaws_add(output->flaws, SM_GROUP_BASINS, replace, "%s", failure.message);
    }
    for (size_t i = 0; i < basins.n; i++) {
        const struct sm_basin *basin = &basins.list[i];
        bool is_background = basin->type == SM_BASIN_INTERNAL && sm_basin_lists(basin, SM_FEATURE_IMAGE_BG);
        n_backgrounds += is_background;
        n_files += basin->type == SM_BASIN_FILE;
        if (is_background || output->is_new) {
            check_definition(output, basin);
        }
        if (basin->type == SM_BASIN_FILE && sm_basin_lists(basin, SM_FEATURE_IMAGE_BG)) {
            sm_flaws_add(output->flaws, SM_GROUP_BASINS, remake, "a basin offers another background");
        }
    }
    if (output->headers.background == SM_BACKGROUND_INTERNAL && n_backgrounds != 1) {
        sm_flaws_add(output->flaws, SM_GROUP_BASINS, remake, "%zu basins offer background images", n_backgrounds);
    }
    if (output->is_new && n_files == 0 && failure.status == SPARSEMED_OK) {
        sm_flaws_add(output->flaws, SM_GROUP_BASINS, remake, "no basin leads to the measurement");
    }
    sm_basins_free(&basins);
}

/* ---- attributes ---- */

static void check_text(struct output *output, hid_t object, const char *place, const char *name, const char *expected) {
    char *found = sm_attribute_text_trusted(object, name);
    if (strcmp(found ? found : "", expected) != 0) {
        sm_flaws_add(output->flaws, place, remake, "the attribute %s is \"%.200s\" instead of \"%.200s\"", name,
                     found ? found : "", expected);
    }
    free(found);
}

/* Attributes of the images and of the offsets, as far as they are promised. */
static void check_dataset_attributes(struct output *output, const char *place, bool is_image) {
    const char *ppid = output->log.ppid ? output->log.ppid : output->headers.ppid;
    hid_t dataset = H5Dopen2(output->file, place, H5P_DEFAULT);
    if (dataset < 0) {
        sm_flaws_add(output->flaws, place, remake, "is missing");
        return;
    }
    check_text(output, dataset, place, SM_ATTRIBUTE_PPID, ppid);
    check_text(output, dataset, place, SM_ATTRIBUTE_PPID_GENERATION, SPARSEMED_PPID_GENERATION);
    if (is_image) {
        check_text(output, dataset, place, SM_ATTRIBUTE_CLASS, SM_CLASS_IMAGE);
        check_text(output, dataset, place, SM_ATTRIBUTE_VERSION, SM_VERSION_IMAGE);
        check_text(output, dataset, place, SM_ATTRIBUTE_SUBCLASS, SM_SUBCLASS_GREY);
    }
    sm_hdf5_release(dataset);
}

/* What an attribute of the input and of the output are compared as. */
struct likeness {
    struct output *output;
    hid_t other;
};

/* Attributes by which dcnum knows its own finished runs stay behind, and a slice has others than the whole. */
static bool is_own(hid_t output, const char *name) {
    bool is_claim = strncmp(name, claims, strlen(claims)) == 0;
    bool of_slice = strcmp(name, SM_ATTRIBUTE_RUN) == 0 || strcmp(name, SM_ATTRIBUTE_EVENTS) == 0;
    char *identifier = of_slice ? sm_attribute_text_trusted(output, SM_ATTRIBUTE_RUN) : NULL;
    of_slice = identifier && strstr(identifier, SM_IDENTIFIED_AS_SLICE);
    free(identifier);
    return is_claim || of_slice;
}

static herr_t compare_attribute(hid_t input, const char *name, const H5A_info_t *info, void *data) {
    struct likeness *likeness = data;
    double number = 0, other_number = 0;
    (void)info;
    char *text = sm_attribute_text_trusted(input, name), *other_text = sm_attribute_text_trusted(likeness->other, name);
    bool is_number = sm_attribute_number(input, name, &number);
    bool same = text ? other_text && strcmp(text, other_text) == 0
                     : !is_number || (sm_attribute_number(likeness->other, name, &other_number) &&
                                      memcmp(&number, &other_number, sizeof number) == 0);
    if (!same && !is_own(likeness->other, name)) {
        sm_flaws_add(likeness->output->flaws, "/", remake, "the attribute %.100s is not that of the input", name);
    }
    free(other_text);
    free(text);
    return 0;
}

/* A new output has the attributes of its input. */
static void check_root(struct output *output, const struct sm_input *input) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    hid_t file;
    if (!output->is_new || input->files.n < 2 ||
        sm_hdf5_open(input->files.list[1].path, &file, &ignored) != SPARSEMED_OK) {
        return;
    }
    struct likeness likeness = {output, output->file};
    sm_attributes_walk(file, compare_attribute, &likeness);
    H5Fclose(file);
}

/* ---- what follows from what ---- */

/* Whether there are as many images as the log says were kept. */
static bool has_kept(const struct output *output) {
    return output->headers.background == SM_BACKGROUND_FRAMES || output->log.n_kept == output->headers.n_images;
}

static void check_log(struct output *output) {
    const struct sm_background_log *log = &output->log;
    if (!*log->name) {
        sm_flaws_add(output->flaws, SM_GROUP_LOGS, remake, "no log tells how the background was made");
    } else if (!log->ppid || !log->used || !has_kept(output)) {
        sm_flaws_add(output->flaws, SM_GROUP_LOGS, remake, "the log %s tells of another background", log->name);
    }
}

static void check_shapes(struct output *output, const struct sm_input *input,
                         const struct sm_shown_background *background) {
    const struct sm_stack *images = &background->stack, *frames = &input->stack;
    if (images->height != frames->height || images->width != frames->width) {
        sm_flaws_add(output->flaws, SM_FEATURE_IMAGE_BG, remake, "images of %zu x %zu pixels for frames of %zu x %zu",
                     images->height, images->width, frames->height, frames->width);
    }
    if (background->n_frames != frames->n_frames) {
        sm_flaws_add(output->flaws, SM_FEATURE_IMAGE_BG, remake, "background of %llu frames for %llu",
                     (unsigned long long)background->n_frames, (unsigned long long)frames->n_frames);
    }
    if (output->has_parameters && output->parameters.offset_correction != (background->offsets != NULL)) {
        sm_flaws_add(output->flaws, SM_PATH_BG_OFF, remake, "%s",
                     background->offsets ? "is more than the ppid tells" : "is missing");
    }
    for (uint64_t i = 0; i < background->n_frames && background->offsets; i++) {
        if (!isfinite(background->offsets[i])) {
            sm_flaws_add(output->flaws, SM_PATH_BG_OFF, remake, "that of frame %llu is no number",
                         (unsigned long long)i);
            break;
        }
    }
}

/* What is compared with the input.
 *
 * n   how much is computed anew */
static enum sparsemed_status check_against_input(struct output *output, struct sm_input *input,
                                                 struct sm_shown_background *background, uint64_t n,
                                                 struct sparsemed_error *error) {
    struct sparsemed_time_axis axis;
    enum sm_timing timing;
    uint64_t n_before = output->flaws->n;
    check_root(output, input);
    check_shapes(output, input, background);
    bool can_compute = output->has_parameters && output->log.used && has_kept(output) &&
                       background->n_frames == input->stack.n_frames &&
                       background->stack.height * background->stack.width == input->stack.height * input->stack.width;
    if (sm_input_timing(input, &axis, &timing, error) == SPARSEMED_OK && can_compute &&
        sm_recompute_map(&axis, &output->parameters, &output->log, background, output->flaws, error) == SPARSEMED_OK &&
        n > 0) {
        sm_recompute(input, &axis, &output->parameters, &output->log, background, n, output->flaws, error);
    }
    if (!can_compute && n > 0 && output->flaws->n == n_before) {
        sm_flaws_add(output->flaws, SM_FEATURE_IMAGE_BG, remake, "what it follows from is not known");
    }
    sparsemed_time_axis_free(&axis);
    return error->status;
}

/* Open background and frames, and compare. */
static void check_background(struct output *output, const struct sm_reach *reach, uint64_t n,
                             struct sparsemed_error *error) {
    const struct sm_input_options options = {.reach = *reach};
    struct sm_input input = SM_NO_INPUT;
    struct sm_shown_background background = SM_NO_SHOWN_BACKGROUND;
    if (sm_input_open(output->path, &options, &input, error) == SPARSEMED_OK &&
        sm_shown_background_open(output->path, reach, &background, error) == SPARSEMED_OK) {
        check_against_input(output, &input, &background, n, error);
    }
    sm_shown_background_close(&background);
    sm_input_close(&input);
    if (error->status == SPARSEMED_INPUT || error->status == SPARSEMED_USAGE) {
        if (output->flaws->n == 0) { /* else that is what keeps it from being read */
            sm_flaws_add(output->flaws, "/", replace, "%s", sm_flaws_without_name(error->message, output->path));
        }
        *error = SPARSEMED_NO_ERROR;
    }
}

/* ---- the whole ---- */

/* Whether a file in which no background is found has had one. */
static bool has_traces(const char *path, const struct sm_headers *headers) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    hid_t file;
    if (strcmp(headers->maker, "sparsemed") == 0 || sm_hdf5_open(path, &file, &ignored) != SPARSEMED_OK) {
        return true;
    }
    bool has = sm_hdf5_has(file, SM_GROUP_BASIN_EVENTS, SM_FEATURE_IMAGE_BG);
    H5Fclose(file);
    return has;
}

static enum sparsemed_status check_file(struct output *output, const struct sm_reach *reach, uint64_t n,
                                        struct sparsemed_error *error) {
    struct sparsemed_error failure = SPARSEMED_NO_ERROR, ignored = SPARSEMED_NO_ERROR;
    const struct sm_headers *headers = &output->headers;
    output->is_new = !sm_hdf5_has(output->file, SM_GROUP_EVENTS, SM_FEATURE_IMAGE);
    check_chunks(output);
    if (sm_background_log_read(output->file, &output->log, &failure) != SPARSEMED_OK) {
        sm_flaws_add(output->flaws, SM_GROUP_LOGS, replace, "%s", failure.message);
    }
    const char *ppid = output->log.ppid ? output->log.ppid : headers->ppid;
    output->has_parameters = sparsemed_ppid_parse(ppid, &output->parameters, &ignored) == SPARSEMED_OK;
    if (!output->has_parameters) {
        sm_flaws_add(output->flaws, SM_FEATURE_IMAGE_BG, remake, "the ppid \"%.100s\" cannot be read", ppid);
    }
    check_log(output);
    check_basins(output);
    bool internal = headers->background == SM_BACKGROUND_INTERNAL;
    check_dataset_attributes(output, internal ? SM_PATH_IMAGE_BG : SM_GROUP_EVENTS "/" SM_FEATURE_IMAGE_BG, true);
    if (output->has_parameters && output->parameters.offset_correction) {
        check_dataset_attributes(output, SM_PATH_BG_OFF, false);
    }
    check_background(output, reach, n, error);
    sm_background_log_free(&output->log);
    return error->status;
}

enum sparsemed_status sm_verify_output(const char *path, const struct sm_reach *reach, uint64_t n_recompute,
                                       struct sm_flaws *flaws, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct output output = {.path = path, .file = H5I_INVALID_HID, .flaws = flaws};
    struct sparsemed_error problem, failure = SPARSEMED_NO_ERROR;
    *flaws = (struct sm_flaws){0};
    if (sm_headers_read(path, reach, &output.headers, &problem, &failure) != SPARSEMED_OK) {
        sm_flaws_add(flaws, "/", replace, "%s", sm_flaws_without_name(failure.message, path));
        return SPARSEMED_OK;
    }
    if (problem.status != SPARSEMED_OK) {
        sm_flaws_add(flaws, SM_GROUP_BASINS, restore, "%s", problem.message);
    }
    if (output.headers.background == SM_BACKGROUND_NONE || output.headers.background == SM_BACKGROUND_BASIN) {
        sm_flaws_add(flaws, "/", remake, "there is no background in it");
        flaws->no_background = !has_traces(path, &output.headers);
        return SPARSEMED_OK;
    }
    sm_reach_begin(reach, path, NULL, NULL);
    if (sm_hdf5_open(path, &output.file, &failure) == SPARSEMED_OK) {
        check_file(&output, reach, n_recompute, error);
        H5Fclose(output.file);
    }
    sm_reach_end(NULL);
    return error->status;
}
