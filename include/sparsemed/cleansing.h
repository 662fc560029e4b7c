/* Removal of background images that show cells.
 *
 * Method: src/core/README.md, "Cleansing". */
#ifndef SPARSEMED_CLEANSING_H
#define SPARSEMED_CLEANSING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sparsemed/parameters.h"
#include "sparsemed/status.h"
#include "sparsemed/windows.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What cleansing did. */
struct sparsemed_cleansing {
    bool *used;              /* [n_steps], true: the image of this split point is kept */
    size_t n_kept;           /* images kept; at least one */
    bool enforced;           /* thresh_cleansing would have removed too much; frac_cleansing was enforced instead */
    double fraction_removed; /* with enforced: the fraction that would have gone */
    double thresh_cleansing; /* with enforced: the thresh_cleansing that keeps what was kept */
    double *x;               /* [n_steps], by how many grey values the image varies more than usual, and than those
                                around it, in the centre rows */
    double *ref;             /* [n_steps], how far x is from its median; what is compared with the threshold */
    double threshold;        /* images up to this ref are kept; infinite with frac_cleansing 1, which keeps all */
};

/* Brightness profile of an image across the channel: in each row the greatest minus the smallest value.
 *
 * image     [height][width], row-major, grey values; width >= 1
 * profile   [height]; receives the result */
void sparsemed_profile(const uint8_t *image, size_t height, size_t width, uint8_t *profile);

/* Decide which background images are kept.
 *
 * windows      split points and the window of each
 * profiles     [windows->n_windows][height], sparsemed_profile of the image of each window; height >= 1
 * parameters   valid ones
 * cleansing    receives the decision; release with sparsemed_cleansing_free, also after a failure
 *
 * SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sparsemed_cleanse(const struct sparsemed_windows *windows, const uint8_t *profiles, size_t height,
                                        const struct sparsemed_parameters *parameters,
                                        struct sparsemed_cleansing *cleansing, struct sparsemed_error *error);

/* Release what the cleansing holds; all zero is fine. */
void sparsemed_cleansing_free(struct sparsemed_cleansing *cleansing);

#ifdef __cplusplus
}
#endif

#endif
