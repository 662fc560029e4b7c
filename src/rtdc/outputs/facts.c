#include "rtdc/outputs/facts.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>

#include "rtdc/filters/filters.h"
#include "rtdc/hdf5/hdf5.h"
#include "sparsemed/windows.h"

/* How a dataset of images is stored: its filters, and the extent of a chunk. */
static void describe_storage(hid_t dataset, char storage[SM_STORAGE_SIZE]) {
    hid_t creation = H5Dget_create_plist(dataset);
    hsize_t chunk[3];
    int length = 0;
    if (H5Pget_layout(creation) != H5D_CHUNKED || H5Pget_chunk(creation, 3, chunk) != 3) {
        snprintf(storage, SM_STORAGE_SIZE, "contiguous");
    } else {
        for (int i = 0; i < H5Pget_nfilters(creation); i++) {
            unsigned flags;
            size_t n_values = 0;
            H5Z_filter_t filter = H5Pget_filter2(creation, (unsigned)i, &flags, &n_values, NULL, 0, NULL, NULL);
            const char *name = sm_filter_name(filter);
            if (name && length < SM_STORAGE_SIZE / 2) {
                length += snprintf(storage + length, (size_t)(SM_STORAGE_SIZE / 2), "%s ", name);
            }
        }
        snprintf(storage + length, SM_STORAGE_SIZE - (size_t)length, "%llux%llux%llu", (unsigned long long)chunk[0],
                 (unsigned long long)chunk[1], (unsigned long long)chunk[2]);
    }
    sm_hdf5_release(creation);
}

enum sparsemed_status sm_facts_gather(struct sm_input *input, double split_time, struct sm_facts *facts,
                                      struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct sparsemed_time_axis axis;
    size_t n_steps = 0;
    *facts = (struct sm_facts){
        .n_frames = input->stack.n_frames,
        .height = input->stack.height,
        .width = input->stack.width,
        .slab_frames = input->stack.slab_frames,
    };
    if (input->file >= 0) {
        describe_storage(input->image.dataset, facts->storage);
    }
    if (sm_input_timing(input, &axis, &facts->timing, error) == SPARSEMED_OK && split_time > 0 &&
        sparsemed_count_steps(&axis, split_time, &n_steps, error) != SPARSEMED_OK) {
        sparsemed_fail_where(error, "%s", input->path);
    }
    facts->n_steps = n_steps;
    sparsemed_time_axis_free(&axis);
    return error->status;
}
