/* Small pictures of the images of a series, all in one, and the two large ones that matter most. */
#ifndef RTDC_REPORT_THUMBS_H
#define RTDC_REPORT_THUMBS_H

#include <jansson.h>

#include "rtdc/report/exhibit.h"
#include "rtdc/report/image_series.h"
#include "rtdc/report/picture.h"

/* Thumbnails at most, and those of them that show removed images, each of which is computed anew. */
enum { SM_MOST_THUMBS = 200, SM_MOST_REMOVED_THUMBS = 40 };

struct sm_thumbs {
    int *number; /* [series->n], place of the thumbnail of an image, or -1: it has none */
    int n;
    struct sm_picture sheet;            /* of them, row by row */
    size_t columns, width, height;      /* of the sheet in thumbnails; of one thumbnail in pixels */
    json_t *worst_kept, *worst_removed; /* see portrait.h */
    json_t *no_removed;
};

/* Draw them. What is computed anew of removed images, such as their brightness, is entered into the series where it is
 * not known.
 *
 * thumbs   receives them; release with sm_thumbs_free, also after a failure
 *
 * SPARSEMED_INPUT: a stored image cannot be read. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_thumbs_make(struct sm_exhibit *exhibit, struct sm_image_series *series,
                                     struct sm_thumbs *thumbs, struct sparsemed_error *error);

/* The sheet as "sprite" of portrait.h; NULL where memory is out. To be released with json_decref. */
json_t *sm_thumbs_value(const struct sm_thumbs *thumbs);

void sm_thumbs_free(struct sm_thumbs *thumbs);

#endif
