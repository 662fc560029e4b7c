#include "rtdc/trials/facts.h"

#include <assert.h>

#include "sparsemed/windows.h"

enum sparsemed_status sm_facts_gather(struct sm_input *input, double split_time, struct sm_facts *facts,
                                      struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct sparsemed_time_axis axis;
    size_t n_steps = 0;
    *facts = (struct sm_facts){
        .state = sm_file_state_from(&input->files.list[0].state),
        .n_frames = input->stack.n_frames,
        .height = input->stack.height,
        .width = input->stack.width,
        .slab_frames = input->stack.slab_frames,
    };
    if (input->file >= 0) {
        sm_storage_describe(input->image.dataset, facts->storage);
    }
    if (sm_input_timing(input, &axis, &facts->timing, error) == SPARSEMED_OK && split_time > 0 &&
        sparsemed_count_steps(&axis, split_time, &n_steps, error) != SPARSEMED_OK) {
        sparsemed_fail_where(error, "%s", input->path);
    }
    facts->n_steps = n_steps;
    sparsemed_time_axis_free(&axis);
    return error->status;
}
