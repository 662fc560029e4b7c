#include "cli/commands.h"

#include <mpi.h>
#include <stdio.h>

#include "parallel/vote.h"

enum { SOME_FAILED = 1 };

int sm_command_carry_out(const struct sm_command *command, struct sm_options *options, void *data,
                         struct sparsemed_error *error) {
    int rank, some_failed = 0;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    if (error->status == SPARSEMED_OK && options->help) {
        for (const char *const *part = command->help; rank == 0 && *part; part++) {
            fputs(*part, stdout);
        }
    } else if (sm_vote(MPI_COMM_WORLD, error) == SPARSEMED_OK) {
        some_failed = command->work(data, rank == 0, error);
        sm_vote(MPI_COMM_WORLD, error);
        MPI_Bcast(&some_failed, 1, MPI_INT, 0, MPI_COMM_WORLD);
    }
    if (error->status != SPARSEMED_OK && rank == 0) {
        fprintf(stderr, "sparsemed: %s\n", error->message);
    }
    sm_options_free(options);
    return error->status == SPARSEMED_OK && some_failed ? SOME_FAILED : (int)error->status;
}
