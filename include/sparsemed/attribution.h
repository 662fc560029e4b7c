/* Which frame gets which background image.
 *
 * Method: src/core/README.md, "Attribution". */
#ifndef SPARSEMED_ATTRIBUTION_H
#define SPARSEMED_ATTRIBUTION_H

#include <stddef.h>
#include <stdint.h>

#include "sparsemed/cleansing.h"
#include "sparsemed/status.h"
#include "sparsemed/time_axis.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Consecutive frames that share a background image. */
struct sparsemed_frame_run {
    uint64_t first_frame;
    uint64_t image; /* index among the images that were kept */
};

/* The whole map from frames to images, as runs: run r covers the frames from its first one to that of run r + 1, the
 * last run the rest. Run 0 starts at frame 0. */
struct sparsemed_attribution {
    size_t n_runs;
    struct sparsemed_frame_run *run; /* [n_runs], first_frame strictly ascending */
};

/* Give every frame its image.
 *
 * cleansing     which of the n_steps split points are kept, at least one
 * split_time    seconds, > 0
 * attribution   receives the runs; release with sparsemed_attribution_free, also after a failure
 *
 * SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sparsemed_attribute_frames(const struct sparsemed_time_axis *axis,
                                                 const struct sparsemed_cleansing *cleansing, size_t n_steps,
                                                 double split_time, struct sparsemed_attribution *attribution,
                                                 struct sparsemed_error *error);

/* Release what the attribution holds; all zero is fine. */
void sparsemed_attribution_free(struct sparsemed_attribution *attribution);

/* Write the map of some frames out.
 *
 * attribution             made by sparsemed_attribute_frames
 * first_frame, n_frames   frames of the measurement
 * map                     [n_frames]; receives the index of each frame's image */
void sparsemed_attribution_map(const struct sparsemed_attribution *attribution, uint64_t first_frame, size_t n_frames,
                               int64_t *map);

#ifdef __cplusplus
}
#endif

#endif
