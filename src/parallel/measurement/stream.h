/* Second phase, the one pass over the frames: every slab is decoded once, and feeds the medians and the sums for the
 * offsets. */
#ifndef PARALLEL_MEASUREMENT_STREAM_H
#define PARALLEL_MEASUREMENT_STREAM_H

#include "parallel/measurement/image_store.h"
#include "parallel/measurement/plan.h"
#include "sparsemed/quality.h"

/* Top sums of some frames (sparsemed_top_sum). */
struct sm_frame_sums {
    struct sm_range frames;
    uint32_t *sum; /* [frames.end - frames.first] */
};

/* The background series of a rank: what it has made of its share. Windows are its own ones, in their order. */
struct sm_series {
    struct sm_image_store images;             /* of the windows */
    uint8_t *profile;                         /* [n_windows][height], of the images (sparsemed_profile) */
    uint32_t *image_sum;                      /* [n_windows], top sums of the images */
    struct sparsemed_impression *impressions; /* [n_windows], of the windows and their images */
    struct sm_frame_sums frame_sums;          /* of the frames of the share; none without offset correction */
    double worked;                            /* seconds */
};

/* Pass over the frames.
 *
 * Collective over team->comm; votes: all ranks return the same.
 *
 * plan     of sm_plan_make; its input counts what was read
 * series   receives this rank's; release with sm_series_free, also after a failure
 *
 * SPARSEMED_INPUT: a chunk is damaged. SPARSEMED_OUTPUT: images could not be kept beside the output. SPARSEMED_USAGE:
 * the instruction set that was asked for is none of this processor. SPARSEMED_STOPPED: that was asked for.
 * SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_stream(const struct sm_team *team, struct sm_plan *plan, struct sm_series *series,
                                struct sparsemed_error *error);

/* Release; SM_NO_SERIES is fine. */
void sm_series_free(struct sm_series *series);

#define SM_NO_SERIES ((struct sm_series){.images = SM_NO_IMAGE_STORE})

#endif
