/* A clock for what works without MPI, too. */
#ifndef PARALLEL_SECONDS_H
#define PARALLEL_SECONDS_H

#include <time.h>

/* Seconds since some moment; never set back. */
static inline double sm_seconds_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

#endif
