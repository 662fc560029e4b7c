#include "cli/tables/status_table.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "cli/tell.h"
#include "core/numbers.h"
#include "rtdc/files/surrogates.h"

enum { MOST_REASONS = 10, MOST_RUNNING = 200, DURATION_SIZE = 32 };

/* ---- to people ---- */

/* Seconds as people tell them. */
static const char *duration(double seconds, char text[DURATION_SIZE]) {
    static const struct {
        double from, unit;
        const char *name;
    } scales[] = {{172800, 86400, "days"}, {7200, 3600, "h"}, {120, 60, "min"}, {0, 1, "s"}};
    size_t i = 0;
    if (seconds < 0) {
        return "-";
    }
    while (scales[i].from > seconds) {
        i++;
    }
    snprintf(text, DURATION_SIZE, "%.0f %s", seconds / scales[i].unit, scales[i].name);
    return text;
}

/* How long a silent job has been so, as far as clocks tell. */
static double silence_of(const struct sm_sighting *job) {
    return job->beat.age > job->beat.unchanged ? job->beat.age : job->beat.unchanged;
}

/* Where a job runs. */
static void describe_job(const struct sm_pulse *pulse, char text[1024]) {
    char shard[64] = "";
    if (pulse->n_shards > 1) {
        snprintf(shard, sizeof shard, ", shard %" PRIu64 " of %" PRIu64, pulse->shard, pulse->n_shards);
    }
    snprintf(text, 1024, "%s, process %" PRId64 "%s%s%s, %" PRIu64 " rank%s, since %s", pulse->host, pulse->process,
             *pulse->slurm_job ? ", Slurm job " : "", pulse->slurm_job, shard, pulse->n_ranks,
             pulse->n_ranks == 1 ? "" : "s", pulse->started);
}

static void tell_job(FILE *stream, const struct sm_sighting *job) {
    const struct sm_pulse *pulse = &job->pulse;
    char who[1024], silence[DURATION_SIZE];
    describe_job(pulse, who);
    if (job->liveness == SM_SILENT) {
        sm_tell(stream, "  %s: stopped renewing %s ago, at %s: it has died, or is held up", who,
                duration(silence_of(job), silence), pulse->renewed);
    } else if (pulse->phase == SM_SURVEYS) {
        sm_tell(stream, "  %s: looks at %" PRIu64 " measurements", who, pulse->n_files);
    } else {
        sm_tell(stream, "  %s: %" PRIu64 " of %" PRIu64 " measurements done, %" PRIu64 " failed, %" PRIu64 " left", who,
                pulse->n_done + pulse->n_unchanged, pulse->n_files, pulse->n_failed, pulse->n_left);
    }
}

static void tell_jobs(FILE *stream, const struct sm_sightings *sightings) {
    size_t n_silent = sm_sightings_count(sightings, SM_SILENT);
    fprintf(stream, "jobs: %zu at work", sightings->n - n_silent);
    if (n_silent > 0) {
        fprintf(stream, ", %zu stopped renewing", n_silent);
    }
    fputc('\n', stream);
    for (size_t i = 0; i < sightings->n; i++) {
        tell_job(stream, &sightings->list[i]);
    }
}

static void tell_count(FILE *stream, uint64_t n, const char *what) {
    if (n > 0) {
        fprintf(stream, ", %" PRIu64 " %s", n, what);
    }
}

static void tell_counts(FILE *stream, const struct sm_overview *overview) {
    const double percent = 100;
    char left[DURATION_SIZE];
    fprintf(stream, "measurements: %" PRIu64 " done, %" PRIu64 " failed", overview->n_done, overview->n_failed);
    tell_count(stream, overview->n_running, "at work");
    tell_count(stream, overview->n_left - sm_min(overview->n_left, overview->n_running), "waiting");
    tell_count(stream, overview->n_stopped, "stopped");
    tell_count(stream, overview->n_lost, "lost when a job died");
    fputc('\n', stream);
    if (overview->n_frames > 0) {
        fprintf(stream, "%3.0f %%  %" PRIu64 " of %" PRIu64 " frames, %.0f a second, %s%s\n",
                percent * (double)overview->n_frames_done / (double)overview->n_frames, overview->n_frames_done,
                overview->n_frames, overview->rate,
                overview->seconds_left < 0 ? "time left not known yet" : duration(overview->seconds_left, left),
                overview->seconds_left < 0 ? "" : " left");
    }
}

static void tell_reasons(FILE *stream, const struct sm_reasons *reasons) {
    if (reasons->n > 0) {
        fputs("failed:\n", stream);
    }
    for (size_t i = 0; i < reasons->n && i < MOST_REASONS; i++) {
        const struct sm_reason *reason = &reasons->list[i];
        bool named = reason->text > reason->example;
        sm_tell(stream, "%8" PRIu64 "  %s%s%s%.*s", reason->n, reason->may_pass ? "may pass: " : "", reason->text,
                named ? "; such as " : "", named ? (int)(reason->text - reason->example - 2) : 0, reason->example);
    }
    if (reasons->n > MOST_REASONS) {
        fprintf(stream, "          and %zu other reasons\n", reasons->n - MOST_REASONS);
    }
}

static void tell_running(FILE *stream, const struct sm_running *running) {
    const struct sm_undertaking *undertaking = running->undertaking;
    char since[DURATION_SIZE], expected[DURATION_SIZE];
    if (!undertaking) {
        sm_tell(stream, "%6s %8s %11s %5s  %s", "-", "-", "-", "-", running->path);
        return;
    }
    double part = (double)undertaking->n_frames_done / (double)sm_max(undertaking->n_frames, 1);
    sm_tell(stream, "%6" PRIu64 " %8s %11" PRIu64 " %3.0f %%  %s%s%s", undertaking->n_ranks,
            duration(running->seconds, since), undertaking->n_frames, floor(100 * part), running->path,
            running->is_straggler ? ": a straggler, its like take " : "",
            running->is_straggler ? duration(running->expected, expected) : "");
}

void sm_status_tell(FILE *stream, const struct sm_status_told *told) {
    const struct sm_overview *overview = told->overview;
    tell_jobs(stream, told->sightings);
    tell_counts(stream, overview);
    tell_reasons(stream, &overview->reasons);
    if (overview->n_running > 0) {
        fprintf(stream, "%6s %8s %11s %5s  %s\n", "ranks", "for", "frames", "done", "at work");
    }
    for (size_t i = 0; i < overview->n_running && i < MOST_RUNNING; i++) {
        tell_running(stream, &overview->running[i]);
    }
    if (overview->n_running > MOST_RUNNING) {
        fprintf(stream, "and %zu more\n", overview->n_running - MOST_RUNNING);
    }
}

/* ---- to programs ---- */

static void set_count(json_t *object, const char *name, uint64_t value) {
    json_object_set_new(object, name, json_integer((json_int_t)value));
}

static void set_text(json_t *object, const char *name, const char *text) {
    json_object_set_new(object, name, sm_json_from_bytes(text));
}

/* A number; null where it is not known. */
static void set_seconds(json_t *object, const char *name, double seconds, bool known) {
    json_object_set_new(object, name, known ? json_real(seconds) : json_null());
}

static json_t *job_value(const struct sm_sighting *job) {
    const struct sm_pulse *pulse = &job->pulse;
    json_t *value = json_object();
    bool silent = job->liveness == SM_SILENT;
    json_object_set_new(value, "state", json_string(silent ? "silent" : sm_job_phases[pulse->phase]));
    set_seconds(value, "silent_for", silence_of(job), silent);
    set_text(value, "host", pulse->host);
    set_count(value, "pid", (uint64_t)pulse->process);
    json_object_set_new(value, "slurm_job", *pulse->slurm_job ? sm_json_from_bytes(pulse->slurm_job) : json_null());
    set_count(value, "shard", pulse->shard);
    set_count(value, "shards", pulse->n_shards);
    set_count(value, "ranks", pulse->n_ranks);
    set_text(value, "started", pulse->started);
    set_text(value, "renewed", pulse->renewed);
    set_count(value, "files", pulse->n_files);
    set_count(value, "to_do", pulse->n_to_do);
    set_count(value, "done", pulse->n_done);
    set_count(value, "unchanged", pulse->n_unchanged);
    set_count(value, "failed", pulse->n_failed);
    set_count(value, "left", pulse->n_left);
    set_count(value, "frames", pulse->n_frames);
    set_count(value, "frames_done", pulse->n_frames_done);
    return value;
}

static json_t *running_value(const struct sm_running *running) {
    const struct sm_undertaking *undertaking = running->undertaking;
    json_t *value = json_object();
    set_text(value, "path", running->path);
    set_text(value, "since", running->since);
    set_seconds(value, "seconds", running->seconds, running->seconds >= 0);
    set_seconds(value, "expected", running->expected, running->expected > 0);
    json_object_set_new(value, "straggler", json_boolean(running->is_straggler));
    if (undertaking) {
        set_text(value, "host", running->job->pulse.host);
        set_count(value, "ranks", undertaking->n_ranks);
        set_count(value, "frames", undertaking->n_frames);
        set_count(value, "frames_done", undertaking->n_frames_done);
    }
    return value;
}

static json_t *reason_value(const struct sm_reason *reason) {
    json_t *value = json_object();
    set_text(value, "reason", reason->text);
    set_text(value, "example", reason->example);
    json_object_set_new(value, "may_pass", json_boolean(reason->may_pass));
    set_count(value, "measurements", reason->n);
    return value;
}

json_t *sm_status_value(const struct sm_status_told *told) {
    const struct sm_overview *overview = told->overview;
    bool at_work = overview->n_jobs > 0;
    json_t *value = json_object(), *jobs = json_array(), *running = json_array(), *reasons = json_array();
    set_text(value, "journal", told->journal);
    set_count(value, "jobs_at_work", overview->n_jobs);
    set_count(value, "jobs_silent", told->sightings->n - overview->n_jobs);
    set_count(value, "done", overview->n_done);
    set_count(value, "failed", overview->n_failed);
    set_count(value, "stopped", overview->n_stopped);
    set_count(value, "lost", overview->n_lost);
    set_count(value, "at_work", overview->n_running);
    json_object_set_new(value, "left", at_work ? json_integer((json_int_t)overview->n_left) : json_null());
    set_count(value, "frames", overview->n_frames);
    set_count(value, "frames_done", overview->n_frames_done);
    json_object_set_new(value, "frames_a_second", json_real(overview->rate));
    set_seconds(value, "seconds_left", overview->seconds_left, at_work && overview->seconds_left >= 0);
    for (size_t i = 0; i < told->sightings->n; i++) {
        json_array_append_new(jobs, job_value(&told->sightings->list[i]));
    }
    for (size_t i = 0; i < overview->n_running; i++) {
        json_array_append_new(running, running_value(&overview->running[i]));
    }
    for (size_t i = 0; i < overview->reasons.n; i++) {
        json_array_append_new(reasons, reason_value(&overview->reasons.list[i]));
    }
    json_object_set_new(value, "jobs", jobs);
    json_object_set_new(value, "measurements", running);
    json_object_set_new(value, "failures", reasons);
    return value;
}
