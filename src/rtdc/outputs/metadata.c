#include "rtdc/outputs/metadata.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/hdf5/attributes.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/needs.h"
#include "rtdc/layout.h"
#include "rtdc/outputs/dataset_copy.h"
#include "rtdc/outputs/pipeline_claims.h"

/* Add this program to the software that worked on a dataset. */
static bool extend_software(hid_t dataset) {
    char *before = sm_attribute_text(dataset, SM_ATTRIBUTE_SOFTWARE, NULL);
    if (!before) {
        return sm_attribute_write_text(dataset, SM_ATTRIBUTE_SOFTWARE, SM_SOFTWARE);
    }
    size_t size = strlen(before) + strlen(SM_SOFTWARE_AND SM_SOFTWARE) + 1;
    char *after = malloc(size);
    bool written = false;
    if (after) {
        snprintf(after, size, "%s" SM_SOFTWARE_AND SM_SOFTWARE, before);
        written = sm_attribute_write_text(dataset, SM_ATTRIBUTE_SOFTWARE, after);
    }
    free(after);
    free(before);
    return written;
}

struct copy {
    hid_t output;
    const char *group;
    int zstd_level;
    uint64_t n_bytes, most_bytes; /* of all that was copied, and what is believed of the input (needs.h) */
    struct sparsemed_error *error;
};

/* Count what was copied: a small file may say that it has many large tables, or the same one often. */
static enum sparsemed_status count_bytes(struct copy *copy, hid_t copied) {
    hid_t type = H5Dget_type(copied), space = H5Dget_space(copied);
    size_t n_bytes;
    sm_hdf5_count_bytes(type, space, &n_bytes);
    sm_hdf5_release(space);
    sm_hdf5_release(type);
    copy->n_bytes += n_bytes;
    return copy->n_bytes <= copy->most_bytes
               ? SPARSEMED_OK
               : sparsemed_fail(copy->error, SPARSEMED_INPUT,
                                "with it logs and tables need more than %llu MB of memory, which is not believed of so "
                                "small a file: it is damaged",
                                (unsigned long long)(copy->most_bytes / 1000000));
}

static herr_t copy_dataset(hid_t from, const char *name, const H5L_info_t *info, void *data) {
    (void)info;
    struct copy *copy = data;
    hid_t dataset;
    if (strcmp(copy->group, SM_GROUP_TABLES) == 0 && strcmp(name, SM_TABLE_SPLITS) == 0) {
        return 0; /* tells of another background */
    }
    if (sm_hdf5_open_link(from, name, &dataset, copy->error) != SPARSEMED_OK) {
        sparsemed_fail_where(copy->error, "%s", copy->group);
        return 1;
    }
    if (dataset < 0 || H5Iget_type(dataset) != H5I_DATASET) {
        sm_hdf5_release(dataset);
        return 0; /* a link that leads nowhere, or a group: readers know neither here */
    }
    hid_t copied;
    sm_dataset_copy(dataset, copy->output, copy->group, name, false, copy->zstd_level, &copied, copy->error);
    if (copied >= 0) {
        count_bytes(copy, copied);
        bool extended = extend_software(copied);
        if ((!sm_hdf5_close(copied) || !extended) && copy->error->status == SPARSEMED_OK) {
            sm_fail_hdf5(copy->error, SPARSEMED_OUTPUT, "could not be written");
        }
    }
    if (copy->error->status != SPARSEMED_OK) {
        sparsemed_fail_where(copy->error, "%s/%s", copy->group, name);
    }
    sm_hdf5_release(dataset);
    return copy->error->status == SPARSEMED_OK ? 0 : 1;
}

enum sparsemed_status sm_metadata_copy(hid_t input, hid_t output, int zstd_level, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    if (!sm_attributes_copy(input, output) || !sm_pipeline_claims_remove(output)) {
        /* Writing them reaches the disk later only: it is the input that fails here. */
        return sm_fail_hdf5(error, SPARSEMED_INPUT, "the attributes cannot be read");
    }
    static const char *const groups[] = {SM_GROUP_LOGS, SM_GROUP_TABLES};
    uint64_t n_bytes = 0;
    for (size_t i = 0; i < 2 && error->status == SPARSEMED_OK; i++) {
        struct sparsemed_error failure = SPARSEMED_NO_ERROR; /* of a dataset; a failure of the walk comes first */
        struct copy copy = {output, groups[i], zstd_level, n_bytes, sm_needs_most(input, SM_NEED_VALUES), &failure};
        if (sm_hdf5_walk(input, groups[i], copy_dataset, &copy, error) == SPARSEMED_OK) {
            *error = failure;
            n_bytes = copy.n_bytes;
        }
    }
    return error->status;
}
