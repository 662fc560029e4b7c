/* How the figures and flags are called, in files and to people. */
#include <stdio.h>
#include <string.h>

#include "sparsemed/quality.h"

static const char grey[] = "grey values", seconds[] = "s", frames[] = "frames";

static const struct {
    const char *name, *unit;
} figures[SPARSEMED_N_FIGURES] = {
    [SPARSEMED_FIGURE_THRESHOLD] = {"threshold", grey},
    [SPARSEMED_FIGURE_REF_KEPT_MAX] = {"ref_kept_max", grey},
    [SPARSEMED_FIGURE_REF_KEPT_MEDIAN] = {"ref_kept_median", grey},
    [SPARSEMED_FIGURE_REF_REMOVED_MIN] = {"ref_removed_min", grey},
    [SPARSEMED_FIGURE_REF_MEDIAN] = {"ref_median", grey},
    [SPARSEMED_FIGURE_REF_SPREAD] = {"ref_spread", grey},
    [SPARSEMED_FIGURE_BG_MED] = {"bg_med", grey},
    [SPARSEMED_FIGURE_BG_MED_RANGE] = {"bg_med_range", grey},
    [SPARSEMED_FIGURE_BG_MED_DRIFT] = {"bg_med_drift", grey},
    [SPARSEMED_FIGURE_BG_OFF_SPREAD] = {"bg_off_spread", grey},
    [SPARSEMED_FIGURE_FLICKERING_FRAMES] = {"flickering_frames", frames},
    [SPARSEMED_FIGURE_LONGEST_GAP] = {"longest_gap", seconds},
    [SPARSEMED_FIGURE_LONGEST_PAUSE] = {"longest_pause", seconds},
    [SPARSEMED_FIGURE_FARTHEST_IMAGE] = {"farthest_image", seconds},
    [SPARSEMED_FIGURE_FRAMES_PER_IMAGE_MIN] = {"frames_per_image_min", frames},
    [SPARSEMED_FIGURE_FRAMES_PER_IMAGE_MEDIAN] = {"frames_per_image_median", frames},
    [SPARSEMED_FIGURE_FRAMES_PER_IMAGE_MAX] = {"frames_per_image_max", frames},
    [SPARSEMED_FIGURE_ACTIVITY] = {"activity", "fraction of pixels"},
};

static const char *const flags[SPARSEMED_N_FLAGS] = {
    [SPARSEMED_FLAG_STREAKS] = "streaks", [SPARSEMED_FLAG_FLICKER] = "flicker",
    [SPARSEMED_FLAG_DRIFT] = "drift",     [SPARSEMED_FLAG_GAP] = "gap",
    [SPARSEMED_FLAG_EMPTY] = "empty",     [SPARSEMED_FLAG_GUESSED_TIME] = "guessed time",
    [SPARSEMED_FLAG_SHORT] = "short",
};

const char *sparsemed_figure_name(enum sparsemed_figure figure) {
    return figures[figure].name;
}

const char *sparsemed_figure_unit(enum sparsemed_figure figure) {
    return figures[figure].unit;
}

const char *sparsemed_flag_name(enum sparsemed_flag flag) {
    return flags[flag];
}

void sparsemed_flags_format(unsigned flagged, char text[SPARSEMED_FLAGS_SIZE]) {
    size_t length = 0;
    strcpy(text, SPARSEMED_CLEAN);
    for (int i = 0; i < SPARSEMED_N_FLAGS; i++) {
        if (flagged >> i & 1u) {
            length +=
                (size_t)snprintf(text + length, SPARSEMED_FLAGS_SIZE - length, "%s%s", length ? ", " : "", flags[i]);
        }
    }
}
