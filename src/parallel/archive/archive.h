/* An archive over one communicator: many measurements, some large, some small, some of them bad. */
#ifndef PARALLEL_ARCHIVE_ARCHIVE_H
#define PARALLEL_ARCHIVE_ARCHIVE_H

#include <mpi.h>

#include "parallel/archive/archive_job.h"
#include "parallel/journal/history.h"
#include "parallel/journal/journal.h"
#include "parallel/sources/sources.h"

/* Compute the background of all measurements of a list. A measurement that fails is told in the journal and in the
 * report, and stops nothing else. Signals are heard where sm_stop_catch_signals (parallel/stop.h) was called.
 *
 * Collective over comm; the archive must agree. MPI and HDF5 must have been started by sm_parallel_start
 * (parallel/start.h).
 *
 * sources, history   on the first rank: what to do, and what was done
 * journal            on the first rank, open
 * error              holds no failure yet
 * report             receives what was done, on the first rank; release with sm_archive_report_free, also after a
 *                    failure
 *
 * SPARSEMED_OUTPUT: the journal could not be written; the measurements are done all the same. SPARSEMED_STOPPED: that
 * was asked for, and there is something left. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_archive_process(MPI_Comm comm, const struct sm_archive *archive,
                                         const struct sm_sources *sources, const struct sm_history *history,
                                         struct sm_journal *journal, struct sm_archive_report *report,
                                         struct sparsemed_error *error);

#endif
