#include "cli/tables/forecast_table.h"

#include <inttypes.h>

#include "cli/archive_list.h"
#include "cli/tell.h"
#include "rtdc/files/surrogates.h"

static const double mega = 1e6;

static const char *const states[] = {
    [SM_TO_DO] = "to do",
    [SM_DONE_BEFORE] = "done before",
    [SM_FAILED_BEFORE] = "failed before",
    [SM_UNUSABLE] = "cannot be done",
};

/* What there is to say of the time stamps. */
static const char *timing_note(const struct sm_finding *finding) {
    switch (finding->facts.timing) {
    case SM_TIMING_FRAME:
        return "time from frame numbers";
    case SM_TIMING_RATE:
        return "time estimated from the frame rate";
    case SM_TIMING_GUESS:
        return "time is a guess: neither stamps nor a frame rate";
    default:
        return "";
    }
}

/* Sums over the measurements. */
struct totals {
    size_t n_of_state[4];
    uint64_t n_frames, n_steps, size; /* of what is to do */
    double decoded;                   /* bytes, of what is to do */
    uint64_t memory;                  /* the most of a rank */
    uint64_t images;                  /* see struct sm_outlook */
};

static struct totals add_up(const struct sm_forecast *forecast) {
    struct totals totals = {0};
    for (size_t i = 0; i < forecast->sources->n; i++) {
        const struct sm_finding *finding = &forecast->findings[i];
        totals.n_of_state[finding->verdict]++;
        if (finding->verdict == SM_TO_DO) {
            uint64_t memory = forecast->outlooks[i].memory;
            totals.n_frames += finding->facts.n_frames;
            totals.n_steps += finding->facts.n_steps;
            totals.size += finding->input.size;
            totals.decoded += (double)finding->facts.n_frames * (double)(finding->facts.height * finding->facts.width);
            totals.memory = memory > totals.memory ? memory : totals.memory;
            totals.images += forecast->outlooks[i].images;
        }
    }
    return totals;
}

/* ---- to people ---- */

static void tell_row(FILE *stream, const struct sm_forecast *forecast, size_t i) {
    const struct sm_finding *finding = &forecast->findings[i];
    const struct sm_outlook *outlook = &forecast->outlooks[i];
    const char *input = forecast->sources->list[i].input;
    if (finding->verdict == SM_TO_DO) {
        const char *note = timing_note(finding);
        sm_tell(stream, "%11" PRIu64 " %10.1f  %-20s %9" PRIu64 " %6zu %8.0f  %s%s%s", finding->facts.n_frames,
                (double)finding->input.size / mega, finding->facts.storage, finding->facts.n_steps, outlook->n_ranks,
                (double)outlook->memory / mega, input, *note ? ": " : "", note);
    } else {
        sm_tell(stream, "%11s %10.1f  %-20s %9s %6s %8s  %s: %s", "", (double)finding->input.size / mega, "", "", "",
                "", input, states[finding->verdict]);
    }
}

static void tell_problems(const struct sm_forecast *forecast) {
    for (size_t i = 0; i < forecast->sources->n; i++) {
        const struct sm_finding *finding = &forecast->findings[i];
        if (finding->verdict == SM_UNUSABLE || finding->verdict == SM_FAILED_BEFORE) {
            sm_tell(stderr, "sparsemed: %s: %s", states[finding->verdict],
                    finding->reason ? finding->reason : forecast->sources->list[i].input);
        }
    }
}

static void tell_totals(FILE *stream, const struct sm_forecast *forecast) {
    struct totals totals = add_up(forecast);
    fprintf(stream, "%zu measurements: %zu to do, %zu done before, %zu failed before, %zu that cannot be done",
            forecast->sources->n, totals.n_of_state[SM_TO_DO], totals.n_of_state[SM_DONE_BEFORE],
            totals.n_of_state[SM_FAILED_BEFORE], totals.n_of_state[SM_UNUSABLE]);
    sm_archive_list_tell_rest(stream, forecast->sources);
    fputc('\n', stream);
    fprintf(stream, "%" PRIu64 " frames, %.1f MB stored, %.1f MB decoded, %" PRIu64 " split points\n", totals.n_frames,
            (double)totals.size / mega, totals.decoded / mega, totals.n_steps);
    if (totals.images > 0) {
        fprintf(stream, "an image a frame takes up to %.1f MB on the disk, beside the copies of the measurements\n",
                (double)totals.images / mega);
    }
    if (forecast->rate > 0) {
        fprintf(stream, "about %.0f s on %zu %s, of up to %.0f MB, that decode %.0f MB/s each\n", forecast->seconds,
                forecast->n_ranks, forecast->n_ranks == 1 ? "rank" : "ranks", (double)totals.memory / mega,
                forecast->rate / mega);
    }
}

void sm_forecast_tell(FILE *stream, const struct sm_forecast *forecast, bool table) {
    tell_problems(forecast);
    if (table) {
        fprintf(stream, "%11s %10s  %-20s %9s %6s %8s  %s\n", "frames", "MB", "stored as", "steps", "ranks", "MB/rank",
                "measurement");
    }
    for (size_t i = 0; i < forecast->sources->n && table; i++) {
        tell_row(stream, forecast, i);
    }
    tell_totals(stream, forecast);
}

/* ---- to programs ---- */

static void set_count(json_t *object, const char *name, uint64_t value) {
    json_object_set_new(object, name, json_integer((json_int_t)value));
}

static json_t *file_value(const struct sm_forecast *forecast, size_t i) {
    const struct sm_finding *finding = &forecast->findings[i];
    json_t *value = json_object();
    json_object_set_new(value, "input", sm_json_from_bytes(forecast->sources->list[i].input));
    json_object_set_new(value, "output", sm_json_from_bytes(forecast->sources->list[i].output));
    json_object_set_new(value, "state", json_string(states[finding->verdict]));
    set_count(value, "size", finding->input.size);
    if (finding->reason) {
        json_object_set_new(value, "error", sm_json_from_bytes(finding->reason));
    }
    if (finding->verdict == SM_TO_DO) {
        set_count(value, "frames", finding->facts.n_frames);
        set_count(value, "height", finding->facts.height);
        set_count(value, "width", finding->facts.width);
        json_object_set_new(value, "layout", json_string(finding->facts.storage));
        set_count(value, "steps", finding->facts.n_steps);
        set_count(value, "ranks", forecast->outlooks[i].n_ranks);
        set_count(value, "memory", forecast->outlooks[i].memory);
        set_count(value, "image_bytes", forecast->outlooks[i].images);
        json_object_set_new(value, "timing", json_string(timing_note(finding)));
    }
    return value;
}

json_t *sm_forecast_value(const struct sm_forecast *forecast) {
    struct totals totals = add_up(forecast);
    json_t *value = json_object(), *files = json_array();
    set_count(value, "to_do", totals.n_of_state[SM_TO_DO]);
    set_count(value, "done_before", totals.n_of_state[SM_DONE_BEFORE]);
    set_count(value, "failed_before", totals.n_of_state[SM_FAILED_BEFORE]);
    set_count(value, "cannot_be_done", totals.n_of_state[SM_UNUSABLE]);
    set_count(value, "passed_over", forecast->sources->n_passed_over);
    set_count(value, "left_out", sm_sources_left_out(forecast->sources));
    set_count(value, "frames", totals.n_frames);
    set_count(value, "steps", totals.n_steps);
    set_count(value, "bytes", totals.size);
    set_count(value, "bytes_decoded", (uint64_t)totals.decoded);
    set_count(value, "ranks", forecast->n_ranks);
    set_count(value, "memory", totals.memory);
    set_count(value, "image_bytes", totals.images);
    json_object_set_new(value, "decode_rate", json_real(forecast->rate));
    json_object_set_new(value, "seconds", json_real(forecast->seconds));
    for (size_t i = 0; i < forecast->sources->n; i++) {
        json_array_append_new(files, file_value(forecast, i));
    }
    json_object_set_new(value, "files", files);
    return value;
}
