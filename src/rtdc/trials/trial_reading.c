#include "rtdc/trials/trial_reading.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/files/reach.h"
#include "rtdc/files/surrogates.h"
#include "rtdc/hdf5/chunks.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/input.h"
#include "rtdc/layout.h"
#include "rtdc/outputs/compare_files.h"
#include "rtdc/outputs/feature_copy.h"
#include "rtdc/outputs/take_over.h"

/* Read the values of the features that a new output takes over. */
static void read_features(hid_t file, const struct sm_specification *wanted, struct sparsemed_error *error) {
    const struct sm_slice all = sm_slice_all(wanted->origin.slice.n_there);
    char *different = NULL;
    if (sm_origin_is_measurement(&wanted->origin)) {
        sm_features_compare(file, &all, file, &different, error);
    }
    free(different); /* a file that reads differently each time is for the job to find out */
}

/* Take over what a new output would. */
static enum sparsemed_status take_over(hid_t file, const struct sm_origin *origin, struct sparsemed_error *error) {
    const struct sm_specification wanted = {.origin = *origin, .path = origin->path, .n_frames = origin->slice.n};
    hid_t memory = sm_hdf5_create_in_memory();
    if (memory < 0) {
        return SPARSEMED_OK;
    }
    hid_t events = sm_hdf5_require_group(memory, SM_GROUP_EVENTS);
    sm_hdf5_release(events);
    if (sm_take_over(file, memory, &wanted, 0, false, error) == SPARSEMED_OK) {
        read_features(file, &wanted, error);
    }
    H5Fclose(memory);
    if (error->status == SPARSEMED_INPUT) {
        return sparsemed_fail_where(error, "%s", origin->path);
    }
    *error = SPARSEMED_NO_ERROR; /* what cannot be written is not the input's fault, and for the job to find out */
    return SPARSEMED_OK;
}

static bool is_in(const char *path, const char *group) {
    return strncmp(path, group, strlen(group)) == 0 && path[strlen(group)] == '/';
}

/* Outputs are often only asked whether they are done: that must not take reading all the values they have. */
static enum sm_likeness spare_features(const char *path, void *data) {
    (void)data;
    return is_in(path, SM_GROUP_EVENTS) || is_in(path, SM_GROUP_BASIN_EVENTS) ? SM_ALIKE_FRAME : SM_ALIKE;
}

/* Read metadata only because HDF5 may crash of it, and all that an updated output is compared in: with itself, here.
 *
 * features   whether their values, too */
static void provoke(hid_t file, const char *path, bool features) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    const struct sm_tolerance tolerance = {.likeness = features ? NULL : spare_features,
                                           .most_bytes = SM_MOST_COMPARED_BYTES};
    const struct sm_input_options options = {0};
    take_over(file, &(const struct sm_origin){path, path, &options, false, sm_slice_all(1)}, &ignored);
    free(sm_compare_files(file, file, &tolerance));
}

static herr_t pass_over(hid_t group, const char *name, const H5L_info_t *info, void *data) {
    (void)group;
    (void)name;
    (void)info;
    (void)data;
    return 0;
}

/* Whether the groups that get something new in place are in good order: HDF5 fails to add to others. */
static enum sparsemed_status list_groups(hid_t file, const char *path, struct sparsemed_error *error) {
    static const char *const groups[] = {SM_GROUP_EVENTS, SM_GROUP_BASIN_EVENTS, SM_GROUP_BASINS, SM_GROUP_LOGS,
                                         SM_GROUP_TABLES};
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        if (sm_hdf5_walk(file, groups[i], pass_over, NULL, error) != SPARSEMED_OK) {
            return sparsemed_fail_where(error, "%s", path);
        }
    }
    return SPARSEMED_OK;
}

/* Walk through all of the index of the chunks, only because HDF5 may crash of it. */
static void walk_index(hid_t dataset) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    hsize_t n_chunks;
    sm_chunks_count(dataset, &n_chunks, &ignored);
}

/* Write down what an input has led to, as much as there is room for. */
static void note_others(const struct sm_input *input, char others[SM_OTHERS_BYTES]) {
    struct sm_used_files files = {0};
    bool noted = sm_used_files_add_all(&files, &input->files) && sm_used_files_add_all(&files, &input->missed);
    json_t *array = noted ? sm_used_files_to_json(&files) : NULL;
    char *text = array ? sm_json_write(array, JSON_COMPACT) : NULL;
    while (text && strlen(text) >= SM_OTHERS_BYTES) {
        free(text);
        json_array_remove(array, json_array_size(array) - 1);
        text = sm_json_write(array, JSON_COMPACT);
    }
    strcpy(others, text ? text : "");
    free(text);
    json_decref(array);
    sm_used_files_free(&files);
}

static enum sparsemed_status read_input(enum sm_trial_kind kind, const char *path,
                                        const struct sm_input_options *options, double split_time,
                                        struct sm_facts *facts, char others[SM_OTHERS_BYTES],
                                        struct sparsemed_error *error) {
    struct sm_input input;
    if (sm_input_open(path, options, &input, error) == SPARSEMED_OK &&
        sm_input_resolve(&input, error) == SPARSEMED_OK &&
        sm_facts_gather(&input, split_time, facts, error) == SPARSEMED_OK && input.file >= 0) {
        walk_index(input.image.dataset);
        if (kind == SM_TRIAL_IN_PLACE) {
            provoke(input.file, path, true);
            list_groups(input.file, path, error);
        } else if (kind == SM_TRIAL_SHOWN) {
            provoke(input.file, path, false);
        } else {
            const struct sm_origin origin = sm_input_origin(&input);
            take_over(input.file, &origin, error);
        }
    }
    if (error->status != SPARSEMED_OK) {
        note_others(&input, others);
    }
    sm_input_close(&input);
    return error->status;
}

static enum sparsemed_status read_output(const char *path, const struct sm_input_options *options,
                                         struct sparsemed_error *error) {
    hid_t file;
    sm_reach_begin(&options->reach, path, NULL, NULL);
    if (sm_hdf5_open(path, &file, error) == SPARSEMED_OK) {
        provoke(file, path, false);
        H5Fclose(file);
    }
    sm_reach_end(NULL);
    return error->status;
}

enum sparsemed_status sm_trial_read(enum sm_trial_kind kind, const char *path, const struct sm_input_options *options,
                                    double split_time, struct sm_facts *facts, char others[SM_OTHERS_BYTES],
                                    struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    *facts = (struct sm_facts){0};
    *others = '\0';
    return kind == SM_TRIAL_OUTPUT ? read_output(path, options, error)
                                   : read_input(kind, path, options, split_time, facts, others, error);
}
