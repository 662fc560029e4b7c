/* Pictures of grey values, and PNG of them within JSON. */
#ifndef RTDC_REPORT_PICTURE_H
#define RTDC_REPORT_PICTURE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Grey values [height][width], row-major. Owned. */
struct sm_picture {
    size_t width, height;
    uint8_t *pixels; /* NULL: memory was out */
};

#define SM_NO_PICTURE ((struct sm_picture){0, 0, NULL})

/* Make a picture from grey values [height][width], both at least 1, or all black where they are NULL. Release with
 * sm_picture_free. */
struct sm_picture sm_picture_make(const uint8_t *pixels, size_t width, size_t height);

/* Make a smaller one: means over boxes of pixels, so that it is no wider and no higher than this; one that is small
 * enough is copied. most_width, most_height >= 1. */
struct sm_picture sm_picture_shrink(const uint8_t *pixels, size_t width, size_t height, size_t most_width,
                                    size_t most_height);

/* Put a picture into a larger one, cut where it does not fit. */
void sm_picture_put(struct sm_picture *sheet, const struct sm_picture *picture, size_t x, size_t y);

/* A picture as PNG in a data URI, which a page shows without any other file. NULL where memory is out, or there is no
 * picture; to be released with json_decref. */
json_t *sm_picture_uri(const struct sm_picture *picture);

/* Release; SM_NO_PICTURE is fine. */
void sm_picture_free(struct sm_picture *picture);

#endif
