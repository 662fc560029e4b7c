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

/* Failures come before all flags, and flags before figures. */
static const double badness_of_failure = 1e6;

/* ---- failures ---- */

json_t *sm_brief_of_failure(const char *path, const char *state, const char *reason) {
    return json_pack("{so so ss so s[] sf s{}}", "name", sm_json_from_bytes(sm_path_name(path)), "path",
                     sm_json_from_bytes(path), "state", state, "reason",
                     reason ? sm_json_from_bytes(reason) : json_null(), "flags", "badness", badness_of_failure,
                     "figures");
}

/* ---- quality ---- */

/* The range of the brightness of the images, as of SPARSEMED_FIGURE_BG_MED_RANGE. */
static double find_range(const struct sm_image_series *series) {
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
        n += fabs(exhibit->offsets[j]) >= SPARSEMED_FLICKER_OFFSET;
    }
    return exhibit->offsets ? (double)n : NAN;
}

/* What can be said of an output without a table of split points: few figures, and no flags but that. */
static json_t *quality_of_old(const struct sm_exhibit *exhibit, const struct sm_image_series *series) {
    struct sm_quality quality = {.timing = exhibit->timing};
    for (enum sparsemed_figure i = 0; i < SPARSEMED_N_FIGURES; i++) {
        quality.judged.figure[i] = NAN;
    }
    quality.judged.figure[SPARSEMED_FIGURE_BG_MED_RANGE] = find_range(series);
    quality.judged.figure[SPARSEMED_FIGURE_FLICKERING_FRAMES] = count_flickering(exhibit);
    json_t *value = sm_quality_to_json(&quality);
    json_object_set_new(value, "flags", json_pack("[s]", SM_NOT_JUDGED));
    return value;
}

/* Set flags and figures. */
static void set_quality(json_t *brief, const struct sm_exhibit *exhibit, const struct sm_image_series *series) {
    bool judged = exhibit->table.n_splits > 0;
    json_t *quality = judged ? sm_quality_to_json(&exhibit->table.quality) : quality_of_old(exhibit, series);
    if (!judged || exhibit->table.quality.judged.flags != 0) { /* "clean" is the absence of flags */
        json_object_set(brief, "flags", json_object_get(quality, "flags"));
    }
    json_object_set(brief, "figures", json_object_get(quality, "figures"));
    json_decref(quality);
}

/* How much earlier a flag brings a measurement, and then what is beside it. */
static double judge(const json_t *brief, const struct sm_exhibit *exhibit) {
    static const double weights[SPARSEMED_N_FLAGS] = {
        [SPARSEMED_FLAG_STREAKS] = 100,     [SPARSEMED_FLAG_EMPTY] = 60, [SPARSEMED_FLAG_FLICKER] = 50,
        [SPARSEMED_FLAG_DRIFT] = 40,        [SPARSEMED_FLAG_GAP] = 30,   [SPARSEMED_FLAG_SHORT] = 20,
        [SPARSEMED_FLAG_GUESSED_TIME] = 10,
    };
    const struct sparsemed_quality *judged = &exhibit->table.quality.judged;
    double badness = (double)json_integer_value(json_object_get(brief, "warnings"));
    for (int i = 0; i < SPARSEMED_N_FLAGS; i++) {
        badness += sparsemed_is_flagged(judged, (enum sparsemed_flag)i) ? weights[i] : 0;
    }
    double worst = judged->figure[SPARSEMED_FIGURE_REF_KEPT_MAX];
    return badness + (isfinite(worst) ? worst / (worst + SPARSEMED_STREAKS_LEAST) : 0);
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

static json_t *worst_value(struct sm_exhibit *exhibit, const struct sm_image_series *series,
                           struct sparsemed_error *error) {
    struct sm_reader reader;
    const uint8_t *image = NULL;
    if (sm_reader_open(&exhibit->images, exhibit->background.dataset, 0, &reader, error) == SPARSEMED_OK &&
        series->worst_kept != SM_NO_POINT) {
        image = sm_reader_frame(&reader, series->list[series->worst_kept].image, error);
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

/* Images that were kept; as many as are stored, unless every frame has one of its own. */
static uint64_t count_kept(const struct sm_exhibit *exhibit, const struct sm_image_series *series) {
    uint64_t n = 0;
    for (size_t i = 0; i < series->n; i++) {
        n += series->list[i].image != SM_NOT_STORED;
    }
    return series->every_step ? n : exhibit->images.n_frames;
}

json_t *sm_brief_of_exhibit(struct sm_exhibit *exhibit, struct sm_image_series *series, struct sparsemed_error *error) {
    const struct sm_stack *images = &exhibit->images;
    double seconds = sum_seconds(exhibit->log);
    json_t *brief = sm_brief_of_failure(exhibit->path, "done", NULL);
    json_object_set_new(brief, "frames", json_integer((json_int_t)exhibit->n_frames));
    json_object_set_new(brief, "height", json_integer((json_int_t)images->height));
    json_object_set_new(brief, "width", json_integer((json_int_t)images->width));
    json_object_set_new(brief, "images", json_integer((json_int_t)count_kept(exhibit, series)));
    json_object_set_new(brief, "steps",
                        exhibit->n_steps > 0 ? json_integer((json_int_t)exhibit->n_steps) : json_null());
    json_object_set_new(brief, "seconds", sm_number_value(seconds));
    json_object_set_new(brief, "rate", sm_number_value((double)exhibit->n_frames / seconds));
    json_object_set_new(brief, "ppid", exhibit->ppid ? sm_json_from_bytes(exhibit->ppid) : json_null());
    json_object_set_new(brief, "warnings", json_integer(count_warnings(exhibit->log)));
    set_quality(brief, exhibit, series);
    json_object_set_new(brief, "badness", sm_number_value(judge(brief, exhibit)));
    json_object_set_new(brief, "worst", worst_value(exhibit, series, error));
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
        brief = sm_brief_of_exhibit(&exhibit, &series, &why);
    }
    sm_image_series_free(&series);
    sm_exhibit_close(&exhibit);
    if (why.status == SPARSEMED_STOPPED) {
        json_decref(brief);
        brief = NULL;
        *error = why;
    } else if (why.status != SPARSEMED_OK) {
        json_decref(brief);
        brief = sm_brief_of_failure(path, exhibit.has_background ? "unreadable" : "none", why.message);
    }
    return brief;
}
