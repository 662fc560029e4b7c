/* Each rank has a thread, the watchdog, which makes no calls of MPI. It wakes up at every beat, and writes into a
 * record what its rank is at. The records of a node are in memory that the ranks there share, so each watchdog sees all
 * of them, also that of a rank whose watchdog is stopped, or hangs, like the rank itself. Time is counted in beats of
 * one's own: while all of a job is suspended there are none.
 *
 * A rank that waits for others as long as they like is innocent, and says so. One that works and has come to nothing
 * new is stuck where it has used no processor meanwhile: then it is in a call to the system. Otherwise it may be in a
 * call of HDF5 or MPI in which it waits for another rank, most of which keep the processor busy, and gets twice the
 * time: the other one is to be named. Where all ranks of a node wait, each of them waits for one of another node, or
 * the program has a defect.
 *
 * What takes longer than it may (time_limit.h) is given up by its ranks themselves, at the next point where they can
 * stop together. A rank that does not come to one is in a call that does not return, and is waited for no longer than
 * that might take.
 *
 * The first watchdog that finds a rank stuck tells so. MPI_Abort is not for a thread of its own: the watchdogs of the
 * node end their processes, and MPI ends the others, as it does when a process is gone. */
#include "parallel/watchdog.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "parallel/headway.h"
#include "parallel/time_limit.h"
#include "parallel/vote.h"
#include "rtdc/files/shown.h"

enum { BEATS_A_SECOND = 4 };

/* For how many seconds a call may last whose time is over; less where the limit is less. */
static const double most_patience = 60, least_patience = 2;

static const double idle_part = 1e-3; /* of a beat: a rank that uses less of a processor is in a call to the system */

enum { WAITING_LIMITS = 2, FAR_LIMITS = 10 }; /* for a node on which all wait; where there are more nodes */

/* What the others know of a rank. */
struct record {
    int rank;              /* in the communicator */
    atomic_bool told;      /* of the first rank of a node: that the job ends */
    atomic_uint n_beats;   /* of its watchdog */
    atomic_uint n_headway; /* see struct sm_headway, as the next two */
    atomic_int occupation; /* an enum sm_occupation */
    atomic_uint n_idle;    /* beats since it has used the processor */
    atomic_bool late;      /* see sm_time_limit_is_over */
    atomic_char place[sizeof((struct sm_headway *)NULL)->place];
};

/* What a watchdog has seen of a rank. */
struct sight {
    unsigned n_beats, n_headway; /* of the record */
    unsigned silent, still;      /* own beats since these have changed */
};

static struct {
    MPI_Comm comm, node;
    MPI_Win window;
    int n_ranks, n_there, here; /* ranks of the job, of this node, and this one's number there */
    struct record **records;    /* [n_there] */
    struct sight *sights;       /* [n_there] */
    double limit;               /* beats; infinite: none */
    double patience;            /* beats, where the time is over; no more than the limit */
    clockid_t processor;        /* the time that this rank has used it */
    int end[2];                 /* a pipe; the thread ends when the second end is closed */
    pthread_t thread;
    bool runs;
} watch = {.comm = MPI_COMM_NULL};

/* What this rank would leave behind. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char unfinished[PATH_MAX], undelivered[PATH_MAX];

/* ---- the end ---- */

/* End this process. The first process that is gone takes the others along, so all remove their files before. */
static void leave(void) {
    const struct timespec moment = {0, 2 * (1000000000 / BEATS_A_SECOND)};
    pthread_mutex_lock(&lock); /* for good */
    signal(SIGALRM, SIG_DFL);
    alarm(10); /* removing a file may hang, too */
    if (*unfinished) {
        unlink(unfinished);
    }
    if (*undelivered) {
        unlink(undelivered);
    }
    nanosleep(&moment, NULL);
    _exit(SPARSEMED_STOPPED);
}

/* Tell of a rank, unless standard error is what hangs. */
static void tell(int who, const char *what, unsigned n_beats) {
    char place[sizeof watch.records[who]->place], host[256] = "", line[2 * sizeof place];
    for (size_t i = 0; i < sizeof place; i++) {
        place[i] = atomic_load_explicit(&watch.records[who]->place[i], memory_order_relaxed);
    }
    if (watch.n_there < watch.n_ranks) {
        strcpy(host, " on ");
        gethostname(host + strlen(host), sizeof host - strlen(host) - 1);
    }
    char *shown = sm_shown(place);
    snprintf(line, sizeof line, "sparsemed: rank %d%s %s for %u s while %.4096s; the job ends, to be run again\n",
             watch.records[who]->rank, host, what, n_beats / BEATS_A_SECOND, shown ? shown : "");
    struct pollfd event = {.fd = STDERR_FILENO, .events = POLLOUT};
    if (poll(&event, 1, 1000) == 1) {
        (void)!write(STDERR_FILENO, line, strlen(line));
    }
    free(shown);
}

/* ---- every beat ---- */

/* Write down what this rank is at. */
static void publish(void) {
    static struct sm_headway now;
    static double used;
    struct record *record = watch.records[watch.here];
    struct timespec time = {0};
    sm_headway_look(&now);
    for (size_t i = 0; i == 0 || now.place[i - 1]; i++) {
        atomic_store_explicit(&record->place[i], now.place[i], memory_order_relaxed);
    }
    clock_gettime(watch.processor, &time);
    double used_now = (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
    if (used_now - used >= idle_part / BEATS_A_SECOND) {
        atomic_store(&record->n_idle, 0);
    } else {
        atomic_fetch_add(&record->n_idle, 1);
    }
    used = used_now;
    atomic_store(&record->occupation, now.occupation);
    atomic_store(&record->n_headway, now.count);
    atomic_store(&record->late, sm_time_limit_is_over());
    atomic_fetch_add(&record->n_beats, 1);
}

/* Take in what has become of a rank. */
static void look(const struct record *record, struct sight *sight) {
    unsigned n_beats = atomic_load(&record->n_beats), n_headway = atomic_load(&record->n_headway);
    sight->silent = n_beats == sight->n_beats ? sight->silent + 1 : 0;
    sight->still = n_headway == sight->n_headway ? sight->still + 1 : 0;
    sight->n_beats = n_beats;
    sight->n_headway = n_headway;
}

/* What is wrong with a rank, or NULL.
 *
 * beats   receives for how long */
static const char *judge(int who, unsigned *beats) {
    const struct sight *sight = &watch.sights[who];
    bool works = atomic_load(&watch.records[who]->occupation) == SM_WORKS;
    bool late = atomic_load(&watch.records[who]->late);
    double limit = late ? watch.patience : watch.limit;
    bool idle = atomic_load(&watch.records[who]->n_idle) + BEATS_A_SECOND >= limit;
    if (sight->silent >= watch.limit) {
        *beats = sight->silent;
        return "has been stopped, or cannot run,";
    }
    *beats = sight->still;
    if (!works || sight->still < (idle ? 1 : 2) * limit) {
        return NULL;
    }
    return late ? "takes longer than --timeout, and has made no headway" : "has made no headway";
}

/* Whether the ranks of this node wait, and have done so for too long. */
static bool all_wait(void) {
    double limit = watch.limit * (watch.n_there < watch.n_ranks ? FAR_LIMITS : WAITING_LIMITS);
    bool all = true;
    for (int i = 0; i < watch.n_there; i++) {
        all = all && atomic_load(&watch.records[i]->occupation) == SM_WAITS && watch.sights[i].still >= limit;
    }
    return all;
}

/* Where a rank is stuck, be the one to tell, and end. */
static void bark(void) {
    atomic_bool *told = &watch.records[0]->told;
    bool waits = all_wait(), mine = waits && !atomic_exchange(told, true);
    if (mine) {
        tell(0, "has waited for other ranks", watch.sights[0].still);
    }
    for (int i = 0; i < watch.n_there && !waits; i++) {
        unsigned beats;
        const char *what = judge(i, &beats);
        mine = mine || (what && !atomic_exchange(told, true));
        if (what && mine) {
            tell(i, what, beats);
        }
    }
    if (mine) {
        leave();
    }
}

static void *keep_watch(void *data) {
    (void)data;
    struct pollfd end = {.fd = watch.end[0]};
    while (poll(&end, 1, 1000 / BEATS_A_SECOND) <= 0) {
        sm_time_limit_pass(1000 / BEATS_A_SECOND);
        publish();
        for (int i = 0; i < watch.n_there; i++) {
            look(watch.records[i], &watch.sights[i]);
        }
        if (atomic_load(&watch.records[0]->told)) {
            leave();
        }
        bark();
    }
    return NULL;
}

/* ---- the beginning and the end ---- */

/* Make memory that the ranks of this node share, a record of each. Where MPI cannot do that, each rank has a node of
 * its own. Collective. Returns the own record. */
static struct record *allocate(void) {
    static struct record alone;
    struct record *own;
    int done, all_done;
    MPI_Comm_split_type(watch.comm, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &watch.node);
    MPI_Comm_set_errhandler(watch.node, MPI_ERRORS_RETURN);
    done = MPI_Win_allocate_shared(sizeof *own, 1, MPI_INFO_NULL, watch.node, &own, &watch.window) == MPI_SUCCESS;
    MPI_Allreduce(&done, &all_done, 1, MPI_INT, MPI_MIN, watch.node);
    if (!all_done) {
        MPI_Comm_free(&watch.node);
        MPI_Comm_dup(MPI_COMM_SELF, &watch.node);
        own = &alone;
        watch.window = MPI_WIN_NULL;
    }
    MPI_Comm_rank(watch.node, &watch.here);
    MPI_Comm_size(watch.node, &watch.n_there);
    memset(own, 0, sizeof *own);
    MPI_Comm_rank(watch.comm, &own->rank);
    return own;
}

/* Have the records of all ranks of this node. Collective. */
static enum sparsemed_status share_records(struct sparsemed_error *error) {
    struct record *own = allocate();
    bool shared = watch.window != MPI_WIN_NULL;
    if (shared) {
        MPI_Win_lock_all(MPI_MODE_NOCHECK, watch.window);
    }
    watch.records = calloc((size_t)watch.n_there, sizeof *watch.records);
    watch.sights = calloc((size_t)watch.n_there, sizeof *watch.sights);
    for (int i = 0; i < watch.n_there && watch.records; i++) {
        MPI_Aint size;
        int unit;
        watch.records[i] = own;
        if (shared) {
            MPI_Win_shared_query(watch.window, i, &size, &unit, &watch.records[i]);
        }
    }
    return watch.records && watch.sights ? SPARSEMED_OK : sparsemed_fail_memory(error, "preparing to watch the ranks");
}

/* Start the thread, which hears no signals. */
static enum sparsemed_status start_thread(struct sparsemed_error *error) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    pthread_getcpuclockid(pthread_self(), &watch.processor);
    publish();
    int failure = pipe2(watch.end, O_CLOEXEC) == 0 ? 0 : errno;
    if (failure == 0) {
        failure = pthread_create(&watch.thread, NULL, keep_watch, NULL);
        watch.runs = failure == 0;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return watch.runs ? SPARSEMED_OK
                      : sparsemed_fail(error, SPARSEMED_INTERNAL,
                                       "no thread can be had to watch the ranks: %s; --stall-limit 0 does without, "
                                       "where there is no --timeout",
                                       strerror(failure));
}

enum sparsemed_status sm_watchdog_start(MPI_Comm comm, double limit, double timeout, struct sparsemed_error *error) {
    assert(watch.comm == MPI_COMM_NULL && limit >= 0 && timeout >= 0 && error->status == SPARSEMED_OK);
    if (limit == 0 && timeout == 0) {
        return SPARSEMED_OK;
    }
    MPI_Comm_dup(comm, &watch.comm);
    MPI_Comm_size(comm, &watch.n_ranks);
    watch.limit = limit > 0 ? limit * BEATS_A_SECOND : INFINITY;
    watch.patience = fmin(watch.limit, fmax(least_patience, fmin(most_patience, timeout)) * BEATS_A_SECOND);
    sm_time_limit_set(timeout);
    share_records(error);
    if (sm_vote(watch.comm, error) == SPARSEMED_OK) {
        start_thread(error);
    }
    return sm_vote(watch.comm, error);
}

static void note_path(const char *path, char place[PATH_MAX]) {
    pthread_mutex_lock(&lock);
    strcpy(place, path && strlen(path) < PATH_MAX ? path : "");
    pthread_mutex_unlock(&lock);
}

void sm_watchdog_owns(const char *path) {
    note_path(path, unfinished);
}

void sm_watchdog_delivers(const char *path) {
    note_path(path, undelivered);
}

void sm_watchdog_end(void) {
    if (watch.runs) {
        close(watch.end[1]);
        pthread_join(watch.thread, NULL);
        close(watch.end[0]);
        watch.runs = false;
    }
    if (watch.comm != MPI_COMM_NULL) {
        if (watch.window != MPI_WIN_NULL) {
            MPI_Win_unlock_all(watch.window);
            MPI_Win_free(&watch.window);
        }
        MPI_Comm_free(&watch.node);
        MPI_Comm_free(&watch.comm);
        free(watch.sights);
        free(watch.records);
    }
}
