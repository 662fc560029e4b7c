#include "make_measurement/events.h"

/* A burst must fill most of a window of 200 frames, even if the nearest split point is half a second off. */
static const double burst_seconds = 1.2;
static const double min_burst_frames = 260;

enum { PURPOSE_GAPS = 1, PURPOSE_BURSTS = 1000 };

static size_t count_burst_frames(const struct measurement *m) {
    if (m->n_bursts == 0) {
        return 0;
    }
    size_t most = (size_t)((double)m->n_frames * m->burst_fraction) / m->n_bursts;
    double wanted = fmax(burst_seconds * m->rate, min_burst_frames);
    return wanted < (double)most ? (size_t)wanted : most;
}

/* Each burst lies somewhere in its own equal share of the frames. */
static void look_up_burst(const struct event_source *source, struct event *event) {
    const struct measurement *m = source->measurement;
    if (source->burst_frames == 0) {
        return;
    }
    size_t share = m->n_frames / m->n_bursts;
    event->burst = event->index / share;
    struct rng rng = rng_start(m->seed, PURPOSE_BURSTS + event->burst);
    size_t begin = event->burst * share + rng_next(&rng) % (share - source->burst_frames + 1);
    event->in_burst =
        event->burst < m->n_bursts && event->index >= begin && event->index - begin < source->burst_frames;
}

/* Frames until the next cell comes: the discrete counterpart of exponentially distributed gaps. */
static uint64_t draw_gap(struct event_source *source) {
    const struct measurement *m = source->measurement;
    double rate = m->rate;
    if (source->next.in_burst) {
        rate = fmax(rate, (double)source->burst_frames / burst_seconds);
    }
    double probability = fmin(rate / m->frame_rate, 1);
    return 1 + (uint64_t)(log(rng_between(&source->rng, 0, 1)) / log1p(-probability));
}

void events_start(struct event_source *source, const struct measurement *measurement) {
    *source = (struct event_source){.measurement = measurement, .rng = rng_start(measurement->seed, PURPOSE_GAPS)};
    source->burst_frames = count_burst_frames(measurement);
    look_up_burst(source, &source->next);
    source->next.number = draw_gap(source);
}

struct event events_next(struct event_source *source) {
    struct event event = source->next;
    source->next.index++;
    look_up_burst(source, &source->next);
    source->next.number += draw_gap(source);
    if (source->next.index == source->measurement->n_frames / 2) {
        source->next.number += (uint64_t)(source->measurement->pause * source->measurement->frame_rate);
    }
    return event;
}
