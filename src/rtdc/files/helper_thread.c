#include "rtdc/files/helper_thread.h"

#include <signal.h>
#include <stddef.h>
#include <time.h>

/* How long a helper is waited for at a time. */
enum { SLICE = 20000000, SECOND = 1000000000 /* nanoseconds */ };

bool sm_helper_thread_start(void *(*serve)(void *nothing), bool *runs) {
    sigset_t all, before;
    pthread_t thread;
    if (!*runs) {
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        *runs = pthread_create(&thread, NULL, serve, NULL) == 0 && pthread_detach(thread) == 0;
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    return *runs;
}

bool sm_helper_thread_wait(pthread_cond_t *changed, pthread_mutex_t *lock, bool (*is_done)(const void *data),
                           const void *data) {
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_nsec += SLICE;
    end.tv_sec += end.tv_nsec / SECOND;
    end.tv_nsec %= SECOND;
    while (!is_done(data) && pthread_cond_timedwait(changed, lock, &end) == 0) {
    }
    return is_done(data);
}
