#include "parallel/vote.h"

#include <time.h>

#include "parallel/headway.h"

enum sparsemed_status sm_vote(MPI_Comm comm, struct sparsemed_error *error) {
    int rank, n_ranks, first_failing;
    MPI_Comm_rank(comm, &rank);
    MPI_Comm_size(comm, &n_ranks);
    int candidate = error->status == SPARSEMED_OK ? n_ranks : rank;
    sm_headway_wait("vote");
    MPI_Allreduce(&candidate, &first_failing, 1, MPI_INT, MPI_MIN, comm);
    if (first_failing < n_ranks) {
        MPI_Bcast(error, sizeof *error, MPI_BYTE, first_failing, comm);
    }
    sm_headway("");
    return error->status;
}

void sm_wait_for_all(MPI_Comm comm, void (*meanwhile)(void *data), void *data) {
    const struct timespec moment = {0, 100000}; /* short: the others may be waited for once a measurement */
    MPI_Request barrier;
    int all_here;
    sm_headway_wait("waiting for all");
    MPI_Ibarrier(comm, &barrier);
    for (;;) {
        MPI_Test(&barrier, &all_here, MPI_STATUS_IGNORE);
        if (all_here) {
            sm_headway("");
            return;
        }
        nanosleep(&moment, NULL);
        meanwhile(data);
    }
}
