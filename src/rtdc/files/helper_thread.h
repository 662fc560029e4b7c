/* Threads that make calls on files while the one of this process that calls HDF5 and MPI goes on with its work. They
 * call neither, hear no signals, and end with the process. */
#ifndef RTDC_FILES_HELPER_THREAD_H
#define RTDC_FILES_HELPER_THREAD_H

#include <pthread.h>
#include <stdbool.h>

/* Start one, unless it runs.
 *
 * serve   what it does, for good
 * runs    whether it runs; false at first, and changed here only
 *
 * Returns whether it runs: the system may have no further thread. */
bool sm_helper_thread_start(void *(*serve)(void *nothing), bool *runs);

/* Wait until a helper has done something, for some hundredths of a second at most, so that who waits can hear signals
 * in between.
 *
 * lock      locked by the caller
 * is_done   asked again and again, with the lock
 *
 * Returns whether it is done. */
bool sm_helper_thread_wait(pthread_cond_t *changed, pthread_mutex_t *lock, bool (*is_done)(const void *data),
                           const void *data);

#endif
