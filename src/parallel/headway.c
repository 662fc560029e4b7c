#include "parallel/headway.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

static atomic_uint count;
static atomic_int occupation;
static const char *_Atomic call = "";

/* These change rarely. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *work = "starting";
static char file[PATH_MAX];

static void note(enum sm_occupation now, const char *next) {
    atomic_store_explicit(&occupation, now, memory_order_relaxed);
    atomic_store_explicit(&call, next, memory_order_relaxed);
    atomic_fetch_add_explicit(&count, 1, memory_order_relaxed);
}

void sm_headway_begin(const char *next_work, const char *next_file) {
    pthread_mutex_lock(&lock);
    work = next_work;
    snprintf(file, sizeof file, "%s", next_file);
    pthread_mutex_unlock(&lock);
    note(SM_WORKS, "");
}

void sm_headway(const char *next) {
    note(SM_WORKS, next);
}

void sm_headway_wait(const char *next) {
    note(SM_WAITS, next);
}

void sm_headway_tell(void) {
    note(SM_TELLS, "");
}

void sm_headway_look(struct sm_headway *headway) {
    const char *now = atomic_load_explicit(&call, memory_order_relaxed);
    headway->count = atomic_load_explicit(&count, memory_order_relaxed);
    headway->occupation = (enum sm_occupation)atomic_load_explicit(&occupation, memory_order_relaxed);
    pthread_mutex_lock(&lock);
    snprintf(headway->place, sizeof headway->place, "%s%s%s%s%s%s", work, *file ? " " : "", file, *now ? " (" : "", now,
             *now ? ")" : "");
    pthread_mutex_unlock(&lock);
}
