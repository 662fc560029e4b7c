#include "rtdc/report/quality_legend.h"

#include "rtdc/report/brief.h"
#include "sparsemed/quality.h"

static json_t *units_value(void) {
    json_t *units = json_object();
    for (enum sparsemed_figure i = 0; i < SPARSEMED_N_FIGURES; i++) {
        enum sparsemed_figure figure = (enum sparsemed_figure)i;
        json_object_set_new(units, sparsemed_figure_name(figure), json_string(sparsemed_figure_unit(figure)));
    }
    return units;
}

/* SPARSEMED_N_FLAGS stands for SM_NOT_JUDGED. */
static void explain(json_t *flags, enum sparsemed_flag flag, json_t *sentence) {
    json_object_set_new(flags, flag < SPARSEMED_N_FLAGS ? sparsemed_flag_name(flag) : SM_NOT_JUDGED, sentence);
}

/* The thresholds are those of sparsemed/quality.h. */
static json_t *flags_value(void) {
    json_t *flags = json_object();
    explain(flags, SPARSEMED_FLAG_STREAKS,
            json_sprintf("images that were kept show cells: the largest ref is above %g grey values and above %g times "
                         "the median of those kept, or above %g",
                         SPARSEMED_STREAKS_LEAST, SPARSEMED_STREAKS_RATIO, SPARSEMED_STREAKS_CERTAIN));
    explain(flags, SPARSEMED_FLAG_FLICKER,
            json_sprintf("%g frames or more, and %g %%, are brighter or darker than their image, by %g grey values or "
                         "more",
                         SPARSEMED_FLICKER_LEAST, 100 * SPARSEMED_FLICKER_FRACTION, SPARSEMED_FLICKER_OFFSET));
    explain(flags, SPARSEMED_FLAG_DRIFT,
            json_sprintf("the brightness of the images has a range of %g grey values or more, and of %g %% of its "
                         "median",
                         SPARSEMED_DRIFT_LEAST, 100 * SPARSEMED_DRIFT_FRACTION));
    explain(flags, SPARSEMED_FLAG_GAP,
            json_sprintf("a time of more than %g split times without a frame, or without an image that was kept",
                         SPARSEMED_GAP_STEPS));
    explain(flags, SPARSEMED_FLAG_EMPTY,
            json_sprintf("nothing passed: nowhere do more than %g %% of the pixels in the middle differ from the image",
                         100 * SPARSEMED_EMPTY_ACTIVITY));
    explain(flags, SPARSEMED_FLAG_GUESSED_TIME,
            json_string("there were neither time stamps nor frame numbers: when frames were taken is a guess"));
    explain(
        flags, SPARSEMED_FLAG_SHORT,
        json_sprintf("fewer frames than a median is taken over, or fewer than %d split points", SPARSEMED_SHORT_STEPS));
    explain(flags, SPARSEMED_N_FLAGS,
            json_string("the output has no table of split points: an earlier version or another program made it"));
    return flags;
}

json_t *sm_quality_legend(void) {
    return json_pack("{so so}", "units", units_value(), "flags", flags_value());
}
