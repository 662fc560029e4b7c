/* Where the ranks come together: to agree on whether a phase succeeded, and to wait for each other. */
#ifndef PARALLEL_VOTE_H
#define PARALLEL_VOTE_H

#include <mpi.h>

#include "sparsemed/status.h"

/* Agree on the outcome of a phase.
 *
 * Collective over comm; every rank passes its own outcome. All ranks return the same: SPARSEMED_OK, or the status of
 * the lowest failing rank, whose message every rank then holds. To be called after local work, before any other
 * collective call. */
enum sparsemed_status sm_vote(MPI_Comm comm, struct sparsemed_error *error);

/* Wait until all ranks have come here, without keeping the processor busy.
 *
 * Collective over comm.
 *
 * meanwhile   called again and again with data, to do what others wait for */
void sm_wait_for_all(MPI_Comm comm, void (*meanwhile)(void *data), void *data);

#endif
