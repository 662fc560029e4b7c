#include "rtdc/report/portrait.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "rtdc/files/surrogates.h"
#include "rtdc/hdf5/attributes.h"
#include "rtdc/layout.h"
#include "rtdc/report/brief.h"
#include "rtdc/report/busy_frames.h"
#include "rtdc/report/markup.h"
#include "rtdc/report/output_log.h"
#include "rtdc/report/quality_legend.h"
#include "rtdc/report/thumbs.h"

enum { MOST_POINTS = 4000, MOST_PARTS = 600, N_DISTANCES = 40 };

/* ---- texts ---- */

static json_t *parameters_value(const struct sm_exhibit *exhibit) {
    const struct sparsemed_parameters *parameters = &exhibit->parameters;
    return exhibit->has_parameters
               ? json_pack("{sI sf sf sf sb}", "kernel_size", (json_int_t)parameters->kernel_size, "split_time",
                           parameters->split_time, "thresh_cleansing", parameters->thresh_cleansing, "frac_cleansing",
                           parameters->frac_cleansing, "offset_correction", (int)parameters->offset_correction)
               : json_null();
}

static json_t *metadata_value(const struct sm_exhibit *exhibit) {
    static const char *const names[] = {"experiment:sample", SM_ATTRIBUTE_DATE,   SM_ATTRIBUTE_TIME,
                                        SM_ATTRIBUTE_SETUP,  "setup:chip region", "setup:medium"};
    json_t *list = json_array();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *text = sm_attribute_text(exhibit->file, names[i], NULL);
        if (text) {
            json_array_append_new(list, json_pack("[so]", names[i], sm_json_from_bytes(text)));
        }
        free(text);
    }
    return list;
}

static json_t *log_value(const char *log) {
    json_t *list = json_array();
    char *key, *value;
    while (log && sm_output_log_next(&log, &key, &value)) {
        json_array_append_new(list, json_pack("[oo]", sm_json_from_bytes(key), sm_json_from_bytes(value)));
        free(key);
        free(value);
    }
    return list;
}

/* "plan 0.1, stream 0.2" as an object. */
static json_t *seconds_value(const char *log) {
    char *text = sm_output_log_value(log, "seconds"), *at = text, phase[32];
    json_t *value = json_object();
    double seconds;
    int length;
    while (at && sscanf(at, " %31[a-z] %lf%n", phase, &seconds, &length) == 2) {
        json_object_set_new(value, phase, sm_number_value(seconds));
        at += length;
        at += *at == ',';
    }
    free(text);
    return value;
}

/* Numbers with blanks between them as an array. */
static json_t *numbers_value(const char *log, const char *key) {
    char *text = sm_output_log_value(log, key), *at = text, *end;
    json_t *list = json_array();
    for (; at && *at; at = end) {
        double number = strtod(at, &end);
        if (end == at) {
            break;
        }
        json_array_append_new(list, sm_number_value(number));
    }
    free(text);
    return list;
}

/* ---- the images ---- */

/* Of very many images every so manieth is a point of the curves, and what has a thumbnail. */
static json_t *points_value(const struct sm_image_series *series, const struct sm_thumbs *thumbs) {
    json_t *time = json_array(), *figure = json_array(), *deviation = json_array(), *brightness = json_array(),
           *kept = json_array(), *thumb = json_array();
    uint64_t stride = sm_divide_up(series->n, MOST_POINTS);
    for (size_t i = 0; i < series->n; i++) {
        const struct sm_image_point *point = &series->list[i];
        if (i % stride == 0 || thumbs->number[i] >= 0) {
            json_array_append_new(time, sm_number_value(point->time));
            json_array_append_new(figure, sm_number_value(point->figure));
            json_array_append_new(deviation, sm_number_value(point->deviation));
            json_array_append_new(brightness, sm_number_value(point->brightness));
            json_array_append_new(kept, json_integer(point->image != SM_NOT_STORED));
            json_array_append_new(thumb, json_integer(thumbs->number[i]));
        }
    }
    return json_pack("{so so so so so so}", "time", time, "figure", figure, "deviation", deviation, "brightness",
                     brightness, "kept", kept, "thumb", thumb);
}

static void set_images(json_t *portrait, struct sm_exhibit *exhibit, struct sm_image_series *series,
                       struct sparsemed_error *error) {
    struct sm_thumbs thumbs;
    if (sm_thumbs_make(exhibit, series, &thumbs, error) == SPARSEMED_OK) {
        json_object_set_new(portrait, "points", points_value(series, &thumbs));
        json_object_set_new(portrait, "n_points", json_integer((json_int_t)series->n));
        json_object_set_new(portrait, "every_step", json_boolean(series->every_step));
        json_object_set_new(portrait, "of_cleansing", json_boolean(series->of_cleansing));
        json_object_set_new(portrait, "usual", sm_number_value(series->usual));
        json_object_set_new(portrait, "threshold", sm_number_value(series->threshold));
        json_object_set_new(portrait, "sprite", sm_thumbs_value(&thumbs));
        json_object_set(portrait, "worst_kept", thumbs.worst_kept);
        json_object_set(portrait, "worst_removed", thumbs.worst_removed);
        json_object_set(portrait, "no_removed", thumbs.no_removed);
    }
    sm_thumbs_free(&thumbs);
}

/* ---- the frames ---- */

static json_t *busy_frame_value(struct sm_exhibit *exhibit, uint64_t frame, struct sparsemed_error *error) {
    struct sm_corrected_frame drawn;
    json_t *value = NULL;
    if (sm_corrected_frame_draw(exhibit, frame, &drawn, error) == SPARSEMED_OK) {
        value = json_pack("{sI so so so so so so}", "frame", (json_int_t)frame, "time",
                          sm_number_value(sm_exhibit_time_of(exhibit, frame)), "offset",
                          exhibit->offsets ? sm_number_value(exhibit->offsets[frame]) : json_null(), "recorded",
                          sm_picture_uri(&drawn.recorded), "background", sm_picture_uri(&drawn.background), "corrected",
                          sm_picture_uri(&drawn.corrected), "levelled", sm_picture_uri(&drawn.levelled));
    }
    sm_corrected_frame_free(&drawn);
    return value;
}

static void set_frames(json_t *portrait, struct sm_exhibit *exhibit) {
    struct sparsemed_error why = SPARSEMED_NO_ERROR;
    struct sm_busy_frames busy;
    json_t *list = json_array();
    sm_busy_frames_find(exhibit, SM_LOOKED_AT_SLABS, &busy, &why);
    for (size_t i = 0; i < busy.n && why.status == SPARSEMED_OK; i++) {
        json_array_append_new(list, busy_frame_value(exhibit, busy.list[i].frame, &why));
    }
    json_object_set_new(portrait, "busy", list);
    json_object_set_new(portrait, "looked_at", json_integer((json_int_t)busy.n_looked_at));
    json_object_set_new(portrait, "no_frames",
                        why.status == SPARSEMED_OK ? json_null() : sm_json_from_bytes(why.message));
}

/* When the measurement ends: with its last frame, or its last image. */
static double find_duration(const struct sm_exhibit *exhibit, const struct sm_image_series *series) {
    double last = sm_exhibit_time_of(exhibit, exhibit->n_frames - 1);
    for (size_t i = 0; i < series->n; i++) {
        last = fmax(last, series->list[i].time);
    }
    return exhibit->has_frames ? fmax(last, exhibit->axis.duration) : last;
}

static json_t *offsets_value(const struct sm_exhibit *exhibit, double duration) {
    double least[MOST_PARTS], most[MOST_PARTS];
    size_t n = sm_min(exhibit->n_frames, MOST_PARTS);
    if (!exhibit->offsets || !(duration > 0)) {
        return json_null();
    }
    for (size_t i = 0; i < n; i++) {
        least[i] = most[i] = NAN;
    }
    for (uint64_t j = 0; j < exhibit->n_frames; j++) {
        double part = sm_exhibit_time_of(exhibit, j) / duration * (double)n;
        size_t i = part > 0 ? sm_min((uint64_t)part, n - 1) : 0;
        if (isfinite(exhibit->offsets[j])) {
            least[i] = fmin(least[i], exhibit->offsets[j]);
            most[i] = fmax(most[i], exhibit->offsets[j]);
        }
    }
    json_t *lows = json_array(), *highs = json_array();
    for (size_t i = 0; i < n; i++) {
        json_array_append_new(lows, sm_number_value(least[i]));
        json_array_append_new(highs, sm_number_value(most[i]));
    }
    return json_pack("{so so}", "least", lows, "most", highs);
}

/* The time of each image that is stored, NAN where no point tells it; NULL where memory is out. */
static double *times_of_images(const struct sm_exhibit *exhibit, const struct sm_image_series *series) {
    uint64_t n = exhibit->images.n_frames;
    double *times = malloc(n * sizeof *times);
    for (uint64_t i = 0; times && i < n; i++) {
        times[i] = NAN;
    }
    for (size_t i = 0; times && i < series->n; i++) {
        if (series->list[i].image < n) {
            times[series->list[i].image] = series->list[i].time;
        }
    }
    return times;
}

/* How far frames are from their images in time; only where both times are known. */
static json_t *distances_value(const struct sm_exhibit *exhibit, const struct sm_image_series *series) {
    uint64_t counts[N_DISTANCES] = {0};
    double most = 0;
    double *times = exhibit->has_frames && series->every_step ? times_of_images(exhibit, series) : NULL;
    if (!times) {
        return json_null();
    }
    for (uint64_t j = 0; j < exhibit->n_frames; j++) {
        most = fmax(most, fabs(exhibit->axis.time[j] - times[sm_exhibit_image_of(exhibit, j)]));
    }
    for (uint64_t j = 0; j < exhibit->n_frames && most > 0; j++) {
        double distance = fabs(exhibit->axis.time[j] - times[sm_exhibit_image_of(exhibit, j)]);
        if (!isnan(distance)) {
            counts[sm_min((uint64_t)(distance / most * N_DISTANCES), N_DISTANCES - 1)]++;
        }
    }
    free(times);
    json_t *list = json_array();
    for (size_t i = 0; i < N_DISTANCES; i++) {
        json_array_append_new(list, json_integer((json_int_t)counts[i]));
    }
    return json_pack("{so so}", "most", sm_number_value(most), "counts", list);
}

/* ---- all of it ---- */

static const char *timing_of(const struct sm_exhibit *exhibit) {
    static const char *const texts[] = {
        [SM_TIMING_TIME] = "time stamps",
        [SM_TIMING_FRAME] = "frame numbers and the frame rate",
        [SM_TIMING_RATE] = "the frame rate alone",
        [SM_TIMING_GUESS] = "a guess: the measurement tells neither times nor a frame rate",
    };
    return exhibit->has_frames ? texts[exhibit->timing] : "not known here: frames are shown as if they came evenly";
}

static enum sparsemed_status compose(struct sm_exhibit *exhibit, struct sm_image_series *series, json_t *portrait,
                                     struct sparsemed_error *error) {
    double duration = find_duration(exhibit, series);
    json_object_set_new(portrait, "kind", json_string("measurement"));
    json_object_set_new(portrait, "software", json_string(SM_SOFTWARE));
    json_object_set_new(portrait, "brief", sm_brief_of_exhibit(exhibit, series, error));
    json_object_set_new(portrait, "legend", sm_quality_legend());
    json_object_set_new(portrait, "parameters", parameters_value(exhibit));
    json_object_set_new(portrait, "metadata", metadata_value(exhibit));
    json_object_set_new(portrait, "log", log_value(exhibit->log));
    json_object_set_new(portrait, "seconds", seconds_value(exhibit->log));
    json_object_set_new(portrait, "worked", numbers_value(exhibit->log, "seconds worked"));
    json_object_set_new(portrait, "waited", numbers_value(exhibit->log, "seconds waited"));
    json_object_set_new(portrait, "timing", json_string(timing_of(exhibit)));
    json_object_set_new(portrait, "duration", sm_number_value(duration));
    if (error->status == SPARSEMED_OK) {
        set_images(portrait, exhibit, series, error);
    }
    set_frames(portrait, exhibit);
    json_object_set_new(portrait, "offsets", offsets_value(exhibit, duration));
    json_object_set_new(portrait, "distances", distances_value(exhibit, series));
    return error->status;
}

enum sparsemed_status sm_portrait_make(const char *path, const struct sm_input_options *options, json_t **portrait,
                                       struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct sm_exhibit exhibit;
    struct sm_image_series series = {0};
    *portrait = NULL;
    if (sm_exhibit_open(path, options, &exhibit, error) == SPARSEMED_OK &&
        sm_image_series_make(&exhibit, &series, error) == SPARSEMED_OK) {
        *portrait = json_object();
        if (!*portrait) {
            sparsemed_fail_memory(error, "describing an output");
        } else if (compose(&exhibit, &series, *portrait, error) != SPARSEMED_OK) {
            json_decref(*portrait);
            *portrait = NULL;
        }
    }
    sm_image_series_free(&series);
    sm_exhibit_close(&exhibit);
    return error->status;
}
