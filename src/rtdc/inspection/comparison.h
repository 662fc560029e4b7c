/* Two backgrounds of one measurement, frame by frame, whatever way each is stored. */
#ifndef RTDC_INSPECTION_COMPARISON_H
#define RTDC_INSPECTION_COMPARISON_H

#include <stdbool.h>
#include <stdint.h>

#include "rtdc/files/reach.h"
#include "sparsemed/status.h"

/* What a file has. Plain data. */
struct sm_compared {
    uint64_t n_frames; /* that have a background image */
    uint64_t n_images;
    uint64_t n_only; /* images of which the other file has none that is the same, wherever it is */
    uint64_t height, width;
    bool has_offsets;
};

/* How two backgrounds differ. Plain data. */
struct sm_comparison {
    struct sm_compared files[2];
    bool comparable;             /* as many frames, and images of one size; else what follows is 0 */
    uint64_t n_frames_different; /* whose background image differs */
    uint64_t histogram[256];     /* pixels of all frames, by the difference of their grey values */
    uint64_t n_offsets_different;
    double largest_offset; /* the largest difference of offsets; infinite where one is no number */
};

/* Compare the background images that readers find for each frame, and the offsets. Images are looked at twice: a
 * 64-bit sum of each tells whether the other file has it, too.
 *
 * reach        of what the files lead to
 * comparison   receives the result
 *
 * SPARSEMED_INPUT: a file cannot be read, or has no background; the message names it. SPARSEMED_INTERNAL: out of
 * memory. */
enum sparsemed_status sm_compare_backgrounds(const char *const paths[2], const struct sm_reach *reach,
                                             struct sm_comparison *comparison, struct sparsemed_error *error);

/* Whether there is no difference in what readers get. */
bool sm_comparison_is_same(const struct sm_comparison *comparison);

/* The largest difference of grey values, and the mean of all. */
int sm_comparison_largest(const struct sm_comparison *comparison);
double sm_comparison_mean(const struct sm_comparison *comparison);

#endif
