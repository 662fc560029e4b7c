/* A background, computed anew from its frames. */
#ifndef RTDC_INSPECTION_RECOMPUTATION_H
#define RTDC_INSPECTION_RECOMPUTATION_H

#include "rtdc/input.h"
#include "rtdc/inspection/background_log.h"
#include "rtdc/inspection/flaws.h"
#include "rtdc/inspection/shown_background.h"
#include "sparsemed/parameters.h"

/* Compute the map anew from time stamps and the steps that were kept, and compare.
 *
 * axis         time axis of the measurement
 * log          of the background; tells which steps were kept
 * background   open, of as many frames; where it has an image a frame, those that follow from one split point must be
 *              the same
 *
 * SPARSEMED_INPUT: images cannot be read. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_recompute_map(const struct sparsemed_time_axis *axis,
                                       const struct sparsemed_parameters *parameters,
                                       const struct sm_background_log *log, struct sm_shown_background *background,
                                       struct sm_flaws *flaws, struct sparsemed_error *error);

/* Compute images and offsets anew, and compare. Arguments as of sm_recompute_map, and the input, open; where all images
 * are computed, the cleansing is, too.
 *
 * n   how many of each; all where there are fewer
 *
 * SPARSEMED_INPUT: frames or images cannot be read. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_recompute(struct sm_input *input, const struct sparsemed_time_axis *axis,
                                   const struct sparsemed_parameters *parameters, const struct sm_background_log *log,
                                   struct sm_shown_background *background, uint64_t n, struct sm_flaws *flaws,
                                   struct sparsemed_error *error);

#endif
