/* Frames that show how a background does where there is most to see: those that differ most from it. */
#ifndef RTDC_REPORT_BUSY_FRAMES_H
#define RTDC_REPORT_BUSY_FRAMES_H

#include "rtdc/report/exhibit.h"
#include "rtdc/report/picture.h"

/* Slabs of frames that are looked at, spread evenly, and frames that are found at most. */
enum { SM_LOOKED_AT_SLABS = 24, SM_MOST_BUSY = 3 };

struct sm_busy_frame {
    uint64_t frame;
    double difference; /* mean square of what is left of the frame less its background and offset; grey values */
};

struct sm_busy_frames {
    size_t n;
    struct sm_busy_frame list[SM_MOST_BUSY]; /* [n], the busiest first, each of another slab */
    uint64_t n_looked_at;
};

/* Find the busiest frames.
 *
 * n_slabs   to look at at most, >= 1
 *
 * SPARSEMED_INPUT: there are no frames, or frames or images cannot be read. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_busy_frames_find(struct sm_exhibit *exhibit, uint64_t n_slabs, struct sm_busy_frames *busy,
                                          struct sparsemed_error *error);

/* A frame in four pictures: as it was recorded, its background, the one less the other, and that with the offset taken
 * off, too. Differences are shown about a grey of 128. Owned. */
struct sm_corrected_frame {
    struct sm_picture recorded, background, corrected, levelled;
};

/* Draw a frame.
 *
 * pictures   receives them; release with sm_corrected_frame_free, also after a failure
 *
 * SPARSEMED_INPUT, SPARSEMED_INTERNAL: as above. */
enum sparsemed_status sm_corrected_frame_draw(struct sm_exhibit *exhibit, uint64_t frame,
                                              struct sm_corrected_frame *pictures, struct sparsemed_error *error);

void sm_corrected_frame_free(struct sm_corrected_frame *pictures);

#endif
