/* What tests under mpirun share. Assertions of cmocka leave a test by longjmp, which would strand the other ranks: so
 * the ranks first agree on the outcome, and then all assert the same. */
#ifndef TESTS_SUPPORT_MPI_TEST_H
#define TESTS_SUPPORT_MPI_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <mpi.h>
#include <stdbool.h>

/* Start MPI and HDF5 as the program does. Output of ranks but the first goes nowhere. */
void mpi_test_start(int *argc, char ***argv);

/* Make a temporary folder; rank 0 makes it, all get its path, to be passed to mpi_test_remove_folder. */
void mpi_test_make_folder(char path[64]);
void mpi_test_remove_folder(const char *path);

/* Finish MPI. Returns the exit status: not 0 where a test failed on any rank. */
int mpi_test_finish(int n_failed);

/* Whether a condition holds on every rank. Collective. */
bool everywhere(bool condition);

int this_rank(void);
int count_ranks(void);

#define assert_everywhere(condition) assert_true(everywhere(condition))

#endif
