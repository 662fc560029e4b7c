/* Heartbeats of jobs, whatever has become of them, and what status makes of one beside a journal: the bytes are the
 * one, a zero, and the other. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzzing.h"
#include "parallel/status/overview.h"

static bool ends(const char *text, size_t size) {
    return strnlen(text, size) < size;
}

static void look_at_pulse(const struct sm_pulse *pulse) {
    must(*pulse->host && ends(pulse->host, sizeof pulse->host) && ends(pulse->slurm_job, sizeof pulse->slurm_job),
         "a name has no end");
    must(*pulse->renewed && ends(pulse->renewed, sizeof pulse->renewed) && ends(pulse->started, sizeof pulse->started),
         "a time has no end");
    must(pulse->interval >= 1 && pulse->interval <= 60, "nobody would wait for it");
    must(pulse->seconds >= 0 && isfinite(pulse->seconds), "a time makes no sense");
    must(pulse->phase == SM_SURVEYS || pulse->phase == SM_AT_WORK, "there is no such phase");
    for (size_t i = 0; i < pulse->n; i++) {
        const struct sm_undertaking *undertaking = &pulse->undertakings[i];
        must(undertaking->input && undertaking->output, "a measurement has no name");
        must(ends(undertaking->since, sizeof undertaking->since) && isfinite(undertaking->seconds),
             "a time makes no sense");
    }
}

/* What was read and is written tells the same when it is read again. */
static void must_stay(const struct sm_pulse *pulse) {
    struct sm_pulse again;
    char *text = sm_pulse_write(pulse);
    must(text && sm_pulse_read(text, &again), "it is not read back");
    must(strcmp(again.host, pulse->host) == 0 && strcmp(again.renewed, pulse->renewed) == 0, "a text is another one");
    must(again.n == pulse->n && again.n_frames == pulse->n_frames && again.n_left == pulse->n_left, "a number, too");
    for (size_t i = 0; i < pulse->n; i++) {
        must(strcmp(again.undertakings[i].output, pulse->undertakings[i].output) == 0, "a path is another one");
    }
    sm_pulse_free(&again);
    free(text);
}

static void look_at_overview(const struct sm_overview *overview, const struct sm_history *history, size_t n_told) {
    uint64_t n_known = overview->n_done + overview->n_failed + overview->n_stopped + overview->n_lost;
    must(n_known <= history->n && overview->n_running <= history->n - n_known + n_told, "measurements are miscounted");
    must(overview->rate >= 0 && isfinite(overview->rate), "the rate makes no sense");
    must(overview->seconds_left >= -1 && isfinite(overview->seconds_left), "the time left makes no sense");
    for (size_t i = 0; i < overview->n_running; i++) {
        const struct sm_running *running = &overview->running[i];
        must(running->path && running->since && isfinite(running->seconds), "what is at work has no name");
        must(running->expected >= 0 && isfinite(running->expected), "the time that it takes makes no sense");
    }
}

static void bring_together(struct sm_pulse *pulse, const char *journal) {
    struct sm_sighting job = {.beat = {.interval = pulse->interval, .age = 1}, .pulse = *pulse};
    const struct sm_sightings sightings = {.n = 1, .list = &job};
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_history history;
    struct sm_overview overview = {0};
    if (went_well(sm_history_read(journal, &history, &error), &error, SPARSEMED_INPUT, SPARSEMED_INPUT) &&
        went_well(sm_overview_make(&history, &sightings, &overview, &error), &error, SPARSEMED_OK, SPARSEMED_OK)) {
        look_at_overview(&overview, &history, pulse->n);
    }
    sm_overview_free(&overview);
    sm_history_free(&history);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes) {
    struct sm_pulse pulse;
    char *text = to_text(data, n_bytes);
    size_t length = strlen(text) < n_bytes ? strlen(text) + 1 : n_bytes;
    if (sm_pulse_read(text, &pulse)) {
        look_at_pulse(&pulse);
        must_stay(&pulse);
        bring_together(&pulse, to_file(data + length, n_bytes - length));
    }
    sm_pulse_free(&pulse);
    free(text);
    return 0;
}
