#include "parallel/archive/ledger.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "parallel/journal/failure_kind.h"
#include "parallel/journal/journal_record.h"
#include "parallel/time_limit.h"
#include "rtdc/files/read_ahead.h"
#include "rtdc/files/surrogates.h"
#include "rtdc/outputs/quality_record.h"

/* Decoded bytes of a short measurement: fractions of a second. */
static const double most_short_cost = 8 * (double)SM_READ_AHEAD_MOST;

/* ---- what came of a measurement ---- */

static void note_failure(struct sm_ledger *ledger, const char *input, const char *reason) {
    struct sm_archive_report *report = ledger->report;
    if (report->n_failed == report->failure_capacity) {
        size_t capacity = 2 * report->failure_capacity + 16;
        struct sm_failure *failures = realloc(report->failures, capacity * sizeof *failures);
        if (!failures) {
            if (ledger->error.status == SPARSEMED_OK) {
                sparsemed_fail_memory(&ledger->error, "noting a failure");
            }
            return;
        }
        report->failures = failures;
        report->failure_capacity = capacity;
    }
    report->failures[report->n_failed++] = (struct sm_failure){strdup(input), reason ? strdup(reason) : NULL};
}

static uint64_t count_of(const json_t *record, const char *name) {
    return (uint64_t)json_integer_value(json_object_get(record, name));
}

/* Note what became of the journal. What it owes it may write yet; all else is lost, and is told in the end. */
static void note_journal(struct sm_ledger *ledger, const struct sparsemed_error *failure) {
    bool may_pass = failure->status == SPARSEMED_OUTPUT && ledger->journal->owed;
    if (failure->status != SPARSEMED_OK && !may_pass && ledger->error.status == SPARSEMED_OK) {
        ledger->error = *failure;
    }
}

/* A line for the journal, which gets it when the ledger is settled. */
static void note_line(struct sm_ledger *ledger, const char *text) {
    struct sparsemed_error failure = SPARSEMED_NO_ERROR;
    sm_journal_note(ledger->journal, text, &failure);
    note_journal(ledger, &failure);
}

/* The text of a mark; NULL where memory is out. */
static char *write_mark(const struct sm_ledger *ledger, size_t source, const char *status) {
    const struct sm_source *paths = &ledger->sources->list[source];
    return sm_journal_mark(status, paths->input, paths->output, ledger->findings[source].input);
}

/* A mark: "begun" or "stopped". Where memory is out, there is none. */
static void mark(struct sm_ledger *ledger, size_t source, const char *status) {
    char *text = write_mark(ledger, source, status);
    if (text) {
        note_line(ledger, text);
    }
    free(text);
}

/* Have the journal tell which measurement takes too long, whatever becomes of this job. */
static void announce(const struct sm_ledger *ledger, size_t source) {
    char *text = write_mark(ledger, source, "overdue"), *line = NULL;
    if (text && asprintf(&line, "%s\n", text) >= 0) {
        sm_time_limit_announce(source, ledger->journal->descriptor, line);
        free(line);
    }
    free(text);
}

static void count_flags(struct sm_archive_report *report, const json_t *record) {
    struct sm_quality quality;
    if (sm_quality_from_json(json_object_get(record, "quality"), &quality)) {
        report->n_clean += quality.judged.flags == 0;
        for (enum sparsemed_flag flag = 0; flag < SPARSEMED_N_FLAGS; flag++) {
            report->n_flagged[flag] += sparsemed_is_flagged(&quality.judged, flag);
        }
    }
}

/* Put off what took too long, where it may be tried again. Returns whether it is put off. */
static bool put_off(struct sm_ledger *ledger, size_t source, const json_t *record) {
    const char *kind = json_string_value(json_object_get(record, "kind"));
    bool late = kind && strcmp(kind, sm_failure_words[SM_FAILURE_TIMEOUT]) == 0;
    if (!late || ledger->n_timeouts[source]++ >= ledger->archive->n_retries) {
        return false;
    }
    ledger->late[ledger->n_late++] = source;
    return true;
}

/* Count what came of a measurement. */
static void count(struct sm_ledger *ledger, size_t source, const json_t *record) {
    struct sm_archive_report *report = ledger->report;
    const char *status = json_string_value(json_object_get(record, "status"));
    if (status && strcmp(status, "done") == 0) {
        report->n_done++;
        report->n_frames += count_of(record, "frames");
        report->bytes_read += count_of(record, "bytes_read");
        report->bytes_decoded += count_of(record, "bytes_decoded");
        count_flags(report, record);
    } else if (status && strcmp(status, "unchanged") == 0) {
        report->n_skipped++;
    } else {
        char *reason = sm_json_to_bytes(json_object_get(record, "error"));
        note_failure(ledger, ledger->sources->list[source].input, reason);
        free(reason);
    }
}

/* Have the journal get a record, and count it where it is the last one of this measurement. Returns whether it is. */
static bool enter(struct sm_ledger *ledger, size_t source, const char *text) {
    note_line(ledger, text);
    json_t *record = sm_json_read(text);
    bool last = !put_off(ledger, source, record);
    if (last) {
        count(ledger, source, record);
    }
    if (record && ledger->archive->tell) {
        sm_progress_hide(&ledger->progress);
        ledger->archive->tell(record, ledger->archive->tell_data);
    }
    json_decref(record);
    return last;
}

void sm_ledger_take_in(size_t index, const char *record, void *data) {
    struct sm_ledger *ledger = data;
    size_t source = ledger->to_do[index];
    sm_time_limit_withdraw(source);
    sm_roster_end(&ledger->roster, index);
    bool ended = record && enter(ledger, source, record);
    if (!record) {
        mark(ledger, source, "stopped");
    }
    ledger->is_unsettled = true;
    ledger->report->n_left -= ended;
    if (ended || !record) {
        sm_progress_add(&ledger->progress, ledger->findings[source].facts.n_frames);
    }
}

/* A loss of power must take no result that the job has gone on from. Marks alone are flushed along with the next one.
 */
void sm_ledger_settle(void *data) {
    struct sm_ledger *ledger = data;
    struct sparsemed_error failure = SPARSEMED_NO_ERROR;
    (ledger->is_unsettled ? sm_journal_flush : sm_journal_write)(ledger->journal, &failure);
    ledger->is_unsettled = false;
    note_journal(ledger, &failure);
}

/* ---- orders ---- */

bool sm_ledger_is_short(size_t index, void *data) {
    const struct sm_ledger *ledger = data;
    const struct sm_finding *finding = &ledger->findings[ledger->to_do[index]];
    return index >= ledger->n_suspects && finding->input.size <= SM_READ_AHEAD_MOST &&
           sm_finding_cost(finding) <= most_short_cost;
}

void sm_ledger_begin(size_t index, size_t n_ranks, void *data) {
    struct sm_ledger *ledger = data;
    mark(ledger, ledger->to_do[index], "begun");
    announce(ledger, ledger->to_do[index]);
    sm_roster_begin(&ledger->roster, index, n_ranks);
}

size_t sm_ledger_describe(size_t index, int64_t next, char *text, void *data) {
    const struct sm_ledger *ledger = data;
    const struct sm_source *source = &ledger->sources->list[ledger->to_do[index]];
    const char *ahead =
        next >= 0 && index >= ledger->n_suspects ? ledger->sources->list[ledger->to_do[next]].input : "";
    size_t size = 1 + strlen(source->input) + 1 + strlen(source->output) + 1;
    bool fits = size < SM_TASK_TEXT; /* else no system opens such paths */
    char *end = text;
    *end++ = ledger->findings[ledger->to_do[index]].ours;
    end = stpcpy(end, fits ? source->input : "") + 1;
    end = stpcpy(end, fits ? source->output : "") + 1;
    end = stpcpy(end, size + strlen(ahead) < SM_TASK_TEXT ? ahead : "") + 1;
    return (size_t)(end - text);
}

void sm_ledger_own(const struct sm_ledger *ledger, size_t index) {
    sm_time_limit_own(ledger->to_do[index]);
}

struct sm_order sm_order_read(const char *text) {
    const char *input = text + 1, *output = input + strlen(input) + 1, *next = output + strlen(output) + 1;
    return (struct sm_order){text[0], input, output, *next ? next : NULL};
}

/* ---- the beginning and the end ---- */

/* Write down a measurement that cannot be worked on. */
static void enter_unusable(struct sm_ledger *ledger, size_t source) {
    const struct sm_finding *finding = &ledger->findings[source];
    struct sm_job job = ledger->archive->job;
    struct sm_report report = {.n_ranks = 1};
    struct sparsemed_error outcome = SPARSEMED_NO_ERROR;
    job.input = ledger->sources->list[source].input;
    job.output = ledger->sources->list[source].output;
    sparsemed_fail(&outcome, finding->status, "%s", finding->reason ? finding->reason : "out of memory");
    json_t *others = finding->other_files ? sm_json_read(finding->other_files) : NULL;
    bool noted = !others || (sm_used_files_add(&report.files, job.input, &(struct stat){0}) &&
                             sm_used_files_from_json(&report.files, others));
    char *text = noted ? sm_journal_record(&job, &report, &outcome, finding->input) : NULL;
    if (text) {
        enter(ledger, source, text);
    }
    free(text);
    json_decref(others);
    sm_used_files_free(&report.files);
}

/* Put the suspects first, in their order. */
static void put_suspects_first(struct sm_ledger *ledger) {
    size_t *to_do = ledger->to_do;
    for (size_t i = 0; i < ledger->n_to_do; i++) {
        size_t source = to_do[i];
        if (ledger->findings[source].suspect) {
            memmove(to_do + ledger->n_suspects + 1, to_do + ledger->n_suspects,
                    (i - ledger->n_suspects) * sizeof *to_do);
            to_do[ledger->n_suspects++] = source;
        }
    }
}

static void sort_out(struct sm_ledger *ledger) {
    struct sm_archive_report *report = ledger->report;
    for (size_t i = 0; i < ledger->sources->n; i++) {
        const struct sm_finding *finding = &ledger->findings[i];
        switch (finding->verdict) {
        case SM_TO_DO:
            if (finding->late) {
                ledger->late[ledger->n_late++] = i;
            } else {
                ledger->to_do[ledger->n_to_do++] = i;
            }
            break;
        case SM_DONE_BEFORE:
            report->n_skipped++;
            break;
        case SM_FAILED_BEFORE:
            note_failure(ledger, ledger->sources->list[i].input, finding->reason);
            report->n_failed_before++;
            break;
        default:
            enter_unusable(ledger, i);
        }
    }
    ledger->is_unsettled = true;
    sm_ledger_settle(ledger);
    put_suspects_first(ledger);
    report->n_files = ledger->sources->n;
    report->n_passed_over = ledger->sources->n_passed_over;
    report->n_left_out = sm_sources_left_out(ledger->sources);
    report->n_left = ledger->n_to_do + ledger->n_late;
}

enum sparsemed_status sm_ledger_open(struct sm_ledger *ledger, int n_ranks, struct sparsemed_error *error) {
    size_t n = ledger->sources->n;
    ledger->to_do = malloc((n + 1) * sizeof *ledger->to_do);
    ledger->late = malloc((n + 1) * sizeof *ledger->late);
    ledger->n_timeouts = calloc(n + 1, sizeof *ledger->n_timeouts);
    double *costs = malloc((n + 1) * sizeof *costs);
    if (ledger->to_do && ledger->late && ledger->n_timeouts && costs) {
        sort_out(ledger);
        uint64_t n_frames = 0;
        for (size_t i = 0; i < ledger->n_to_do; i++) {
            const struct sm_finding *finding = &ledger->findings[ledger->to_do[i]];
            costs[i] = sm_finding_cost(finding);
            n_frames += finding->facts.n_frames;
        }
        for (size_t i = 0; i < ledger->n_late; i++) {
            n_frames += ledger->findings[ledger->late[i]].facts.n_frames;
        }
        sm_progress_start(&ledger->progress, MPI_COMM_SELF, ledger->archive->job.progress, SM_PROGRESS_FRAMES,
                          n_frames);
        if (sm_roster_open(&ledger->roster, n, error) == SPARSEMED_OK &&
            sm_schedule_build(costs + ledger->n_suspects, ledger->n_to_do - ledger->n_suspects, (size_t)n_ranks,
                              ledger->archive->least_share, &ledger->schedule, error) == SPARSEMED_OK) {
            sm_schedule_put_first(&ledger->schedule, ledger->n_suspects, error);
        }
    } else {
        sparsemed_fail_memory(error, "preparing the archive");
    }
    free(costs);
    return error->status;
}

bool sm_ledger_take_up_late(struct sm_ledger *ledger, int n_ranks, struct sparsemed_error *error) {
    size_t *done = ledger->to_do;
    ledger->to_do = ledger->late;
    ledger->n_to_do = ledger->n_late;
    ledger->late = done;
    ledger->n_late = 0;
    ledger->n_suspects = ledger->n_to_do;
    if (ledger->n_to_do == 0) {
        return false;
    }
    sm_schedule_free(&ledger->schedule);
    return sm_schedule_build(NULL, 0, (size_t)n_ranks, ledger->archive->least_share, &ledger->schedule, error) ==
               SPARSEMED_OK &&
           sm_schedule_put_first(&ledger->schedule, ledger->n_to_do, error) == SPARSEMED_OK;
}

enum sparsemed_status sm_ledger_conclude(struct sm_ledger *ledger, struct sparsemed_error *error) {
    if (ledger->error.status == SPARSEMED_OK) {
        sm_journal_flush(ledger->journal, &ledger->error);
    }
    *error = ledger->error;
    return error->status;
}

void sm_ledger_close(struct sm_ledger *ledger) {
    sm_schedule_free(&ledger->schedule);
    free(ledger->n_timeouts);
    free(ledger->late);
    sm_roster_close(&ledger->roster);
    free(ledger->to_do);
}
