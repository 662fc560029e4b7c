/* The output, open on all ranks to be filled. */
#ifndef PARALLEL_MEASUREMENT_COLLECTIVE_FILE_H
#define PARALLEL_MEASUREMENT_COLLECTIVE_FILE_H

#include <hdf5.h>
#include <limits.h>

#include "parallel/measurement/team.h"
#include "parallel/mpi_io.h"
#include "rtdc/files/workpiece.h"

/* What a rank opens it by. */
struct sm_collective_file {
    const struct sm_workpiece *workpiece;
    enum sm_mpi_io mpi_io; /* the least safe one of all ranks */
    char name[PATH_MAX + 8];
};

/* Find out on each rank how it can write to the file: what fails here is voted on, before any rank is in a collective
 * call of HDF5. Collective; votes.
 *
 * workpiece   open; borrowed, must outlive what is opened
 * opened      receives it
 *
 * SPARSEMED_OUTPUT: there is no MPI-IO, or the file has no name for it, or ranks of several nodes need locks on the
 * file and there are none. */
enum sparsemed_status sm_collective_file_prepare(const struct sm_team *team, const struct sm_workpiece *workpiece,
                                                 struct sm_collective_file *opened, struct sparsemed_error *error);

/* Open the file with HDF5, over MPI-IO; a rank alone does without, which costs some milliseconds a file. Collective.
 *
 * transfer_list   receives how datasets are to be written; release with sm_hdf5_release, also after a failure
 *
 * Returns the file, to be closed with H5Fclose, or an invalid number. */
hid_t sm_collective_file_open(const struct sm_team *team, const struct sm_collective_file *opened,
                              hid_t *transfer_list);

/* Flush to disk what this rank has written, once HDF5 has closed the file: on a file system that several nodes share,
 * the first rank, which flushes the whole in the end, may have no hold of what another node still keeps. Local.
 *
 * SPARSEMED_OUTPUT: that failed. */
enum sparsemed_status sm_collective_file_sync(const struct sm_team *team, const struct sm_collective_file *opened,
                                              struct sparsemed_error *error);

#endif
