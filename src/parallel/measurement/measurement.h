/* One measurement over one communicator: from an .rtdc file to a file with its background. */
#ifndef PARALLEL_MEASUREMENT_MEASUREMENT_H
#define PARALLEL_MEASUREMENT_MEASUREMENT_H

#include <mpi.h>

#include "parallel/measurement/job.h"

/* Compute the background of a measurement and write it.
 *
 * Collective over comm; all ranks must pass equal jobs. MPI and HDF5 must have been started by sm_parallel_start
 * (parallel/start.h): started otherwise, MPI-IO may damage what is written. All ranks return the same status and
 * message. After a failure there is no output, or the one that was there before.
 *
 * report   receives what was done; complete on the first rank only; release with sm_report_free, also after a failure
 * error    holds no failure yet
 *
 * SPARSEMED_USAGE: the parameters or the instruction set asked for are not valid. SPARSEMED_INPUT: the measurement
 * cannot be used. SPARSEMED_OUTPUT: the output exists (and job->force is not set) or could not be written.
 * SPARSEMED_INTERNAL: out of memory. SPARSEMED_STOPPED: job->poll has asked for that. SPARSEMED_TIMED_OUT: it takes
 * longer than it may (parallel/time_limit.h). SPARSEMED_TOO_LARGE: it needs more memory than job->max_memory. */
enum sparsemed_status sm_measure(MPI_Comm comm, const struct sm_job *job, struct sm_report *report,
                                 struct sparsemed_error *error);

#endif
