#include "parallel/journal/journal_record.h"

#include <jansson.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "parallel/journal/failure_kind.h"
#include "parallel/measurement/record.h"
#include "rtdc/files/surrogates.h"

void sm_journal_now(char text[SM_JOURNAL_TIME_SIZE]) {
    struct timespec now;
    struct tm parts;
    char seconds[20];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &parts);
    strftime(seconds, sizeof seconds, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(text, SM_JOURNAL_TIME_SIZE, "%s.%06ldZ", seconds, now.tv_nsec / 1000);
}

static json_t *time_value(void) {
    char text[SM_JOURNAL_TIME_SIZE];
    sm_journal_now(text);
    return json_string(text);
}

static void set_state(json_t *record, const char *size, const char *modified, struct sm_file_state state) {
    json_object_set_new(record, size, json_integer((json_int_t)state.size));
    json_object_set_new(record, modified, json_integer(state.modified));
}

/* By which readers know what fields there are (jobs/README.md, "The journal"). */
static void set_schema(json_t *record) {
    json_object_set_new(record, "schema", json_integer(SM_JOURNAL_SCHEMA));
}

/* The output, which was made, or is as it was. */
static struct sm_file_state state_of_output(const struct sm_job *job, const struct sm_report *report) {
    return report->output.size > 0 ? report->output : sm_file_state_of(job->output);
}

char *sm_journal_record(const struct sm_job *job, const struct sm_report *report, const struct sparsemed_error *outcome,
                        struct sm_file_state input) {
    char host[256] = "", ppid[SPARSEMED_PPID_SIZE];
    gethostname(host, sizeof host - 1);
    json_t *record = sm_record_job(job, report, outcome);
    if (!json_object_get(record, "ppid")) { /* unknown after a failure: what was asked for */
        sparsemed_ppid_format(&job->parameters, ppid);
        json_object_set_new(record, "ppid", json_string(ppid));
    }
    set_schema(record);
    set_state(record, "input_size", "input_modified", input);
    json_object_set_new(record, "other_files", sm_used_files_to_json(&report->files));
    if (outcome->status != SPARSEMED_OK) {
        enum sm_failure_kind kind = sm_failure_kind(outcome);
        json_object_set_new(record, "kind", json_string(sm_failure_words[kind]));
        json_object_set_new(record, "may_pass", json_boolean(sm_failure_may_pass(kind)));
    }
    if (outcome->status == SPARSEMED_OK) {
        set_state(record, "output_size", "output_modified", state_of_output(job, report));
    }
    json_object_set_new(record, "host", sm_json_from_bytes(host));
    json_object_set_new(record, "finished", time_value());
    char *text = record ? sm_json_write(record, JSON_REAL_PRECISION(6)) : NULL;
    json_decref(record);
    return text;
}

char *sm_journal_mark(const char *status, const char *input_path, const char *output_path, struct sm_file_state input) {
    char host[256] = "";
    gethostname(host, sizeof host - 1);
    json_t *mark = json_pack("{ss so so}", "status", status, "input", sm_json_from_bytes(input_path), "output",
                             sm_json_from_bytes(output_path));
    set_schema(mark);
    set_state(mark, "input_size", "input_modified", input);
    json_object_set_new(mark, "host", sm_json_from_bytes(host));
    json_object_set_new(mark, "time", time_value());
    char *text = mark ? sm_json_write(mark, 0) : NULL;
    json_decref(mark);
    return text;
}
