#include "parallel/vote.h"

enum sm_status sm_vote(MPI_Comm comm, struct sm_error *error) {
    int rank, n_ranks, first_failing;
    MPI_Comm_rank(comm, &rank);
    MPI_Comm_size(comm, &n_ranks);
    int candidate = error->status == SM_OK ? n_ranks : rank;
    MPI_Allreduce(&candidate, &first_failing, 1, MPI_INT, MPI_MIN, comm);
    if (first_failing < n_ranks) {
        MPI_Bcast(error, sizeof *error, MPI_BYTE, first_failing, comm);
    }
    return error->status;
}
