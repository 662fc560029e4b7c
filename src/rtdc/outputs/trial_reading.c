#include "rtdc/outputs/trial_reading.h"

#include <assert.h>

#include "rtdc/hdf5/chunks.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/input.h"
#include "rtdc/outputs/basin_copy.h"
#include "rtdc/outputs/basin_write.h"
#include "rtdc/outputs/metadata.h"

/* Copy what a new output takes over. */
static enum sparsemed_status copy_metadata(hid_t file, const char *path, bool with_basins,
                                           struct sparsemed_error *error) {
    hid_t memory = sm_hdf5_create_in_memory();
    if (memory < 0) {
        return SPARSEMED_OK;
    }
    if (sm_metadata_copy(file, memory, 0, error) == SPARSEMED_OK && with_basins &&
        sm_basins_copy(file, path, memory, path, 0, error) == SPARSEMED_OK) {
        sm_basin_write_file(memory, file, path, path, 0, error);
    }
    H5Fclose(memory);
    if (error->status == SPARSEMED_INPUT) {
        return sparsemed_fail_where(error, "%s", path);
    }
    *error = SPARSEMED_NO_ERROR; /* what cannot be written is not the input's fault, and for the job to find out */
    return SPARSEMED_OK;
}

/* Read metadata only because HDF5 may crash of it. */
static void provoke(hid_t file, const char *path) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    copy_metadata(file, path, true, &ignored);
}

/* Walk through all of the index of the chunks, only because HDF5 may crash of it. */
static void walk_index(hid_t dataset) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    hsize_t n_chunks;
    sm_chunks_count(dataset, &n_chunks, &ignored);
}

static enum sparsemed_status read_input(enum sm_trial_kind kind, const char *path,
                                        const struct sm_input_options *options, double split_time,
                                        struct sm_facts *facts, struct sparsemed_error *error) {
    struct sm_input input;
    if (sm_input_open(path, options, &input, error) == SPARSEMED_OK &&
        sm_facts_gather(&input, split_time, facts, error) == SPARSEMED_OK && input.file >= 0) {
        walk_index(input.image.dataset);
        if (kind == SM_TRIAL_IN_PLACE) {
            provoke(input.file, path);
        } else {
            copy_metadata(input.file, path, sm_input_is_measurement(options, path), error);
        }
    }
    sm_input_close(&input);
    return error->status;
}

static enum sparsemed_status read_output(const char *path, struct sparsemed_error *error) {
    hid_t file;
    if (sm_hdf5_open(path, &file, error) == SPARSEMED_OK) {
        provoke(file, path);
        H5Fclose(file);
    }
    return error->status;
}

enum sparsemed_status sm_trial_read(enum sm_trial_kind kind, const char *path, const struct sm_input_options *options,
                                    double split_time, struct sm_facts *facts, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    *facts = (struct sm_facts){0};
    return kind == SM_TRIAL_OUTPUT ? read_output(path, error)
                                   : read_input(kind, path, options, split_time, facts, error);
}
