/* How many frames of which measurement were passed over, told to the first rank of an archive while groups are at work.
 * For src/parallel only.
 *
 * As with progress (parallel/progress.h) every rank sends its counts now and then, without waiting: every few seconds,
 * and less often where very many ranks would send. The first rank takes them in whenever it comes by. */
#ifndef PARALLEL_ARCHIVE_FRAME_COUNTS_H
#define PARALLEL_ARCHIVE_FRAME_COUNTS_H

#include <mpi.h>
#include <stdbool.h>
#include <stdint.h>

#include "parallel/archive/roster.h"

/* What a rank tells the first one. */
struct sm_frame_count {
    uint64_t index; /* of a measurement */
    uint64_t n_frames;
    uint64_t is_last; /* it tells no more */
};

struct sm_frame_counts {
    MPI_Comm comm;
    int rank, n_ranks;
    struct sm_frame_count count;   /* not told yet */
    struct sm_frame_count message; /* under way */
    MPI_Request request;           /* of that message */
    double latest, interval;       /* seconds */

    /* first rank only */
    struct sm_roster *roster;
    int n_finished; /* others that tell no more */
};

/* Begin. Collective over comm.
 *
 * roster   on the first rank: gets the counts of all; borrowed */
void sm_frame_counts_open(MPI_Comm comm, struct sm_roster *roster, struct sm_frame_counts *counts);

/* From now on frames of this rank are of another measurement. Local. */
void sm_frame_counts_begin(struct sm_frame_counts *counts, size_t index);

/* Count frames of it. Local; cheap enough for every slab. */
void sm_frame_counts_add(struct sm_frame_counts *counts, uint64_t n_frames);

/* On the first rank, take in what others have told; nothing on others, and where it is all zero. Local. */
void sm_frame_counts_receive(struct sm_frame_counts *counts);

/* End. Collective: the first rank waits until all have come here. */
void sm_frame_counts_close(struct sm_frame_counts *counts);

#endif
