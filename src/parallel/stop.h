/* Stopping on request: a signal to any rank stops all of them, each at a moment that suits it. */
#ifndef PARALLEL_STOP_H
#define PARALLEL_STOP_H

#include <mpi.h>
#include <stdbool.h>

#include "sparsemed/status.h"

/* What a rank knows of requests to stop. */
struct sm_stop {
    MPI_Comm comm;
    int rank, n_ranks;
    double grace;          /* seconds that work under way may still take after a request */
    bool asked;            /* this rank knows of a request */
    double asked_at;       /* since then, by MPI_Wtime */
    int n_received;        /* messages from others */
    MPI_Request *requests; /* [n_ranks], of own messages */
    int n_sent;            /* own messages: to the first rank, or, from it, to all others */
};

/* From now on SIGTERM, SIGINT and SIGUSR1 are requests to stop; a signal that is ignored stays so. Local;
 * MPI need not have started. */
void sm_stop_catch_signals(void);

/* From now on these signals end a call to the system that waits, such as one that writes to a pipe which nobody reads:
 * for when the work is done, and nobody looks for requests any more. Local. */
void sm_stop_end_calls(void);

/* Start to listen. Collective over comm, whose ranks share requests; grace must agree.
 *
 * stop   receives the state; release with sm_stop_close, also after a failure
 *
 * SPARSEMED_INTERNAL: out of memory, on this rank. */
enum sparsemed_status sm_stop_open(MPI_Comm comm, double grace, struct sm_stop *stop, struct sparsemed_error *error);

/* Whether nothing new may be begun. Local, and cheap enough for every slab; to be called often, because this is where
 * requests are passed on. */
bool sm_stop_asked(struct sm_stop *stop);

/* Whether work under way must be dropped, too: the grace has passed. Local, cheap, and to be called often, like
 * sm_stop_asked, which it calls. */
bool sm_stop_due(struct sm_stop *stop);

/* Wait until all ranks have come here, and pass requests on meanwhile. Collective. */
void sm_stop_wait_for_all(struct sm_stop *stop);

/* Stop listening. Collective: waits for all ranks, and passes requests on meanwhile. */
void sm_stop_close(struct sm_stop *stop);

#endif
