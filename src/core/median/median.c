#include "sparsemed/median.h"

#include "core/median/median_group.h"

void sm_median_image(enum sm_instruction_set set, const uint8_t *const *frames, size_t n_frames, size_t n_pixels,
                     uint8_t *image) {
    const struct sm_frame_list window = {frames, n_frames};
    for (size_t first = 0; first < n_pixels; first += SM_GROUP) {
        const struct sm_group group = sm_group_at(set, first, n_pixels, n_frames);
        struct sm_group_state state;
        sm_group_start(&group, image, &state);
        sm_group_count(&group, &sm_no_frames, &window, &state);
        sm_group_conclude(&group, &window, &state, image);
    }
}
