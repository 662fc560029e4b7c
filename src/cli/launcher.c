#include "cli/launcher.h"

#include <mpi.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/* What launchers say of processes. mpirun comes first: below Slurm it may start less of them than the job could have.
 */
static const struct {
    const char *count, *number;
    int alone; /* the count of a process that is alone */
} variables[] = {
    {"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", 1},
    {"PMI_SIZE", "PMI_RANK", 1},
    {"PMIX_RANK", "PMIX_RANK", 0}, /* PMIx tells no number of processes */
    {"SLURM_STEP_NUM_TASKS", "SLURM_PROCID", 1},
    {"SLURM_NTASKS", "SLURM_PROCID", 1},
};

void sm_launcher_tell(bool failed) {
    static bool told;
    int n_ranks;
    size_t i = 0;
    MPI_Comm_size(MPI_COMM_WORLD, &n_ranks);
    while (i < sizeof variables / sizeof *variables && !getenv(variables[i].count)) {
        i++;
    }
    if (told || n_ranks > 1 || i == sizeof variables / sizeof *variables ||
        atoi(getenv(variables[i].count)) <= variables[i].alone) {
        return;
    }
    const char *number = getenv(variables[i].number);
    told = failed || !number || atoi(number) == 0;
    if (told) {
        fprintf(stderr,
                "sparsemed: warning: %s is %d, but MPI knows of this process alone, which works by itself; to be "
                "started with mpirun, or with srun --mpi=pmix where MPI has PMIx\n",
                variables[i].count, atoi(getenv(variables[i].count)));
    }
}
