/* Images that cleansing has removed. Outputs do not have them: each is computed once more from the frames of its
 * window, where these can be read. */
#ifndef RTDC_REPORT_REMOVED_IMAGES_H
#define RTDC_REPORT_REMOVED_IMAGES_H

#include "rtdc/report/exhibit.h"
#include "sparsemed/instruction_set.h"
#include "sparsemed/windows.h"

struct sm_removed_images {
    struct sm_exhibit *exhibit; /* borrowed */
    struct sparsemed_windows windows;
    enum sparsemed_instruction_set instructions;
    struct sm_reader reader;
    uint8_t *frames;       /* [kernel_size][height][width], a window */
    const uint8_t **frame; /* [kernel_size], into frames */
    uint8_t *image;        /* [height][width], the last one */
};

/* Prepare to compute images.
 *
 * exhibit   open; outlives it
 * images    receives it; release with sm_removed_images_close, also after a failure
 *
 * SPARSEMED_INPUT: the frames or the parameters cannot be read, or these frames give other split points than the output
 * has. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_removed_images_open(struct sm_exhibit *exhibit, struct sm_removed_images *images,
                                             struct sparsemed_error *error);

/* The image of a split point, [height][width], valid until the next call. NULL after a failure: SPARSEMED_INPUT, as
 * frames are damaged. */
const uint8_t *sm_removed_image(struct sm_removed_images *images, size_t step, struct sparsemed_error *error);

void sm_removed_images_close(struct sm_removed_images *images);

#endif
