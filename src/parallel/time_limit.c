#include "parallel/time_limit.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A line is appended so much before the time is over, as the ranks do not count it at the same moments. */
enum { EARLIER = 500 /* milliseconds */ };

static double limit = INFINITY; /* milliseconds */
static atomic_bool timed;
static atomic_ullong taken; /* milliseconds */

/* What is begun. A rank that is stuck does not learn any more what others have come to, so its watchdog tells only of
 * what the rank itself works on. */
struct announced {
    size_t number;
    int descriptor;
    char *line; /* NULL once it is appended */
    unsigned long long taken;
    struct announced *next;
};
static struct announced *all;
static size_t own = SIZE_MAX; /* the number of what this rank works on */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void sm_time_limit_set(double seconds) {
    limit = seconds > 0 ? 1000 * seconds : INFINITY;
}

void sm_time_limit_begin(void) {
    atomic_store(&taken, 0);
    atomic_store(&timed, true);
}

void sm_time_limit_end(void) {
    atomic_store(&timed, false);
}

bool sm_time_limit_is_over(void) {
    return atomic_load(&timed) && (double)atomic_load(&taken) >= limit;
}

double sm_time_limit_seconds(void) {
    return limit / 1000;
}

void sm_time_limit_announce(size_t number, int descriptor, const char *line) {
    struct announced *new = isfinite(limit) ? malloc(sizeof *new) : NULL;
    if (new) {
        *new = (struct announced){.number = number, .descriptor = descriptor, .line = strdup(line)};
        pthread_mutex_lock(&lock);
        new->next = all;
        all = new;
        pthread_mutex_unlock(&lock);
    }
}

void sm_time_limit_withdraw(size_t number) {
    pthread_mutex_lock(&lock);
    struct announced **place = &all, *found;
    while (*place && (*place)->number != number) {
        place = &(*place)->next;
    }
    found = *place;
    if (found) {
        *place = found->next;
    }
    pthread_mutex_unlock(&lock);
    if (found) {
        free(found->line);
        free(found);
    }
}

static void append_if_due(struct announced *one) {
    if (one->line && (double)(one->taken + EARLIER) >= limit) {
        (void)!write(one->descriptor, one->line, strlen(one->line));
        free(one->line);
        one->line = NULL;
    }
}

void sm_time_limit_own(size_t number) {
    pthread_mutex_lock(&lock);
    own = number;
    pthread_mutex_unlock(&lock);
}

void sm_time_limit_serve(void) {
    pthread_mutex_lock(&lock);
    for (struct announced *one = all; one; one = one->next) {
        append_if_due(one);
    }
    pthread_mutex_unlock(&lock);
}

void sm_time_limit_pass(unsigned milliseconds) {
    atomic_fetch_add(&taken, milliseconds);
    pthread_mutex_lock(&lock);
    for (struct announced *one = all; one; one = one->next) {
        one->taken += milliseconds;
        if (one->number == own) {
            append_if_due(one);
        }
    }
    pthread_mutex_unlock(&lock);
}
