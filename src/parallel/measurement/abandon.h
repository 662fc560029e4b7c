/* The end of a job that cannot end by a vote: the output is open with MPI-IO, and one rank fails inside a collective
 * call of HDF5. HDF5 then cleans up on that rank with calls of another kind than those that the other ranks are in, and
 * none of them ever returns. So all processes are ended there: the temporary file is removed, the message is told on
 * standard error, once for all ranks that fail at a time, and the exit status is SPARSEMED_OUTPUT. */
#ifndef PARALLEL_MEASUREMENT_ABANDON_H
#define PARALLEL_MEASUREMENT_ABANDON_H

#include "parallel/measurement/team.h"

/* From now on, end all processes as soon as MPI-IO fails on this rank, before HDF5 hears of it. Local; nothing where a
 * rank is alone. For one output at a time.
 *
 * team, temporary   the job, and the path of its temporary file; borrowed until sm_abandon_never */
void sm_abandon_on_failure(const struct sm_team *team, const char *temporary);

/* Failures of MPI-IO are ordinary ones again. */
void sm_abandon_never(void);

/* End all processes for a failure inside a collective call that HDF5 has returned. Local; does not return where the
 * error holds a failure and sm_abandon_on_failure is in force, and does nothing otherwise. */
void sm_abandon_failed(const struct sparsemed_error *error);

#endif
