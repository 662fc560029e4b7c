/* The MPI-IO that writes what several ranks make. It is asked which it is: names of modules differ, and change. */
#ifndef PARALLEL_MPI_IO_H
#define PARALLEL_MPI_IO_H

#include <stdbool.h>

/* Whether a rank that writes pieces reads what is between them, and writes it, too: ROMIO locks the file for that. */
#define SM_HINT_SIEVING "romio_ds_write"

/* The safest first.
 *
 * ROMIO is what most MPIs have, and right in all that was tried. Open MPI has a module of its own besides, OMPIO, and
 * from version 6 on nothing else. That has damaged files of other programs where several ranks ("aggregators") put on
 * disk what all of them write, as it may choose from 16 ranks on; with one it has not. */
enum sm_mpi_io { SM_ROMIO, SM_OTHER_MPI_IO, SM_NO_MPI_IO };

/* Ask which one this process has. Local; asks once, and remembers.
 *
 * reason   receives why there is none, in static storage, "" where there is one; may be NULL */
enum sm_mpi_io sm_mpi_io_ask(const char **reason);

/* Whether ROMIO does not hear of hints for a file that is opened, as that of Open MPI 5. Then it sieves, and needs
 * locks. Local. */
bool sm_mpi_io_is_deaf(void);

#endif
