/* A job in which a rank makes no headway any more, as its disk does not answer or somebody has stopped it, ends in
 * words instead of waiting for good. What each rank is at is known from parallel/headway.h. */
#ifndef PARALLEL_WATCHDOG_H
#define PARALLEL_WATCHDOG_H

#include <mpi.h>

#include "sparsemed/status.h"

/* Watch the ranks. A rank that makes no headway for the limit is named on standard error, with what it is at; its
 * unfinished output is removed as far as that is possible, and all processes are ended with the exit status
 * SPARSEMED_STOPPED. Two limits where it cannot be told whether the rank is stuck or waits, or where all ranks wait for
 * each other; ten where all ranks of a node wait for those of other nodes, such as one that is stopped and has nobody
 * beside it.
 *
 * With a timeout a rank whose work takes longer than that (time_limit.h) has to come to a point where it can stop
 * within a minute, or within the timeout where that is less; else it counts as stuck.
 *
 * Collective over comm; limit and timeout must agree. MPI must have been started by sm_parallel_start.
 *
 * limit     seconds; 0: none
 * timeout   seconds; 0: none; with neither nobody is watched
 *
 * SPARSEMED_INTERNAL: there is no memory, or no thread to be had; the same on all ranks. End with sm_watchdog_end in
 * any case. */
enum sparsemed_status sm_watchdog_start(MPI_Comm comm, double limit, double timeout, struct sparsemed_error *error);

/* From now on a file of this path is an unfinished output that this rank works on, alone or with others. It goes where
 * the watchdog ends any of them. NULL: there is none any more. Local. */
void sm_watchdog_owns(const char *path);

/* The same of one that is given its name meanwhile (rtdc/files/delivery.h). */
void sm_watchdog_delivers(const char *path);

/* Watch no more. Collective over the communicator. */
void sm_watchdog_end(void);

#endif
