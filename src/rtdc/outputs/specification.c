#include "rtdc/outputs/specification.h"

#include <stddef.h>

#include "rtdc/layout.h"

const char *const sm_images_words[] = {[false] = "shared", [true] = "frames", NULL};

struct sm_specification sm_specify(const struct sm_origin *origin, const char *path,
                                   const struct sparsemed_parameters *parameters, bool copy, bool frame_images) {
    struct sm_specification specification = {
        .origin = *origin,
        .path = path,
        .copy = copy,
        .frame_images = frame_images,
        .offset = parameters->offset_correction,
        .n_frames = origin->slice.n,
    };
    sparsemed_ppid_format(parameters, specification.ppid);
    return specification;
}

const char *sm_specification_images(const struct sm_specification *specification) {
    return specification->frame_images ? SM_PATH_FRAME_IMAGES : SM_PATH_IMAGE_BG;
}
