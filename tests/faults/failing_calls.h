/* Calls that fail: of the program to the system, and of HDF5 and MPI-IO on its behalf. */
#ifndef FAULTS_FAILING_CALLS_H
#define FAULTS_FAILING_CALLS_H

#include <stdbool.h>

struct failing_plan {
    /* What goes wrong, and so which calls count:
     *   EIO      any call on a file or a folder
     *   ENOSPC   one that may need space on the disk
     *   EINTR    one that a signal can interrupt
     *   memory   an allocation of the program's own code
     *   process  what the program does with the processes of trials */
    const char *kind;
    int error;          /* of "process" */
    long first;         /* number of the first call that fails, from 1 on; each process counts its own */
    bool persists;      /* all later ones fail as well */
    const char *folder; /* files elsewhere do not count; relative paths do */
};

/* From now on calls of this process fail. The texts are borrowed until failing_calls_disarm. */
void failing_calls_arm(const struct failing_plan *plan);

/* Nothing fails any more. Returns what has failed first: the call, "program" or the library that has called it,
 * and its path; NULL where nothing has. */
const char *failing_calls_disarm(void);

#endif
