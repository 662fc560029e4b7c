#include "rtdc/report/brief.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/files/path.h"
#include "rtdc/files/surrogates.h"
#include "rtdc/report/busy_frames.h"
#include "rtdc/report/markup.h"
#include "rtdc/report/output_log.h"
#include "rtdc/report/picture.h"

enum { THUMB_WIDTH = 128, THUMB_HEIGHT = 48, LOOKED_AT_SLABS = 6 };

/* A frame whose offset is so large flickers: as in the core, sparsemed/offset.h. */
static const double flickering_offset = 2.5;

/* Failures come before all flags, and flags before figures. */
static const double badness_of_failure = 1e6;

/* ---- failures ---- */

json_t *sm_brief_of_failure(const char *path, const char *state, const char *reason) {
    return json_pack("{so so ss so s[] sf s{}}", "name", sm_json_from_bytes(sm_path_name(path)), "path",
                     sm_json_from_bytes(path), "state", state, "reason",
                     reason ? sm_json_from_bytes(reason) : json_null(), "flags", "badness", badness_of_failure,
                     "figures");
}

/* ---- figures ---- */

/* Set how far the brightness of the images ranges. */
static double find_drift(const struct sm_image_series *series) {
    double least = INFINITY, most = -INFINITY;
    for (size_t i = 0; i < series->n; i++) {
        double brightness = series->list[i].brightness;
        if (series->list[i].image != SM_NOT_STORED && !isnan(brightness)) {
            least = fmin(least, brightness);
            most = fmax(most, brightness);
        }
    }
    return least <= most ? most - least : NAN;
}

static double count_flickering(const struct sm_exhibit *exhibit) {
    uint64_t n = 0;
    for (uint64_t j = 0; exhibit->offsets && j < exhibit->n_frames; j++) {
        n += fabs(exhibit->offsets[j]) >= flickering_offset;
    }
    return exhibit->offsets ? (double)n : NAN;
}

/* Set the longest time between two images that are stored. */
static double find_gap(const struct sm_image_series *series) {
    double longest = NAN, before = NAN;
    for (size_t i = 0; i < series->n; i++) {
        if (series->list[i].image != SM_NOT_STORED) {
            longest = fmax(longest, series->list[i].time - before);
            before = series->list[i].time;
        }
    }
    return longest;
}

static json_t *figures_value(const struct sm_exhibit *exhibit, const struct sm_image_series *series) {
    double deviation = series->worst_kept == SM_NO_POINT ? NAN : series->list[series->worst_kept].deviation;
    return json_pack("{so so so so}", "deviation", sm_number_value(deviation), "drift",
                     sm_number_value(find_drift(series)), "flicker", sm_number_value(count_flickering(exhibit)), "gap",
                     sm_number_value(find_gap(series)));
}

/* ---- what the log tells ---- */

/* Seconds of all phases. */
static double sum_seconds(const char *log) {
    char *text = sm_output_log_value(log, "seconds"), *at = text;
    double sum = text ? 0 : NAN, seconds;
    int length;
    while (at && sscanf(at, " %*[a-z] %lf%n", &seconds, &length) == 1) {
        sum += seconds;
        at += length;
        at += *at == ',';
    }
    free(text);
    return sum;
}

static int count_warnings(const char *log) {
    char *key, *value;
    int n = 0;
    while (log && sm_output_log_next(&log, &key, &value)) {
        n += strcmp(key, "warning") == 0;
        free(key);
        free(value);
    }
    return n;
}

/* ---- thumbnails ---- */

static json_t *thumb_value(const uint8_t *pixels, size_t width, size_t height) {
    struct sm_picture thumb =
        pixels && width > 0 ? sm_picture_shrink(pixels, width, height, THUMB_WIDTH, THUMB_HEIGHT) : SM_NO_PICTURE;
    json_t *uri = sm_picture_uri(&thumb);
    sm_picture_free(&thumb);
    return uri ? uri : json_null();
}

static json_t *worst_value(struct sm_exhibit *exhibit, const struct sm_image_series *series) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    struct sm_reader reader;
    const uint8_t *image = NULL;
    if (sm_reader_open(&exhibit->images, exhibit->background.dataset, 0, &reader, &ignored) == SPARSEMED_OK &&
        series->worst_kept != SM_NO_POINT) {
        image = sm_reader_frame(&reader, series->list[series->worst_kept].image, &ignored);
    }
    json_t *value = thumb_value(image, exhibit->images.width, exhibit->images.height);
    sm_reader_close(&reader);
    return value;
}

static json_t *busy_value(struct sm_exhibit *exhibit) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    struct sm_busy_frames busy;
    struct sm_corrected_frame drawn = {0};
    if (sm_busy_frames_find(exhibit, LOOKED_AT_SLABS, &busy, &ignored) == SPARSEMED_OK && busy.n > 0) {
        sm_corrected_frame_draw(exhibit, busy.list[0].frame, &drawn, &ignored);
    }
    json_t *value = thumb_value(drawn.levelled.pixels, drawn.levelled.width, drawn.levelled.height);
    sm_corrected_frame_free(&drawn);
    return value;
}

/* ---- the row ---- */

static double judge(const json_t *brief) {
    const json_t *deviation = json_object_get(json_object_get(brief, "figures"), "deviation");
    return (double)json_integer_value(json_object_get(brief, "warnings")) + json_number_value(deviation) / 1000;
}

json_t *sm_brief_of_exhibit(struct sm_exhibit *exhibit, struct sm_image_series *series) {
    const struct sm_stack *images = &exhibit->images;
    double seconds = sum_seconds(exhibit->log);
    json_t *brief = sm_brief_of_failure(exhibit->path, "done", NULL);
    json_object_set_new(brief, "frames", json_integer((json_int_t)exhibit->n_frames));
    json_object_set_new(brief, "height", json_integer((json_int_t)images->height));
    json_object_set_new(brief, "width", json_integer((json_int_t)images->width));
    json_object_set_new(brief, "images", json_integer((json_int_t)images->n_frames));
    json_object_set_new(brief, "steps",
                        exhibit->n_steps > 0 ? json_integer((json_int_t)exhibit->n_steps) : json_null());
    json_object_set_new(brief, "seconds", sm_number_value(seconds));
    json_object_set_new(brief, "rate", sm_number_value((double)exhibit->n_frames / seconds));
    json_object_set_new(brief, "ppid", exhibit->ppid ? sm_json_from_bytes(exhibit->ppid) : json_null());
    json_object_set_new(brief, "warnings", json_integer(count_warnings(exhibit->log)));
    json_object_set_new(brief, "figures", figures_value(exhibit, series));
    json_object_set_new(brief, "badness", sm_number_value(judge(brief)));
    json_object_set_new(brief, "worst", worst_value(exhibit, series));
    json_object_set_new(brief, "busy", busy_value(exhibit));
    return brief;
}

json_t *sm_brief_of_output(const char *path, const struct sm_input_options *options, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct sm_exhibit exhibit;
    struct sm_image_series series = {0};
    struct sparsemed_error why = SPARSEMED_NO_ERROR;
    json_t *brief = NULL;
    if (sm_exhibit_open(path, options, &exhibit, &why) == SPARSEMED_OK &&
        sm_image_series_make(&exhibit, &series, &why) == SPARSEMED_OK) {
        brief = sm_brief_of_exhibit(&exhibit, &series);
    }
    sm_image_series_free(&series);
    sm_exhibit_close(&exhibit);
    if (why.status == SPARSEMED_STOPPED) {
        *error = why;
    } else if (why.status != SPARSEMED_OK) {
        brief = sm_brief_of_failure(path, exhibit.has_background ? "unreadable" : "none", why.message);
    }
    return brief;
}
