#include "parallel/status/overview.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "parallel/status/paces.h"
#include "rtdc/files/surrogates.h"

/* What is known of an output last. */
enum standing { IS_DONE, HAS_FAILED, WAS_STOPPED, HAS_BEGUN };

static enum standing standing_of(const struct sm_past *past) {
    if (*past->begun[0].time && strcmp(past->begun[0].time, past->ended) > 0) {
        return HAS_BEGUN;
    }
    return !*past->finished ? WAS_STOPPED : past->done ? IS_DONE : HAS_FAILED;
}

/* ---- what is worked on ---- */

/* What is needed while the list is made. */
struct listing {
    const struct sm_history *history;
    const struct sm_sightings *sightings;
    struct sm_overview *overview;
    size_t capacity;
    json_t *told; /* outputs that heartbeats tell of, as the journal has them */
};

/* Append to the list. Takes over the path, which may be NULL where memory is out. Returns false where it is. */
static bool append(struct listing *listing, struct sm_running running) {
    struct sm_overview *overview = listing->overview;
    if (running.path && overview->n_running == listing->capacity) {
        size_t capacity = 2 * listing->capacity + 64;
        struct sm_running *list = realloc(overview->running, capacity * sizeof *list);
        if (list) {
            overview->running = list;
            listing->capacity = capacity;
        }
    }
    if (!running.path || overview->n_running == listing->capacity) {
        free(running.path);
        return false;
    }
    overview->running[overview->n_running++] = running;
    return true;
}

/* Add what a heartbeat tells of, unless it has ended since. */
static bool add_undertaking(struct listing *listing, const struct sm_sighting *job,
                            const struct sm_undertaking *undertaking, const struct sm_paces *paces) {
    const struct sm_past *past = sm_history_find(listing->history, undertaking->output);
    json_t *key = sm_json_from_bytes(undertaking->output);
    bool noted = key && json_object_set_new(listing->told, json_string_value(key), json_true()) == 0;
    json_decref(key);
    if (noted && past && strcmp(past->ended, undertaking->since) > 0) {
        return true;
    }
    double limit = 2 * job->beat.interval; /* beyond it the clocks differ */
    struct sm_running running = {
        .path = strdup(undertaking->input),
        .job = job,
        .undertaking = undertaking,
        .since = undertaking->since,
        .seconds = undertaking->seconds + fmin(fmax(job->beat.age, job->beat.unchanged), limit),
        .expected = sm_paces_expect(paces, undertaking->bytes, undertaking->n_ranks),
    };
    running.is_straggler = sm_paces_is_straggler(running.seconds, running.expected);
    return append(listing, running) && noted;
}

static bool add_undertakings(struct listing *listing) {
    struct sm_paces paces = sm_paces_of(listing->history);
    bool added = true;
    for (size_t i = 0; i < listing->sightings->n; i++) {
        const struct sm_sighting *job = &listing->sightings->list[i];
        for (size_t j = 0; j < job->pulse.n && job->liveness != SM_SILENT && added; j++) {
            added = add_undertaking(listing, job, &job->pulse.undertakings[j], &paces);
        }
    }
    sm_paces_free(&paces);
    return added;
}

/* Whether what has begun at a time, and no heartbeat tells of, may belong to a job that lives: it has begun since the
 * heartbeat was renewed, or there are too many to be told.
 *
 * n_untold   so many more may be of these; counted down */
static bool may_run(const struct listing *listing, const char *begun, uint64_t *n_untold) {
    bool of_untold = false;
    for (size_t i = 0; i < listing->sightings->n; i++) {
        const struct sm_sighting *job = &listing->sightings->list[i];
        if (job->liveness != SM_SILENT && strcmp(begun, job->pulse.renewed) >= 0) {
            return true;
        }
        of_untold |= job->liveness != SM_SILENT && strcmp(begun, job->pulse.started) >= 0;
    }
    of_untold = of_untold && *n_untold > 0;
    *n_untold -= of_untold;
    return of_untold;
}

/* Add what the journal alone tells of, or count it as lost. */
static bool add_begun(struct listing *listing, const char *key, const struct sm_past *past, uint64_t *n_untold) {
    if (json_object_get(listing->told, key)) {
        return true;
    }
    if (!may_run(listing, past->begun[0].time, n_untold)) {
        listing->overview->n_lost++;
        return true;
    }
    json_t *name = json_string(key);
    char *path = name ? sm_json_to_bytes(name) : NULL;
    json_decref(name);
    return append(listing, (struct sm_running){.path = path, .since = past->begun[0].time, .seconds = -1});
}

static int compare(const void *left, const void *right) {
    const struct sm_running *a = left, *b = right;
    int order = b->is_straggler - a->is_straggler;
    order = order ? order : strcmp(a->since, b->since);
    return order ? order : strcmp(a->path, b->path);
}

/* ---- counts ---- */

/* Go through the journals.
 *
 * failed   [history->n], receives what has failed
 *
 * Returns false where memory is out. */
static bool count_pasts(struct listing *listing, const struct sm_past **failed) {
    struct sm_overview *overview = listing->overview;
    const char *key;
    json_t *number;
    uint64_t n_untold = 0;
    bool counted = true;
    for (size_t i = 0; i < listing->sightings->n; i++) {
        const struct sm_sighting *job = &listing->sightings->list[i];
        n_untold +=
            job->liveness != SM_SILENT && job->pulse.n_at_work > job->pulse.n ? job->pulse.n_at_work - job->pulse.n : 0;
    }
    json_object_foreach(listing->history->index, key, number) {
        const struct sm_past *past = &listing->history->list[json_integer_value(number)];
        switch (standing_of(past)) {
        case IS_DONE:
            overview->n_done++;
            break;
        case HAS_FAILED:
            failed[overview->n_failed++] = past;
            break;
        case WAS_STOPPED:
            overview->n_stopped++;
            break;
        default:
            counted = counted && add_begun(listing, key, past, &n_untold);
        }
    }
    return counted;
}

/* Add up what the jobs that live have to do. Jobs work side by side: the last one ends last. */
static void count_jobs(const struct sm_sightings *sightings, struct sm_overview *overview) {
    for (size_t i = 0; i < sightings->n; i++) {
        const struct sm_sighting *job = &sightings->list[i];
        const struct sm_pulse *pulse = &job->pulse;
        if (job->liveness == SM_SILENT) {
            continue;
        }
        double rate = pulse->seconds > 0 ? (double)pulse->n_frames_done / pulse->seconds : 0;
        uint64_t n_frames_left = pulse->n_frames > pulse->n_frames_done ? pulse->n_frames - pulse->n_frames_done : 0;
        overview->n_jobs++;
        overview->n_left += pulse->phase == SM_SURVEYS ? pulse->n_files : pulse->n_left;
        overview->n_frames += pulse->n_frames;
        overview->n_frames_done += pulse->n_frames_done;
        overview->rate += rate;
        if (pulse->phase == SM_SURVEYS || (rate <= 0 && n_frames_left > 0)) {
            overview->seconds_left = -1;
        } else if (overview->seconds_left >= 0 && n_frames_left > 0) {
            overview->seconds_left = fmax(overview->seconds_left, (double)n_frames_left / rate);
        }
    }
}

enum sparsemed_status sm_overview_make(const struct sm_history *history, const struct sm_sightings *sightings,
                                       struct sm_overview *overview, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    *overview = (struct sm_overview){0};
    struct listing listing = {history, sightings, overview, 0, json_object()};
    const struct sm_past **failed = malloc(history->n * sizeof *failed + 1);
    count_jobs(sightings, overview);
    if (!failed || !listing.told || !add_undertakings(&listing) || !count_pasts(&listing, failed)) {
        sparsemed_fail_memory(error, "bringing together what jobs tell");
    } else if (sm_reasons_count(failed, overview->n_failed, &overview->reasons, error) == SPARSEMED_OK &&
               overview->n_running > 0) {
        qsort(overview->running, overview->n_running, sizeof *overview->running, compare);
    }
    json_decref(listing.told);
    free(failed);
    return error->status;
}

void sm_overview_free(struct sm_overview *overview) {
    for (size_t i = 0; i < overview->n_running; i++) {
        free(overview->running[i].path);
    }
    free(overview->running);
    sm_reasons_free(&overview->reasons);
    *overview = (struct sm_overview){0};
}
