#include "rtdc/input.h"

#include "rtdc/hdf5.h"

enum sm_status sm_input_open(const char *path, struct sm_input *input, struct sm_error *error) {
    *input = SM_NO_INPUT;
    input->path = path;
    if (sm_hdf5_open(path, &input->file, error) != SM_OK ||
        sm_feature_find(input->file, path, "image", true, &input->image, error) != SM_OK ||
        sm_stack_open_dataset(input->image.dataset, input->image.origin, "image", &input->stack, error) != SM_OK) {
        return error->status;
    }
    return input->image.map ? sm_stack_map(&input->stack, input->image.map, input->image.n_rows, error) : SM_OK;
}

void sm_input_close(struct sm_input *input) {
    sm_stack_close(&input->stack);
    sm_feature_close(&input->image);
    if (input->file >= 0) {
        H5Fclose(input->file);
    }
    *input = SM_NO_INPUT;
}
