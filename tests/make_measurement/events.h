/* When cells flow by. */
#ifndef TESTS_MAKE_MEASUREMENT_EVENTS_H
#define TESTS_MAKE_MEASUREMENT_EVENTS_H

#include "make_measurement/made_measurement.h"
#include "support/random.h"

struct event {
    size_t index;    /* place in the measurement */
    uint64_t number; /* of the frame among all that the camera took; strictly ascending */
    bool in_burst;
    size_t burst; /* which one, from 0 on */
};

struct event_source {
    const struct measurement *measurement;
    struct rng rng;
    struct event next;
    size_t burst_frames; /* frames in a burst */
};

/* Start at the first event. The measurement is borrowed. */
void events_start(struct event_source *source, const struct measurement *measurement);

/* The next event; call it at most measurement->n_frames times. */
struct event events_next(struct event_source *source);

#endif
