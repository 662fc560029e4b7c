#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "parallel/vote.h"
#include "support/mpi_test.h"

static void where_all_are_well_nobody_fails(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_everywhere(sm_vote(MPI_COMM_WORLD, &error) == SPARSEMED_OK && !*error.message);
}

static void lowest_failing_rank_speaks(void **state) {
    (void)state;
    for (int failing = 0; failing < count_ranks(); failing++) {
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        if (this_rank() >= failing) {
            sparsemed_fail(&error, this_rank() == failing ? SPARSEMED_OUTPUT : SPARSEMED_INPUT, "rank %d", this_rank());
        }
        char expected[32];
        snprintf(expected, sizeof expected, "rank %d", failing);
        enum sparsemed_status status = sm_vote(MPI_COMM_WORLD, &error);
        assert_everywhere(status == SPARSEMED_OUTPUT && error.status == SPARSEMED_OUTPUT &&
                          strcmp(error.message, expected) == 0);
        assert_everywhere(sm_vote(MPI_COMM_WORLD, &error) == SPARSEMED_OUTPUT); /* agreement lasts */
    }
}

/* Lets the last rank come, which waits for that. */
static void let_come(void *data) {
    bool *let = data;
    if (this_rank() == 0 && !*let) {
        MPI_Send(NULL, 0, MPI_BYTE, count_ranks() - 1, 0, MPI_COMM_WORLD);
    }
    *let = true;
}

static void ranks_do_something_while_they_wait(void **state) {
    (void)state;
    bool last = this_rank() == count_ranks() - 1, let = false;
    if (last && count_ranks() > 1) {
        MPI_Recv(NULL, 0, MPI_BYTE, 0, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    }
    sm_wait_for_all(MPI_COMM_WORLD, let_come, &let);
    assert_everywhere(this_rank() > 0 || let || count_ranks() == 1);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_all_are_well_nobody_fails),
        cmocka_unit_test(lowest_failing_rank_speaks),
        cmocka_unit_test(ranks_do_something_while_they_wait),
    };
    mpi_test_start(&argc, &argv);
    return mpi_test_finish(cmocka_run_group_tests(tests, NULL, NULL));
}
