#include "rtdc/report/image_series.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "rtdc/report/output_log.h"
#include "sparsemed/quality.h"

/* ---- what one image is like ---- */

double sm_contrast(const uint8_t *image, size_t height, size_t width) {
    size_t begin = height / 4, end = height - height / 4;
    uint64_t sum = 0;
    for (size_t y = begin; y < end; y++) {
        uint8_t least = UINT8_MAX, most = 0;
        for (size_t x = 0; x < width; x++) {
            uint8_t value = image[y * width + x];
            least = value < least ? value : least;
            most = value > most ? value : most;
        }
        sum += (uint64_t)(most - least);
    }
    return (double)sum / (double)(end - begin);
}

/* ---- which images there are ---- */

static enum sparsemed_status make_room(struct sm_image_series *series, uint64_t n, struct sparsemed_error *error) {
    series->list = calloc(n, sizeof *series->list);
    series->n = series->list ? n : 0;
    for (size_t i = 0; i < series->n; i++) {
        series->list[i] = (struct sm_image_point){NAN, SM_NOT_STORED, NAN, NAN, NAN};
    }
    return series->list ? SPARSEMED_OK : sparsemed_fail_memory(error, "listing the images");
}

/* Mark the split points whose images are stored: all but those that the log names, runs as FIRST-LAST. Returns how many
 * are left. */
static uint64_t mark_stored(const char *removed, struct sm_image_series *series) {
    uint64_t n_stored = 0;
    for (size_t i = 0; i < series->n; i++) {
        series->list[i].image = 0;
    }
    for (char *end; removed && *removed; removed = *end ? end + 1 : end) {
        unsigned long long first = strtoull(removed, &end, 10), last = first;
        if (*end == '-') {
            last = strtoull(end + 1, &end, 10);
        }
        for (unsigned long long i = first; i <= last && i < series->n; i++) {
            series->list[i].image = SM_NOT_STORED;
        }
    }
    for (size_t i = 0; i < series->n; i++) {
        if (series->list[i].image != SM_NOT_STORED) {
            series->list[i].image = n_stored++;
        }
    }
    return n_stored;
}

/* The split points as the log of the output tells them. Returns whether it does, and fits to the images. */
static bool list_steps(const struct sm_exhibit *exhibit, struct sm_image_series *series,
                       struct sparsemed_error *error) {
    if (!exhibit->has_parameters || exhibit->n_steps < exhibit->images.n_frames || !exhibit->background.map ||
        make_room(series, exhibit->n_steps, error) != SPARSEMED_OK) {
        return false;
    }
    char *removed = sm_output_log_value(exhibit->log, "steps removed");
    series->every_step = mark_stored(removed, series) == exhibit->images.n_frames;
    free(removed);
    for (size_t i = 0; i < series->n; i++) {
        series->list[i].time = sparsemed_step_time(i, exhibit->parameters.split_time);
    }
    return series->every_step;
}

/* The images that are stored, each at the mean time of its frames; those that have no frames between their neighbours.
 */
static enum sparsemed_status list_stored(const struct sm_exhibit *exhibit, struct sm_image_series *series,
                                         struct sparsemed_error *error) {
    uint64_t n_images = exhibit->images.n_frames;
    uint64_t *n_frames = calloc(n_images, sizeof *n_frames);
    if (!n_frames || make_room(series, n_images, error) != SPARSEMED_OK) {
        free(n_frames);
        return sparsemed_fail_memory(error, "listing the images");
    }
    for (size_t i = 0; i < n_images; i++) {
        series->list[i] = (struct sm_image_point){0, i, NAN, NAN, NAN};
    }
    for (uint64_t j = 0; j < exhibit->n_frames; j++) {
        uint64_t image = sm_exhibit_image_of(exhibit, j);
        series->list[image].time += sm_exhibit_time_of(exhibit, j);
        n_frames[image]++;
    }
    for (size_t i = 0; i < n_images; i++) {
        series->list[i].time = n_frames[i] > 0 ? series->list[i].time / (double)n_frames[i]
                               : i > 0         ? series->list[i - 1].time
                                               : 0;
    }
    free(n_frames);
    return SPARSEMED_OK;
}

/* Some of the frames, where each has an image of its own. */
static enum sparsemed_status list_some_frames(const struct sm_exhibit *exhibit, struct sm_image_series *series,
                                              struct sparsemed_error *error) {
    uint64_t n_frames = exhibit->n_frames, n = sm_min(n_frames, SM_MOST_IMAGES);
    if (make_room(series, n, error) != SPARSEMED_OK) {
        return error->status;
    }
    for (size_t i = 0; i < n; i++) {
        uint64_t frame = (uint64_t)((double)i * (double)n_frames / (double)n);
        series->list[i].image = frame;
        series->list[i].time = sm_exhibit_time_of(exhibit, frame);
    }
    return SPARSEMED_OK;
}

/* The frame that is nearest to a time has its image, where every frame has one. */
static uint64_t image_at(const struct sm_exhibit *exhibit, double time) {
    return exhibit->has_frames ? sparsemed_nearest_frame(&exhibit->axis, time, 0) : SM_NOT_STORED;
}

/* The split points with all that the table of the output tells. Returns whether it has one, and fits to the images. */
static bool list_splits(const struct sm_exhibit *exhibit, struct sm_image_series *series,
                        struct sparsemed_error *error) {
    const struct sm_split_table *table = &exhibit->table;
    bool mapped = exhibit->background.map;
    uint64_t n_stored = 0;
    if (table->n_splits == 0 || (!mapped && !exhibit->has_frames) ||
        make_room(series, table->n_splits, error) != SPARSEMED_OK) {
        return false;
    }
    for (size_t i = 0; i < series->n; i++) {
        const struct sm_split *split = &table->splits[i];
        bool stored = split->used != 0;
        uint64_t image = mapped ? n_stored : image_at(exhibit, split->time);
        series->list[i] = (struct sm_image_point){split->time, stored ? image : SM_NOT_STORED, split->x, split->ref,
                                                  split->brightness};
        n_stored += stored;
    }
    series->threshold = table->quality.judged.figure[SPARSEMED_FIGURE_THRESHOLD];
    series->every_step = series->of_cleansing = !mapped || n_stored == exhibit->images.n_frames;
    return series->every_step;
}

static enum sparsemed_status list_images(const struct sm_exhibit *exhibit, struct sm_image_series *series,
                                         struct sparsemed_error *error) {
    if (list_splits(exhibit, series, error) || error->status != SPARSEMED_OK) {
        return error->status;
    }
    sm_image_series_free(series);
    if (!exhibit->background.map) {
        return list_some_frames(exhibit, series, error);
    }
    if (list_steps(exhibit, series, error) || error->status != SPARSEMED_OK) {
        return error->status;
    }
    sm_image_series_free(series);
    return list_stored(exhibit, series, error);
}

/* ---- what they are like ---- */

static enum sparsemed_status look_at_images(struct sm_exhibit *exhibit, struct sm_image_series *series,
                                            struct sparsemed_error *error) {
    struct sm_reader reader;
    struct sm_stack *images = &exhibit->images;
    sm_reader_open(images, exhibit->background.dataset, 0, &reader, error);
    for (size_t i = 0; i < series->n && error->status == SPARSEMED_OK; i++) {
        struct sm_image_point *point = &series->list[i];
        const uint8_t *image = point->image != SM_NOT_STORED ? sm_reader_frame(&reader, point->image, error) : NULL;
        if (image) {
            point->figure = sm_contrast(image, images->height, images->width);
            point->brightness = sparsemed_brightness(image, images->height * images->width, UINT8_MAX / 2);
        }
    }
    sm_reader_close(&reader);
    return error->status;
}

static int compare(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static enum sparsemed_status find_usual(struct sm_image_series *series, struct sparsemed_error *error) {
    double *figures = malloc((series->n + 1) * sizeof *figures);
    size_t n = 0;
    if (!figures) {
        return sparsemed_fail_memory(error, "looking at the images");
    }
    for (size_t i = 0; i < series->n; i++) {
        if (!isnan(series->list[i].figure)) {
            figures[n++] = series->list[i].figure;
        }
    }
    qsort(figures, n, sizeof *figures, compare);
    series->usual = n > 0 ? figures[n / 2] : NAN;
    free(figures);
    return SPARSEMED_OK;
}

static void find_worst(struct sm_image_series *series) {
    series->worst_kept = SM_NO_POINT;
    for (size_t i = 0; i < series->n; i++) {
        const struct sm_image_point *point = &series->list[i];
        if (point->image != SM_NOT_STORED && !isnan(point->deviation) &&
            (series->worst_kept == SM_NO_POINT || point->deviation > series->list[series->worst_kept].deviation)) {
            series->worst_kept = i;
        }
    }
}

enum sparsemed_status sm_image_series_make(struct sm_exhibit *exhibit, struct sm_image_series *series,
                                           struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    *series = (struct sm_image_series){.usual = NAN, .threshold = NAN, .worst_kept = SM_NO_POINT};
    if (list_images(exhibit, series, error) != SPARSEMED_OK || look_at_images(exhibit, series, error) != SPARSEMED_OK ||
        find_usual(series, error) != SPARSEMED_OK) {
        return error->status;
    }
    for (size_t i = 0; i < series->n && !series->of_cleansing; i++) {
        series->list[i].deviation = fabs(series->list[i].figure - series->usual);
    }
    find_worst(series);
    return SPARSEMED_OK;
}

void sm_image_series_free(struct sm_image_series *series) {
    free(series->list);
    series->list = NULL;
    series->n = 0;
    series->of_cleansing = series->every_step = false;
    series->threshold = NAN;
}
