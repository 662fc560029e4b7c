#include "rtdc/input.h"

#include "rtdc/hdf5.h"
#include "rtdc/path.h"

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

bool sm_input_uses(const struct sm_input *input, const char *path) {
    for (size_t i = 0; i < input->image.n_files; i++) {
        if (sm_path_same(input->image.files[i].path, path)) {
            return true;
        }
    }
    return false;
}

const char *sm_input_changed(const struct sm_input *input) {
    for (size_t i = 0; i < input->image.n_files; i++) {
        const struct sm_passed_file *file = &input->image.files[i];
        const struct stat *before = &file->state;
        struct stat now;
        if (stat(file->path, &now) != 0 || now.st_dev != before->st_dev || now.st_ino != before->st_ino ||
            now.st_size != before->st_size || now.st_mtim.tv_sec != before->st_mtim.tv_sec ||
            now.st_mtim.tv_nsec != before->st_mtim.tv_nsec) {
            return file->path;
        }
    }
    return NULL;
}

void sm_input_close(struct sm_input *input) {
    sm_stack_close(&input->stack);
    sm_feature_close(&input->image);
    if (input->file >= 0) {
        H5Fclose(input->file);
    }
    *input = SM_NO_INPUT;
}
