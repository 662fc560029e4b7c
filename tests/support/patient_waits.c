/* A rank that waits for others asks again and again, and at best gives its core away in between. Where ranks are more
 * than cores, most of the time goes into that. Here it sleeps for a moment instead: when it gives its core away, as
 * Open MPI can be told to, and when UCX, which MPICH asks and which never does, had nothing for it some times in a row.
 * To be loaded before the libraries of either. */
#include <dlfcn.h>
#include <sched.h>
#include <stddef.h>
#include <time.h>

enum { PATIENCE = 100 };

int sched_yield(void) {
    nanosleep(&(struct timespec){.tv_nsec = 20000}, NULL);
    return 0;
}

/* UCX's own, once it is loaded. */
static void *find_in_ucx(const char *name) {
    void *ucx = dlopen("libucp.so.0", RTLD_LAZY | RTLD_NOLOAD);
    return ucx ? dlsym(ucx, name) : NULL;
}

unsigned ucp_worker_progress(void *worker);
unsigned ucp_worker_progress(void *worker) {
    static unsigned (*progress)(void *);
    static _Thread_local int n_idle;
    if (!progress) {
        *(void **)&progress = find_in_ucx(__func__);
    }
    unsigned n_done = progress ? progress(worker) : 0;
    n_idle = n_done > 0 ? 0 : n_idle + 1;
    if (n_idle > PATIENCE) {
        sched_yield();
    }
    return n_done;
}
