#include "parallel/measurement/record.h"

#include "rtdc/files/surrogates.h"

static json_t *warnings_value(const struct sm_report *report) {
    json_t *warnings = json_array();
    for (int i = 0; i < report->n_warnings; i++) {
        json_array_append_new(warnings, sm_json_from_bytes(report->warnings[i]));
    }
    return warnings;
}

static json_t *numbers_value(const double *numbers, int n) {
    json_t *values = json_array();
    for (int i = 0; i < n; i++) {
        json_array_append_new(values, json_real(numbers[i]));
    }
    return values;
}

static json_t *seconds_value(const struct sm_report *report) {
    const struct sm_seconds *seconds = &report->seconds;
    json_t *value = json_pack("{sf sf sf sf sf}", "plan", seconds->plan, "stream", seconds->stream, "cleanse",
                              seconds->cleanse, "write", seconds->write, "total", seconds->total);
    json_object_set_new(value, "worked", numbers_value(report->worked, report->n_ranks));
    json_object_set_new(value, "waited", numbers_value(report->waited, report->n_ranks));
    return value;
}

static void set_counts(json_t *record, const struct sm_report *report) {
    const struct {
        const char *name;
        uint64_t value;
    } counts[] = {
        {"frames", report->n_frames},
        {"height", report->height},
        {"width", report->width},
        {"steps", report->n_steps},
        {"kept", report->n_kept},
        {"ranks", (uint64_t)report->n_ranks},
        {"bytes_read", report->bytes_read},
        {"bytes_decoded", report->bytes_decoded},
        {"peak_memory", report->peak_memory},
    };
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        json_object_set_new(record, counts[i].name, json_integer((json_int_t)counts[i].value));
    }
}

/* Which frames of the input, as FIRST:END:STEP, and how many it has. */
static json_t *slice_value(const struct sm_slice *slice) {
    char text[SM_SLICE_TEXT_SIZE];
    sm_slice_format(slice, text);
    return json_pack("{ss sI}", "frames", text, "of", (json_int_t)slice->n_there);
}

json_t *sm_record_job(const struct sm_job *job, const struct sm_report *report, const struct sparsemed_error *outcome) {
    bool failed = outcome->status != SPARSEMED_OK;
    json_t *record = json_object();
    json_object_set_new(record, "status", json_string(failed ? "failed" : report->unchanged ? "unchanged" : "done"));
    json_object_set_new(record, "input", sm_json_from_bytes(job->input));
    json_object_set_new(record, "output", sm_json_from_bytes(job->output));
    json_object_set_new(record, "images", json_string(sm_images_words[job->frame_images]));
    if (failed) {
        json_object_set_new(record, "error", sm_json_from_bytes(outcome->message));
        json_object_set_new(record, "exit_status", json_integer(outcome->status));
        json_object_set_new(record, "ranks", json_integer(report->n_ranks));
        return record;
    }
    json_object_set_new(record, "ppid", json_string(report->ppid));
    if (sm_input_is_sliced(&job->input_options)) {
        json_object_set_new(record, "slice", slice_value(&report->slice));
    }
    set_counts(record, report);
    if (!report->unchanged) {
        json_object_set_new(record, "quality", sm_quality_to_json(&report->quality));
    }
    json_object_set_new(record, "warnings", warnings_value(report));
    json_object_set_new(record, "seconds", seconds_value(report));
    return record;
}
