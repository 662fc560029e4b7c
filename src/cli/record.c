#include "cli/record.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* A path is UTF-8 mostly; what is not becomes a question mark, so that the record can always be written. */
static json_t *path_value(const char *path) {
    json_t *value = json_string(path);
    if (!value) {
        char *ascii = strdup(path);
        for (char *byte = ascii; byte && *byte; byte++) {
            *byte = (unsigned char)*byte < 0x80 ? *byte : '?';
        }
        value = json_string(ascii ? ascii : "");
        free(ascii);
    }
    return value;
}

static json_t *warnings_value(const struct sm_report *report) {
    json_t *warnings = json_array();
    for (int i = 0; i < report->n_warnings; i++) {
        json_array_append_new(warnings, json_string(report->warnings[i]));
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

static json_t *record_value(const struct sm_options *options, const struct sm_report *report,
                            const struct sm_error *outcome) {
    bool failed = outcome->status != SM_OK;
    json_t *record = json_object();
    json_object_set_new(record, "status", json_string(failed ? "failed" : report->unchanged ? "unchanged" : "done"));
    json_object_set_new(record, "input", path_value(options->job.input));
    json_object_set_new(record, "output", path_value(options->job.output));
    if (failed) {
        json_object_set_new(record, "error", path_value(outcome->message));
        json_object_set_new(record, "exit_status", json_integer(outcome->status));
        json_object_set_new(record, "ranks", json_integer(report->n_ranks));
        return record;
    }
    json_object_set_new(record, "ppid", json_string(report->ppid));
    set_counts(record, report);
    json_object_set_new(record, "warnings", warnings_value(report));
    json_object_set_new(record, "seconds", seconds_value(report));
    return record;
}

enum sm_status sm_record_write(const struct sm_options *options, const struct sm_report *report,
                               const struct sm_error *outcome, struct sm_error *error) {
    const char *path = options->json_path;
    bool to_stdout = strcmp(path, "-") == 0;
    json_t *record = record_value(options, report, outcome);
    char *text = json_dumps(record, JSON_REAL_PRECISION(6));
    json_decref(record);
    if (!text) {
        return sm_fail_memory(error, "writing the record");
    }
    FILE *stream = to_stdout ? stdout : fopen(path, "w");
    bool written = stream && fprintf(stream, "%s\n", text) > 0 && fflush(stream) == 0;
    if (!written) {
        sm_fail(error, SM_OUTPUT, "%s: the record could not be written: %s", path, strerror(errno));
    }
    if (stream && !to_stdout) {
        fclose(stream);
    }
    free(text);
    return error->status;
}

void sm_record_tell(FILE *stream, const struct sm_options *options, const struct sm_report *report) {
    const char *output = options->job.output;
    for (int i = 0; i < report->n_warnings; i++) {
        fprintf(stderr, "sparsemed: %s: warning: %s\n", options->job.input, report->warnings[i]);
    }
    if (report->unchanged) {
        fprintf(stream, "%s: holds this background already, left as it is\n", output);
        return;
    }
    const struct sm_seconds *seconds = &report->seconds;
    fprintf(stream,
            "%s: %" PRIu64 " of %" PRIu64 " background images kept, for %" PRIu64 " frames of %zu x %zu pixels\n",
            output, report->n_kept, report->n_steps, report->n_frames, report->height, report->width);
    if (options->verbose) {
        const double mega = 1e6;
        fprintf(stream, "  %s\n", report->ppid);
        fprintf(stream, "  read %.1f MB, decoded %.1f MB\n", (double)report->bytes_read / mega,
                (double)report->bytes_decoded / mega);
        fprintf(stream, "  plan %.3f s, stream %.3f s, cleanse %.3f s, write %.3f s\n", seconds->plan, seconds->stream,
                seconds->cleanse, seconds->write);
    }
    fprintf(stream, "%.2f s on %d %s\n", seconds->total, report->n_ranks, report->n_ranks == 1 ? "rank" : "ranks");
}
