#include "sparsemed/median.h"

#include <assert.h>

#include "core/median/median_group.h"

void sparsemed_median_image(enum sparsemed_instruction_set set, const uint8_t *const *frames, size_t n_frames,
                            size_t n_pixels, uint8_t *image) {
    assert(sparsemed_instruction_set_is_available(set) && n_frames >= 1 && n_frames <= INT32_MAX);
    const struct sparsemed_frame_list window = {frames, n_frames};
    for (size_t first = 0; first < n_pixels; first += SPARSEMED_GROUP) {
        const struct sparsemed_group group = sparsemed_group_at(set, first, n_pixels, n_frames);
        struct sparsemed_group_state state;
        sparsemed_group_start(&group, image, &state);
        sparsemed_group_count(&group, &sparsemed_no_frames, &window, &state);
        sparsemed_group_conclude(&group, &window, &state, image);
    }
}
