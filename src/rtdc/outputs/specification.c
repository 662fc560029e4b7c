#include "rtdc/outputs/specification.h"

#include <stddef.h>

#include "rtdc/layout.h"

const char *const sm_images_words[] = {[false] = "shared", [true] = "frames", NULL};

struct sm_specification sm_specify(const char *input_path, const struct sm_input_options *input_options,
                                   const char *path, const struct sparsemed_parameters *parameters, uint64_t n_frames,
                                   bool copy, bool frame_images) {
    struct sm_specification specification = {
        .input_path = input_path,
        .input_options = input_options,
        .path = path,
        .copy = copy,
        .frame_images = frame_images,
        .offset = parameters->offset_correction,
        .n_frames = n_frames,
    };
    sparsemed_ppid_format(parameters, specification.ppid);
    return specification;
}

const char *sm_specification_images(const struct sm_specification *specification) {
    return specification->frame_images ? SM_PATH_FRAME_IMAGES : SM_PATH_IMAGE_BG;
}
