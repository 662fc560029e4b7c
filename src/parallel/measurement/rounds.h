/* What each rank writes of the datasets of the output: in rounds, so that memory does not grow with the measurement. */
#ifndef PARALLEL_MEASUREMENT_ROUNDS_H
#define PARALLEL_MEASUREMENT_ROUNDS_H

#include "parallel/measurement/column.h"
#include "parallel/measurement/exchange.h"
#include "rtdc/hdf5/encoder.h"

enum { SM_IMAGES, SM_MAP, SM_OFFSETS, SM_N_COLUMNS };

struct sm_rounds {
    const struct sm_team *team;
    const struct sm_plan *plan;
    const struct sm_selection *selection;
    struct sm_series *series;
    struct sm_column columns[SM_N_COLUMNS];
    size_t chunk_images;           /* images in a chunk */
    uint64_t n_chunks;             /* of images */
    uint64_t round_chunks;         /* of them in a round, a rank */
    struct sm_range *image_ranges; /* [n_ranks], kept images of each rank in a round */
    struct sm_range *frame_ranges; /* [n_ranks], frames of each rank in all rounds */
    struct sm_encoder *encoder;    /* of images, where a rank is alone; on others HDF5 encodes them */
};

/* Plan the rounds, and bring the sums of frames to the ranks that write their offsets.
 *
 * Collective over team->comm; votes.
 *
 * rounds                  receives them; release with sm_rounds_close, also after a failure
 * plan, selection, map    must agree; borrowed, must outlive the rounds, as must the series
 * series                  of this rank; its frame sums become those of the frames that it writes
 *
 * SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_rounds_open(struct sm_rounds *rounds, const struct sm_team *team, const struct sm_plan *plan,
                                     const struct sm_selection *selection, const struct sm_output_map *map,
                                     struct sm_series *series, struct sparsemed_error *error);

/* Release; all zero is fine. */
void sm_rounds_close(struct sm_rounds *rounds);

/* Prepare a round of a column: its values, and its block but for the checksum. Collective over team->comm; column and
 * round must agree; vote afterwards. The error may hold a failure of this rank already. Offsets overwrite the values of
 * the map.
 *
 * SPARSEMED_OUTPUT: a kept image could not be read back. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_rounds_fill(struct sm_rounds *rounds, int column, uint64_t round,
                                     struct sparsemed_error *error);

#endif
