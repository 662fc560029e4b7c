/* Starting MPI and HDF5, and ending them: once a process, for the program, for tests, and for whoever else calls what
 * is in src/parallel. */
#ifndef PARALLEL_START_H
#define PARALLEL_START_H

#include "sparsemed/status.h"

/* Start the process that tries out files (rtdc/trials/trial.h), MPI, and HDF5 with our filters, in the one order and
 * with the settings that they need to get along; start.c tells why. Neither may have been started before.
 *
 * Collective over all processes of the job. The environment variables
 * OMPI_MCA_io_ompio_priority and HDF5_USE_FILE_LOCKING are set where they are not.
 *
 * argc, argv   of main
 *
 * SPARSEMED_INTERNAL: HDF5 refuses our filters; the same on all ranks. MPI has been started all the same, so end with
 * sm_parallel_end in any case. */
enum sparsemed_status sm_parallel_start(int *argc, char ***argv, struct sparsemed_error *error);

/* End what sm_parallel_start has started. Where MPI does not come to its end in half a minute, the process ends here.
 * Collective over all processes of the job.
 *
 * status   with which the process would end then */
void sm_parallel_end(int status);

#endif
