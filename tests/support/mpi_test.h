/* What tests under mpirun share. Assertions of cmocka leave a test by longjmp, which would strand the other ranks: so
 * the ranks first agree on the outcome, and then all assert the same. */
#ifndef TESTS_SUPPORT_MPI_TEST_H
#define TESTS_SUPPORT_MPI_TEST_H

#include <mpi.h>
#include <stdbool.h>

#include "support/scratch.h"

/* Start MPI and HDF5 as the program does. Output of ranks but the first goes nowhere. */
void mpi_test_start(int *argc, char ***argv);

/* Finish MPI. Returns the exit status: not 0 where a test failed on any rank. */
int mpi_test_finish(int n_failed);

/* Set-up and tear-down of a test or of a group of tests: as scratch_create and scratch_remove, one folder for all
 * ranks. Collective. */
int mpi_scratch_create(void **state);
int mpi_scratch_remove(void **state);

/* Whether a condition holds on every rank. Collective. */
bool everywhere(bool condition);

int this_rank(void);
int count_ranks(void);

#define assert_everywhere(condition) assert_true(everywhere(condition))

#endif
