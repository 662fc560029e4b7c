/* To be loaded before MPI: every rank gets all signals that are requests to stop while MPI starts. */
#include <mpi.h>
#include <signal.h>

int MPI_Init(int *argc, char ***argv) {
    raise(SIGTERM);
    raise(SIGINT);
    raise(SIGUSR1);
    return PMPI_Init(argc, argv);
}
