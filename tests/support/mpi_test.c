#include "support/mpi_test.h"

#include <stdio.h>
#include <stdlib.h>

#include "parallel/start.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#else
#define __lsan_disable()
#define __lsan_enable()
#define __lsan_do_recoverable_leak_check() 0
#endif

void mpi_test_start(int *argc, char ***argv) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    __lsan_disable(); /* MPI forgets what the plugins it tries have allocated */
    sm_parallel_start(argc, argv, &error);
    __lsan_enable();
    if (this_rank() > 0 && !freopen("/dev/null", "w", stdout)) {
        MPI_Abort(MPI_COMM_WORLD, 1);
    }
    if (error.status != SPARSEMED_OK) {
        fprintf(stderr, "%s\n", error.message);
        MPI_Abort(MPI_COMM_WORLD, 1);
    }
}

int mpi_test_finish(int n_failed) {
    bool passed = everywhere(n_failed == 0 && __lsan_do_recoverable_leak_check() == 0);
    int status = passed ? 0 : 1;
    sm_parallel_end(status);
    return status;
}

int mpi_scratch_create(void **state) {
    char folder[256] = "";
    if (this_rank() == 0 && scratch_create(state) == 0) {
        snprintf(folder, sizeof folder, "%s", scratch_folder());
    }
    MPI_Bcast(folder, sizeof folder, MPI_CHAR, 0, MPI_COMM_WORLD);
    scratch_share(folder);
    return *folder ? 0 : -1;
}

int mpi_scratch_remove(void **state) {
    MPI_Barrier(MPI_COMM_WORLD);
    return this_rank() == 0 ? scratch_remove(state) : 0;
}

bool everywhere(bool condition) {
    int own = condition, all;
    MPI_Allreduce(&own, &all, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
    return all;
}

int this_rank(void) {
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    return rank;
}

int count_ranks(void) {
    int n_ranks;
    MPI_Comm_size(MPI_COMM_WORLD, &n_ranks);
    return n_ranks;
}
