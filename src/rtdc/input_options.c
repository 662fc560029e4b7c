#include "rtdc/input_options.h"

bool sm_input_is_sliced(const struct sm_input_options *options) {
    return options->slice.step > 0;
}
