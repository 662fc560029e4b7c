/* Failures that may pass: of a disk, a network or a quota, and not of a measurement. For src/parallel only. */
#ifndef PARALLEL_ARCHIVE_PASSING_FAILURE_H
#define PARALLEL_ARCHIVE_PASSING_FAILURE_H

#include <stdbool.h>

#include "sparsemed/status.h"

/* Whether a failure may pass: it tells, in the words of the system, of an error in reading or writing (EIO), of a file
 * that is not the one it was (ESTALE), of no space (ENOSPC, EDQUOT), or of time that is over (ETIMEDOUT). HDF5 and MPI
 * hand errors of the system on as words only. The same on all ranks that hold the same failure. */
bool sm_failure_may_pass(const struct sparsemed_error *failure);

/* Seconds to wait before a measurement is tried again.
 *
 * n_tried   how often it was, at least once */
double sm_failure_pause(int n_tried);

#endif
