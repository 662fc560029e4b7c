#include "rtdc/report/thumbs.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "rtdc/files/surrogates.h"
#include "rtdc/report/markup.h"
#include "rtdc/report/removed_images.h"
#include "sparsemed/quality.h"

enum { COLUMNS = 10, WIDTH = 160, HEIGHT = 80, MOST_LARGE = 1024 };

/* ---- choosing ---- */

static size_t count(const struct sm_image_series *series, bool stored) {
    size_t n = 0;
    for (size_t i = 0; i < series->n; i++) {
        n += (series->list[i].image != SM_NOT_STORED) == stored;
    }
    return n;
}

/* The image with the largest deviation among those that are stored, or among the others; SM_NO_POINT: not known. */
static size_t find_worst(const struct sm_image_series *series, bool stored) {
    size_t worst = SM_NO_POINT;
    for (size_t i = 0; i < series->n; i++) {
        const struct sm_image_point *point = &series->list[i];
        if ((point->image != SM_NOT_STORED) == stored && !isnan(point->deviation) &&
            (worst == SM_NO_POINT || point->deviation > series->list[worst].deviation)) {
            worst = i;
        }
    }
    return worst;
}

/* Choose which images get one: some of each kind, spread evenly, and the worst. */
static void choose(const struct sm_image_series *series, struct sm_thumbs *thumbs) {
    for (int stored = 0; stored < 2; stored++) {
        const uint64_t most = stored ? SM_MOST_THUMBS - SM_MOST_REMOVED_THUMBS : SM_MOST_REMOVED_THUMBS;
        uint64_t stride = sm_divide_up(count(series, stored) + 1, most - 1), n = 0;
        size_t worst = find_worst(series, stored);
        for (size_t i = 0; i < series->n; i++) {
            bool alike = (series->list[i].image != SM_NOT_STORED) == stored;
            if (alike && (n++ % stride == 0 || i == worst)) {
                thumbs->number[i] = 0;
            }
        }
    }
    for (size_t i = 0; i < series->n; i++) {
        thumbs->number[i] = thumbs->number[i] < 0 ? -1 : thumbs->n++;
    }
}

/* ---- drawing ---- */

static void draw(const struct sm_stack *images, const uint8_t *image, int number, struct sm_thumbs *thumbs) {
    struct sm_picture thumb = sm_picture_shrink(image, images->width, images->height, WIDTH, HEIGHT);
    if (!thumbs->sheet.pixels && thumb.pixels) {
        thumbs->width = thumb.width;
        thumbs->height = thumb.height;
        thumbs->sheet =
            sm_picture_make(NULL, COLUMNS * thumb.width, sm_divide_up((uint64_t)thumbs->n, COLUMNS) * thumb.height);
    }
    sm_picture_put(&thumbs->sheet, &thumb, (size_t)(number % COLUMNS) * thumbs->width,
                   (size_t)(number / COLUMNS) * thumbs->height);
    sm_picture_free(&thumb);
}

static json_t *large_value(const struct sm_stack *images, const uint8_t *image, const struct sm_image_point *point) {
    struct sm_picture picture = sm_picture_shrink(image, images->width, images->height, MOST_LARGE, MOST_LARGE);
    json_t *value = json_pack("{so? so so}", "uri", sm_picture_uri(&picture), "time", sm_number_value(point->time),
                              "deviation", sm_number_value(point->deviation));
    sm_picture_free(&picture);
    return value;
}

static enum sparsemed_status draw_stored(struct sm_exhibit *exhibit, const struct sm_image_series *series,
                                         struct sm_thumbs *thumbs, struct sparsemed_error *error) {
    struct sm_reader reader;
    size_t worst = find_worst(series, true);
    sm_reader_open(&exhibit->images, exhibit->background.dataset, 0, &reader, error);
    for (size_t i = 0; i < series->n && error->status == SPARSEMED_OK; i++) {
        const struct sm_image_point *point = &series->list[i];
        if (thumbs->number[i] < 0 || point->image == SM_NOT_STORED) {
            continue;
        }
        const uint8_t *image = sm_reader_frame(&reader, point->image, error);
        if (image) {
            draw(&exhibit->images, image, thumbs->number[i], thumbs);
        }
        if (image && i == worst) {
            thumbs->worst_kept = large_value(&exhibit->images, image, point);
        }
    }
    sm_reader_close(&reader);
    return error->status;
}

/* Enter what is not known of an image. */
static void learn(const struct sm_stack *images, const uint8_t *image, const struct sm_image_series *series,
                  struct sm_image_point *point) {
    if (isnan(point->figure)) {
        point->figure = sm_contrast(image, images->height, images->width);
        point->deviation = fabs(point->figure - series->usual);
    }
    if (isnan(point->brightness)) {
        point->brightness = sparsemed_brightness(image, images->height * images->width, UINT8_MAX / 2);
    }
}

/* Draw those that are computed anew. That some cannot be is no failure. */
static void draw_removed(struct sm_exhibit *exhibit, struct sm_image_series *series, struct sm_thumbs *thumbs) {
    struct sparsemed_error why = SPARSEMED_NO_ERROR;
    struct sm_removed_images removed = {0};
    double worst = -1;
    if (!series->every_step) {
        sparsemed_fail(&why, SPARSEMED_INPUT, "the output does not tell which images were removed");
    } else if (count(series, false) == 0) {
        sparsemed_fail(&why, SPARSEMED_INPUT, "no image was removed");
    } else {
        sm_removed_images_open(exhibit, &removed, &why);
    }
    for (size_t i = 0; i < series->n; i++) {
        struct sm_image_point *point = &series->list[i];
        if (thumbs->number[i] < 0 || point->image != SM_NOT_STORED) {
            continue;
        }
        const uint8_t *image = why.status == SPARSEMED_OK ? sm_removed_image(&removed, i, &why) : NULL;
        if (!image) {
            thumbs->number[i] = -1;
            continue;
        }
        learn(&exhibit->images, image, series, point);
        draw(&exhibit->images, image, thumbs->number[i], thumbs);
        if (point->deviation > worst) {
            worst = point->deviation;
            json_decref(thumbs->worst_removed);
            thumbs->worst_removed = large_value(&exhibit->images, image, point);
        }
    }
    if (why.status != SPARSEMED_OK) {
        thumbs->no_removed = sm_json_from_bytes(why.message);
    }
    sm_removed_images_close(&removed);
}

enum sparsemed_status sm_thumbs_make(struct sm_exhibit *exhibit, struct sm_image_series *series,
                                     struct sm_thumbs *thumbs, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    *thumbs = (struct sm_thumbs){.number = malloc((series->n + 1) * sizeof *thumbs->number), .columns = COLUMNS};
    if (!thumbs->number) {
        return sparsemed_fail_memory(error, "drawing the images");
    }
    for (size_t i = 0; i < series->n; i++) {
        thumbs->number[i] = -1;
    }
    choose(series, thumbs);
    if (draw_stored(exhibit, series, thumbs, error) == SPARSEMED_OK) {
        draw_removed(exhibit, series, thumbs);
    }
    return error->status;
}

json_t *sm_thumbs_value(const struct sm_thumbs *thumbs) {
    return thumbs->sheet.pixels
               ? json_pack("{so? sI sI sI sI}", "uri", sm_picture_uri(&thumbs->sheet), "columns",
                           (json_int_t)thumbs->columns, "rows", (json_int_t)(thumbs->sheet.height / thumbs->height),
                           "width", (json_int_t)thumbs->width, "height", (json_int_t)thumbs->height)
               : json_null();
}

void sm_thumbs_free(struct sm_thumbs *thumbs) {
    free(thumbs->number);
    sm_picture_free(&thumbs->sheet);
    json_decref(thumbs->worst_kept);
    json_decref(thumbs->worst_removed);
    json_decref(thumbs->no_removed);
    *thumbs = (struct sm_thumbs){0};
}
