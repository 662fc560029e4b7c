/* What an archive is at: what the journals tell of it, and the jobs that are seen at work (sightings.h), brought
 * together.
 *
 * A heartbeat is some seconds older than the journals: what has ended since is not at work any more, and what has begun
 * since is, but no more is known of it. What was begun, and neither has an end nor belongs to a job that lives, is
 * lost. Times of the same job are compared with each other, as all are by the clock of its first rank; of times of
 * different nodes nothing depends but such things of a moment. */
#ifndef PARALLEL_STATUS_OVERVIEW_H
#define PARALLEL_STATUS_OVERVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parallel/journal/history.h"
#include "parallel/status/reasons.h"
#include "parallel/status/sightings.h"

/* A measurement that is worked on. */
struct sm_running {
    char *path;                               /* of the input, or the output where only that is known; owned */
    const struct sm_sighting *job;            /* NULL where that is not known; borrowed, as is the next one */
    const struct sm_undertaking *undertaking; /* NULL: it has only just begun */
    const char *since;                        /* borrowed */
    double seconds;                           /* since then; below 0: not known */
    double expected;                          /* seconds that its like take; 0: not known */
    bool is_straggler;
};

struct sm_overview {
    uint64_t n_done, n_failed;
    uint64_t n_stopped; /* by a request, without a result */
    uint64_t n_lost;

    /* Of the jobs that live; 0 where there is none. */
    size_t n_jobs;
    uint64_t n_left, n_frames, n_frames_done;
    double rate;         /* frames a second */
    double seconds_left; /* until the last of them is done; below 0: not known */

    size_t n_running;
    struct sm_running *running; /* [n_running]: stragglers first, then by their beginning */
    struct sm_reasons reasons;  /* of what has failed */
};

/* Bring it together.
 *
 * history, sightings   borrowed, and must outlive the overview unchanged
 * overview             receives it; release with sm_overview_free, also after a failure
 *
 * SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_overview_make(const struct sm_history *history, const struct sm_sightings *sightings,
                                       struct sm_overview *overview, struct sparsemed_error *error);

/* Release; all zero is fine. */
void sm_overview_free(struct sm_overview *overview);

#endif
