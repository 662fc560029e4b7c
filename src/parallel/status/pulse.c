#include "parallel/status/pulse.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/files/surrogates.h"

const char *const sm_job_phases[SM_N_PHASES] = {[SM_SURVEYS] = "survey", [SM_AT_WORK] = "work"};

static const double least_interval = 1, most_interval = 20; /* seconds: who looks may have to wait for some of these */

/* ---- writing ---- */

static void put_count(json_t *object, const char *name, uint64_t value) {
    json_object_set_new(object, name, json_integer((json_int_t)value));
}

static void put_text(json_t *object, const char *name, const char *text) {
    json_object_set_new(object, name, sm_json_from_bytes(text));
}

static json_t *undertaking_value(const struct sm_undertaking *undertaking) {
    json_t *value = json_object();
    put_text(value, "input", undertaking->input ? undertaking->input : "");
    put_text(value, "output", undertaking->output ? undertaking->output : "");
    put_text(value, "since", undertaking->since);
    json_object_set_new(value, "seconds", json_real(undertaking->seconds));
    put_count(value, "ranks", undertaking->n_ranks);
    put_count(value, "frames", undertaking->n_frames);
    put_count(value, "frames_done", undertaking->n_frames_done);
    put_count(value, "bytes", undertaking->bytes);
    return value;
}

static void put_counts(json_t *value, const struct sm_pulse *pulse) {
    put_count(value, "files", pulse->n_files);
    put_count(value, "to_do", pulse->n_to_do);
    put_count(value, "done", pulse->n_done);
    put_count(value, "unchanged", pulse->n_unchanged);
    put_count(value, "failed", pulse->n_failed);
    put_count(value, "left", pulse->n_left);
    put_count(value, "frames", pulse->n_frames);
    put_count(value, "frames_done", pulse->n_frames_done);
    put_count(value, "at_work", pulse->n_at_work);
}

char *sm_pulse_write(const struct sm_pulse *pulse) {
    json_t *value = json_object(), *undertakings = json_array();
    put_count(value, "schema", SM_PULSE_SCHEMA);
    put_text(value, "host", pulse->host);
    put_count(value, "pid", (uint64_t)pulse->process);
    if (*pulse->slurm_job) {
        put_text(value, "slurm_job", pulse->slurm_job);
    }
    put_count(value, "shard", pulse->shard);
    put_count(value, "shards", pulse->n_shards);
    put_count(value, "ranks", pulse->n_ranks);
    put_text(value, "started", pulse->started);
    put_text(value, "renewed", pulse->renewed);
    json_object_set_new(value, "interval", json_real(pulse->interval));
    put_text(value, "phase", sm_job_phases[pulse->phase]);
    json_object_set_new(value, "seconds", json_real(pulse->seconds));
    put_counts(value, pulse);
    for (size_t i = 0; i < pulse->n; i++) {
        json_array_append_new(undertakings, undertaking_value(&pulse->undertakings[i]));
    }
    json_object_set_new(value, "measurements", undertakings);
    char *text = value ? sm_json_write(value, JSON_REAL_PRECISION(6)) : NULL;
    json_decref(value);
    return text;
}

/* ---- reading ---- */

static uint64_t count_of(const json_t *object, const char *name) {
    json_int_t number = json_integer_value(json_object_get(object, name));
    return number > 0 ? (uint64_t)number : 0;
}

/* Seconds by which anything that is counted can be divided, and which it can be multiplied by. */
static double seconds_of(const json_t *object, const char *name) {
    double seconds = json_number_value(json_object_get(object, name));
    return seconds > 1e-6 && seconds < 1e12 ? seconds : 0;
}

/* A text, as much of it as there is room for. */
static void take_text(const json_t *object, const char *name, char *text, size_t size) {
    char *bytes = sm_json_to_bytes(json_object_get(object, name));
    snprintf(text, size, "%s", bytes ? bytes : "");
    free(bytes);
}

/* Returns false where it is none, or memory is out. */
static bool read_undertaking(const json_t *value, struct sm_undertaking *undertaking) {
    *undertaking = (struct sm_undertaking){
        .input = sm_json_to_bytes(json_object_get(value, "input")),
        .output = sm_json_to_bytes(json_object_get(value, "output")),
        .seconds = seconds_of(value, "seconds"),
        .n_ranks = count_of(value, "ranks"),
        .n_frames = count_of(value, "frames"),
        .n_frames_done = count_of(value, "frames_done"),
        .bytes = count_of(value, "bytes"),
    };
    take_text(value, "since", undertaking->since, sizeof undertaking->since);
    return undertaking->input && undertaking->output;
}

static bool read_undertakings(const json_t *list, struct sm_pulse *pulse) {
    size_t n = json_array_size(list);
    pulse->undertakings = calloc(n + 1, sizeof *pulse->undertakings);
    if (!pulse->undertakings) {
        return false;
    }
    bool all_read = true;
    for (; pulse->n < n && all_read; pulse->n++) {
        all_read = read_undertaking(json_array_get(list, pulse->n), &pulse->undertakings[pulse->n]);
    }
    return all_read;
}

static void read_counts(const json_t *value, struct sm_pulse *pulse) {
    pulse->n_files = count_of(value, "files");
    pulse->n_to_do = count_of(value, "to_do");
    pulse->n_done = count_of(value, "done");
    pulse->n_unchanged = count_of(value, "unchanged");
    pulse->n_failed = count_of(value, "failed");
    pulse->n_left = count_of(value, "left");
    pulse->n_frames = count_of(value, "frames");
    pulse->n_frames_done = count_of(value, "frames_done");
    pulse->n_at_work = count_of(value, "at_work");
}

bool sm_pulse_read(const char *text, struct sm_pulse *pulse) {
    json_t *value = sm_json_read(text);
    const char *phase = json_string_value(json_object_get(value, "phase"));
    *pulse = (struct sm_pulse){
        .process = (int64_t)count_of(value, "pid"),
        .shard = count_of(value, "shard"),
        .n_shards = count_of(value, "shards"),
        .n_ranks = count_of(value, "ranks"),
        .interval = fmin(fmax(seconds_of(value, "interval"), least_interval), most_interval),
        .phase = phase && strcmp(phase, sm_job_phases[SM_SURVEYS]) == 0 ? SM_SURVEYS : SM_AT_WORK,
        .seconds = seconds_of(value, "seconds"),
    };
    take_text(value, "host", pulse->host, sizeof pulse->host);
    take_text(value, "slurm_job", pulse->slurm_job, sizeof pulse->slurm_job);
    take_text(value, "started", pulse->started, sizeof pulse->started);
    take_text(value, "renewed", pulse->renewed, sizeof pulse->renewed);
    read_counts(value, pulse);
    bool is_pulse =
        phase && *pulse->host && *pulse->renewed && read_undertakings(json_object_get(value, "measurements"), pulse);
    json_decref(value);
    return is_pulse;
}

void sm_pulse_free(struct sm_pulse *pulse) {
    for (size_t i = 0; i < pulse->n; i++) {
        free(pulse->undertakings[i].input);
        free(pulse->undertakings[i].output);
    }
    free(pulse->undertakings);
    *pulse = (struct sm_pulse){0};
}
