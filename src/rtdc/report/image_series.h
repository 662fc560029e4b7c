/* The background images of an output in the order of time, those that cleansing removed among them where it tells. */
#ifndef RTDC_REPORT_IMAGE_SERIES_H
#define RTDC_REPORT_IMAGE_SERIES_H

#include <stdbool.h>
#include <stddef.h>

#include "rtdc/report/exhibit.h"

#define SM_NOT_STORED UINT64_MAX
#define SM_NO_POINT   SIZE_MAX

/* One image. Numbers are NAN where they are not known. */
struct sm_image_point {
    double time;       /* of its split point, or the mean of its frames; seconds */
    uint64_t image;    /* among those that are stored, or SM_NOT_STORED: it was removed */
    double figure;     /* that cleansing looks at, or contrast; grey values */
    double deviation;  /* of the figure from what is usual here, >= 0; cleansing compares it with its threshold */
    double brightness; /* median of the image */
};

struct sm_image_series {
    size_t n;
    struct sm_image_point *list; /* [n] */
    bool every_step;             /* there is one for every split point */
    bool of_cleansing;           /* figures are those that cleansing saw, not contrast; removed ones have them, too */
    double usual;                /* median of the figures; NAN: there are none */
    double threshold;            /* of the deviation, above which images were removed; NAN: not known */
    size_t worst_kept;           /* with the largest deviation of those that are stored; SM_NO_POINT: not known */
};

/* Images of a stack with an image a frame that are looked at; they are spread evenly. */
enum { SM_MOST_IMAGES = 1000 };

/* Make the series. Where the output has no table of split points (rtdc/outputs/split_table.h) all images that are
 * stored are read once, but for those of more than SM_MOST_IMAGES where every frame has an image of its own.
 *
 * series   receives it; release with sm_image_series_free, also after a failure
 *
 * SPARSEMED_INPUT: an image cannot be read. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_image_series_make(struct sm_exhibit *exhibit, struct sm_image_series *series,
                                           struct sparsemed_error *error);

/* The greatest less the smallest value along each row, as cleansing takes it, and the mean of that over the rows in the
 * middle of the channel: what cells in a background raise. image[height][width]. */
double sm_contrast(const uint8_t *image, size_t height, size_t width);

/* Release; all zero is fine. */
void sm_image_series_free(struct sm_image_series *series);

#endif
