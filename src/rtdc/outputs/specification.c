#include "rtdc/outputs/specification.h"

struct sm_specification sm_specify(const char *input_path, const struct sm_input_options *input_options,
                                   const char *path, const struct sparsemed_parameters *parameters,
                                   struct sm_slice slice, bool copy) {
    struct sm_specification specification = {
        .input_path = input_path,
        .input_options = input_options,
        .path = path,
        .copy = copy,
        .offset = parameters->offset_correction,
        .slice = slice,
        .n_frames = slice.n,
    };
    sparsemed_ppid_format(parameters, specification.ppid);
    return specification;
}
