/* The chunks of a background image a frame that a rank makes.
 *
 * Frames are many, but the images that they show are few, and mostly the same one for hundreds of frames: then all
 * chunks in a row are the same bytes. So a chunk is made and compressed once, together with how often it repeats. What
 * that costs follows the number of different images, and hardly that of frames. */
#ifndef PARALLEL_MEASUREMENT_FRAME_CHUNKS_H
#define PARALLEL_MEASUREMENT_FRAME_CHUNKS_H

#include <stdbool.h>

#include "parallel/measurement/exchange.h"
#include "rtdc/hdf5/encoder.h"

/* Chunks in a row that are stored as the same bytes. */
struct sm_chunk_row {
    uint64_t first, n;    /* chunks; n is 0 where there are none */
    uint64_t raw_bytes;   /* of one, as it is stored */
    const uint8_t *bytes; /* [raw_bytes]; meaningless on other ranks */
};

/* Belongs to one rank. */
struct sm_frame_chunks {
    const struct sm_team *team;
    const struct sm_plan *plan;
    const struct sm_selection *selection;
    const struct sm_series *series;
    size_t chunk_images, image_bytes;
    uint64_t first, end; /* chunks of this rank: an even share of them all, in their order */

    uint64_t frame;          /* the next one to be shown */
    size_t run;              /* of the attribution, that has this frame */
    uint8_t *chunk;          /* [chunk_images][image_bytes], filled up to the frame */
    uint8_t *images;         /* [chunk_images][image_bytes], kept images on their way into the chunk */
    struct sm_range here;    /* which these are */
    struct sm_range *ranges; /* [n_ranks], of kept images that are on their way to each rank */
    struct sm_encoder *encoder;
};

/* Prepare to make chunks. Local.
 *
 * chunks                    receives what is needed; release with sm_frame_chunks_close, also after a failure
 * plan, selection, series   borrowed, must outlive the chunks
 *
 * SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_frame_chunks_open(struct sm_frame_chunks *chunks, const struct sm_team *team,
                                           const struct sm_plan *plan, const struct sm_selection *selection,
                                           const struct sm_series *series, struct sparsemed_error *error);

/* Release; all zero is fine. */
void sm_frame_chunks_close(struct sm_frame_chunks *chunks);

/* Bring the images that every rank needs next, as many as there is room for.
 *
 * Collective over team->comm. All ranks take part to the end even where one fails; vote afterwards.
 *
 * error   may hold a failure of this rank already: then all return it
 *
 * Returns whether there was anything left to do, on any rank; the same on all. SPARSEMED_OUTPUT: a kept image could not
 * be read back. SPARSEMED_INTERNAL: out of memory. */
bool sm_frame_chunks_bring(struct sm_frame_chunks *chunks, struct sparsemed_error *error);

/* Make the next chunk of this rank from the images that were brought. Local.
 *
 * row   receives it, and how often it repeats; its bytes are good until the next call
 *
 * Returns false where it needs more images, or there is no further chunk. SPARSEMED_INTERNAL: out of memory. */
bool sm_frame_chunks_make(struct sm_frame_chunks *chunks, struct sm_chunk_row *row, struct sparsemed_error *error);

#endif
