/* What a rank is at. It tells so whenever it comes to something new, by which the watchdog (parallel/watchdog.h) knows
 * that it gets on. All calls are local, and cheap enough for every slab; they are for the one thread of a rank that
 * does the work. */
#ifndef PARALLEL_HEADWAY_H
#define PARALLEL_HEADWAY_H

#include <limits.h>

/* What it would mean that a rank makes no headway. */
enum sm_occupation {
    SM_WORKS, /* it is stuck; or it is in a call, of HDF5 or MPI, with another rank that is */
    SM_WAITS, /* another rank works */
    SM_TELLS, /* whoever reads what the program writes takes a break */
};

/* Begin with something else.
 *
 * work   a constant, such as "reading"
 * file   that it is done to; copied; "": none */
void sm_headway_begin(const char *work, const char *file);

/* Work, and get on with it.
 *
 * call   a constant: what comes next, where that is a call which can take its time, such as "H5Dwrite"; "": nothing
 * special */
void sm_headway(const char *call);

/* Wait for other ranks, until headway is made again.
 *
 * call   as of sm_headway, such as "vote" */
void sm_headway_wait(const char *call);

/* Tell people and programs what was done, until headway is made again. */
void sm_headway_tell(void);

/* What a rank is at. */
struct sm_headway {
    unsigned count; /* of the calls so far */
    enum sm_occupation occupation;
    char place[PATH_MAX + 128]; /* such as "writing FILE (H5Dwrite)" */
};

/* Look at what this rank is at, from any thread. */
void sm_headway_look(struct sm_headway *headway);

#endif
