#include "rtdc/outputs/specification.h"

struct sm_specification sm_specify(const char *input_path, const struct sm_input_options *input_options,
                                   const char *path, const struct sparsemed_parameters *parameters, uint64_t n_frames,
                                   bool copy) {
    struct sm_specification specification = {
        .input_path = input_path,
        .input_options = input_options,
        .path = path,
        .copy = copy,
        .offset = parameters->offset_correction,
        .n_frames = n_frames,
    };
    sparsemed_ppid_format(parameters, specification.ppid);
    return specification;
}
