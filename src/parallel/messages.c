#include "parallel/messages.h"

#include <inttypes.h>
#include <limits.h>
#include <mpi.h>
#include <stdio.h>

#include "sparsemed/status.h"

int sm_message_count(uint64_t n) {
    if (n > INT_MAX) {
        fprintf(stderr, "sparsemed: a message of %" PRIu64 " elements is beyond MPI; please report this\n", n);
        MPI_Abort(MPI_COMM_WORLD, SPARSEMED_INTERNAL);
    }
    return (int)n;
}
