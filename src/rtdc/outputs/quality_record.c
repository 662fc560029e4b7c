#include "rtdc/outputs/quality_record.h"

#include <math.h>
#include <string.h>

static const char flags_key[] = "flags", source_key[] = "time_source", enforced_key[] = "enforced",
                  figures_key[] = "figures";

static const char *const sources[] = {
    [SM_TIMING_TIME] = "time",
    [SM_TIMING_FRAME] = "frame",
    [SM_TIMING_RATE] = "frame rate",
    [SM_TIMING_GUESS] = "guess",
};

const char *sm_time_source(enum sm_timing timing) {
    return sources[timing];
}

static json_t *flags_value(unsigned flags) {
    json_t *value = json_array();
    for (enum sparsemed_flag flag = 0; flag < SPARSEMED_N_FLAGS; flag++) {
        if (flags >> flag & 1u) {
            json_array_append_new(value, json_string(sparsemed_flag_name(flag)));
        }
    }
    if (flags == 0) {
        json_array_append_new(value, json_string(SPARSEMED_CLEAN));
    }
    return value;
}

static json_t *figures_value(const double *figures) {
    json_t *value = json_object();
    for (enum sparsemed_figure i = 0; i < SPARSEMED_N_FIGURES; i++) {
        json_object_set_new(value, sparsemed_figure_name(i),
                            isfinite(figures[i]) ? json_real(figures[i]) : json_null());
    }
    return value;
}

json_t *sm_quality_to_json(const struct sm_quality *quality) {
    return json_pack("{so ss sb so}", flags_key, flags_value(quality->judged.flags), source_key,
                     sm_time_source(quality->timing), enforced_key, (int)quality->judged.enforced, figures_key,
                     figures_value(quality->judged.figure));
}

static unsigned read_flags(const json_t *value) {
    unsigned flags = 0;
    for (size_t i = 0; i < json_array_size(value); i++) {
        const char *name = json_string_value(json_array_get(value, i));
        for (enum sparsemed_flag flag = 0; name && flag < SPARSEMED_N_FLAGS; flag++) {
            flags |= (unsigned)(strcmp(name, sparsemed_flag_name(flag)) == 0) << flag;
        }
    }
    return flags;
}

bool sm_quality_from_json(const json_t *value, struct sm_quality *quality) {
    const json_t *flags = json_object_get(value, flags_key), *figures = json_object_get(value, figures_key);
    const char *source = json_string_value(json_object_get(value, source_key));
    *quality = (struct sm_quality){
        .judged = {.enforced = json_is_true(json_object_get(value, enforced_key)), .flags = read_flags(flags)},
        .timing = SM_TIMING_GUESS,
    };
    for (enum sm_timing i = SM_TIMING_TIME; source && i < SM_TIMING_GUESS; i++) {
        if (strcmp(source, sources[i]) == 0) {
            quality->timing = i;
        }
    }
    for (enum sparsemed_figure i = 0; i < SPARSEMED_N_FIGURES; i++) {
        const json_t *figure = json_object_get(figures, sparsemed_figure_name(i));
        quality->judged.figure[i] = json_is_number(figure) ? json_number_value(figure) : NAN;
    }
    return json_is_array(flags) && json_is_object(figures);
}
