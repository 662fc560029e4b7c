#include "rtdc/report/quality_legend.h"

#include "rtdc/report/brief.h"
#include "sparsemed/quality.h"

static json_t *units_value(void) {
    json_t *units = json_object();
    for (int i = 0; i < SPARSEMED_N_FIGURES; i++) {
        enum sparsemed_figure figure = (enum sparsemed_figure)i;
        json_object_set_new(units, sparsemed_figure_name(figure), json_string(sparsemed_figure_unit(figure)));
    }
    return units;
}

static void explain(json_t *flags, enum sparsemed_flag flag, json_t *text) {
    json_object_set_new(flags, sparsemed_flag_name(flag), text);
}

/* The thresholds are those of sparsemed/quality.h. */
static json_t *flags_value(void) {
    json_t *flags = json_object();
    explain(
        flags, SPARSEMED_FLAG_STREAKS,
        json_sprintf("images that were kept show cells: the largest ref is above %g grey values, and above %g times "
                     "the median of those kept",
                     SPARSEMED_STREAKS_LEAST, SPARSEMED_STREAKS_RATIO));
    explain(
        flags, SPARSEMED_FLAG_FLICKER,
        json_sprintf("%g frames or more, and %g %%, are brighter or darker than their image by %g grey values or more",
                     SPARSEMED_FLICKER_LEAST, 100 * SPARSEMED_FLICKER_FRACTION, SPARSEMED_FLICKER_OFFSET));
    explain(flags, SPARSEMED_FLAG_DRIFT,
            json_sprintf("the brightness of the images has a range of %g grey values or more", SPARSEMED_DRIFT_RANGE));
    explain(flags, SPARSEMED_FLAG_GAP,
            json_sprintf("a time of more than %g split times without a frame, or without an image that was kept",
                         SPARSEMED_GAP_STEPS));
    explain(flags, SPARSEMED_FLAG_EMPTY,
            json_sprintf("nothing passed: nowhere do more than %g %% of the pixels differ from the image",
                         100 * SPARSEMED_EMPTY_ACTIVITY));
    explain(flags, SPARSEMED_FLAG_GUESSED_TIME,
            json_string("there were neither time stamps nor frame numbers: when frames were taken is a guess"));
    explain(
        flags, SPARSEMED_FLAG_SHORT,
        json_sprintf("fewer frames than a median is taken over, or fewer than %d split points", SPARSEMED_SHORT_STEPS));
    json_object_set_new(flags, SM_NOT_JUDGED,
                        json_string("the output has no table of split points: an earlier version or another program "
                                    "made it"));
    return flags;
}

json_t *sm_quality_legend(void) {
    return json_pack("{so so}", "units", units_value(), "flags", flags_value());
}
