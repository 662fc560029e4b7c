#include <errno.h>
#include <inttypes.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/archive_list.h"
#include "cli/commands.h"
#include "cli/json_file.h"
#include "cli/launcher.h"
#include "cli/on_end.h"
#include "cli/tell.h"
#include "parallel/archive/archive.h"
#include "parallel/headway.h"
#include "parallel/measurement/record.h"
#include "parallel/stop.h"
#include "parallel/vote.h"
#include "rtdc/files/path.h"
#include "rtdc/files/surrogates.h"

enum { MOST_TOLD = 100 };

/* ---- telling ---- */

static void tell_failures(const struct sm_archive_report *report) {
    for (uint64_t i = 0; i < report->n_failed && i < MOST_TOLD; i++) {
        const struct sm_failure *failure = &report->failures[i];
        sm_tell(stderr, "sparsemed: failed: %s", failure->reason ? failure->reason : failure->input);
    }
    if (report->n_failed > MOST_TOLD) {
        fprintf(stderr, "sparsemed: and %" PRIu64 " more, which the journal names\n", report->n_failed - MOST_TOLD);
    }
    if (report->n_failed_before > 0) {
        fprintf(stderr, "sparsemed: %" PRIu64 " of these failed before and were not tried again; see --retry-failed\n",
                report->n_failed_before);
    }
}

/* How many of the backgrounds that were made have which flag. */
static void tell_flags(FILE *stream, const struct sm_archive_report *report) {
    fprintf(stream, "quality: %" PRIu64 " " SPARSEMED_CLEAN, report->n_clean);
    for (enum sparsemed_flag flag = 0; flag < SPARSEMED_N_FLAGS; flag++) {
        if (report->n_flagged[flag] > 0) {
            fprintf(stream, ", %" PRIu64 " %s", report->n_flagged[flag], sparsemed_flag_name(flag));
        }
    }
    fprintf(stream, "\n");
}

static json_t *flags_value(const struct sm_archive_report *report) {
    json_t *value = json_pack("{sI}", SPARSEMED_CLEAN, (json_int_t)report->n_clean);
    for (enum sparsemed_flag flag = 0; flag < SPARSEMED_N_FLAGS; flag++) {
        json_object_set_new(value, sparsemed_flag_name(flag), json_integer((json_int_t)report->n_flagged[flag]));
    }
    return value;
}

static void tell_archive(FILE *stream, const struct sm_archive_report *report, const char *journal) {
    const double mega = 1e6, percent = 100;
    double seconds = report->seconds > 0 ? report->seconds : 1;
    fprintf(stream, "%" PRIu64 " measurements: %" PRIu64 " done, %" PRIu64 " done before, %" PRIu64 " failed",
            report->n_files, report->n_done, report->n_skipped, report->n_failed);
    if (report->n_left > 0) {
        fprintf(stream, ", %" PRIu64 " left", report->n_left);
    }
    if (report->n_passed_over > 0) {
        fprintf(stream, ", %" PRIu64 " passed over", report->n_passed_over);
    }
    if (report->n_left_out > 0) {
        fprintf(stream, ", %" PRIu64 " left out", report->n_left_out);
    }
    fprintf(stream, "\n%" PRIu64 " frames, %.1f MB read, %.1f MB decoded, %.1f MB/s\n", report->n_frames,
            (double)report->bytes_read / mega, (double)report->bytes_decoded / mega,
            (double)report->bytes_decoded / mega / seconds);
    if (report->n_done > 0) {
        tell_flags(stream, report);
    }
    sm_tell(stream, "%.2f s on %d %s, at work %.0f %% of the time; journal: %s", report->seconds, report->n_ranks,
            report->n_ranks == 1 ? "rank" : "ranks", percent * report->balance, journal);
}

static json_t *summary_value(const struct sm_archive_report *report, const char *journal,
                             const struct sparsemed_error *error) {
    const char *status = error->status == SPARSEMED_STOPPED ? "stopped"
                         : error->status != SPARSEMED_OK    ? "failed"
                         : report->n_failed > 0             ? "some failed"
                                                            : "done";
    json_t *failures = json_array();
    for (uint64_t i = 0; i < report->n_failed; i++) {
        const char *input = report->failures[i].input, *reason = report->failures[i].reason;
        json_t *failure = json_object();
        json_object_set_new(failure, "input", sm_json_from_bytes(input ? input : ""));
        json_object_set_new(failure, "error", sm_json_from_bytes(reason ? reason : ""));
        json_array_append_new(failures, failure);
    }
    json_t *value = json_pack("{ss sI sI sI sI sI sI sI sI sI sI si sf sf so so}", "status", status, "files",
                              (json_int_t)report->n_files, "done", (json_int_t)report->n_done, "skipped",
                              (json_int_t)report->n_skipped, "failed", (json_int_t)report->n_failed, "left",
                              (json_int_t)report->n_left, "passed_over", (json_int_t)report->n_passed_over, "left_out",
                              (json_int_t)report->n_left_out, "frames", (json_int_t)report->n_frames, "bytes_read",
                              (json_int_t)report->bytes_read, "bytes_decoded", (json_int_t)report->bytes_decoded,
                              "ranks", report->n_ranks, "seconds", report->seconds, "balance", report->balance,
                              "journal", sm_json_from_bytes(journal), "failures", failures);
    json_object_set_new(value, "quality", flags_value(report));
    if (error->status != SPARSEMED_OK) {
        json_object_set_new(value, "error", sm_json_from_bytes(error->message));
    }
    return value;
}

/* Tell of one measurement.
 *
 * data   stream */
static void tell_record(const json_t *record, void *data) {
    FILE *stream = data;
    const json_t *seconds = json_object_get(json_object_get(record, "seconds"), "total");
    const char *status = json_string_value(json_object_get(record, "status"));
    int n_ranks = (int)json_integer_value(json_object_get(record, "ranks"));
    bool failed = strcmp(status, "failed") == 0;
    char *text = sm_json_to_bytes(json_object_get(record, failed ? "error" : "output"));
    if (failed) {
        sm_tell(stream, "failed: %s", text ? text : "");
    } else {
        sm_tell(stream, "%s: %s in %.2f s on %d %s", text ? text : "", status, json_number_value(seconds), n_ranks,
                n_ranks == 1 ? "rank" : "ranks");
    }
    free(text);
    fflush(stream);
}

/* Tell what was done. A record that cannot be written is a failure too. */
static void tell_batch(const struct sm_options *options, const struct sm_archive_report *report, const char *journal,
                       struct sparsemed_error *error) {
    sm_headway_tell();
    sm_stop_end_calls();
    tell_failures(report);
    if (report->heartbeat.status != SPARSEMED_OK) {
        sm_tell(stderr, "sparsemed: warning: %s", report->heartbeat.message);
    }
    if (!options->quiet) {
        tell_archive(sm_options_text_stream(options), report, journal);
    }
    if (options->json_path) {
        sm_json_file_write(options->json_path, summary_value(report, journal, error), error);
    }
    if (options->on_end) {
        fflush(stdout);
        sm_on_end(options->on_end, summary_value(report, journal, error));
    }
}

/* ---- doing ---- */

/* Find out what to do, and open the journal. For the first rank. */
static enum sparsemed_status find_work(const struct sm_options *options, struct sm_stop *stop,
                                       struct sm_archive_list *list, struct sm_journal *journal,
                                       struct sparsemed_error *error) {
    if (sm_archive_list_make(options, false, stop, list, error) != SPARSEMED_OK) {
        return error->status;
    }
    if (options->json_path && sm_path_same(options->json_path, list->journal_path)) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "--json %s: is the journal; name another file",
                              options->json_path);
    }
    if (sm_path_make_folder(list->journal_path) != 0) {
        return sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: its folder cannot be made: %s", list->journal_path,
                              strerror(errno));
    }
    return sm_journal_open(list->journal_path, journal, error);
}

/* The same on all ranks, of which the others have nothing to do. Collective; votes. */
static enum sparsemed_status prepare(const struct sm_options *options, bool first, struct sm_archive_list *list,
                                     struct sm_journal *journal, struct sparsemed_error *error) {
    struct sm_stop stop;
    if (sm_stop_open(MPI_COMM_WORLD, 0, &stop, error) == SPARSEMED_OK && first) {
        find_work(options, &stop, list, journal, error);
    }
    sm_stop_wait_for_all(&stop);
    if (sm_vote(MPI_COMM_WORLD, error) == SPARSEMED_OK) {
        sm_archive_list_restrict(options, &stop, &list->sources, error);
    }
    sm_stop_close(&stop);
    return sm_vote(MPI_COMM_WORLD, error);
}

static bool process_archive(const struct sm_options *options, bool first, struct sparsemed_error *error) {
    struct sm_archive_list list = {0};
    struct sm_journal journal = SM_NO_JOURNAL;
    struct sm_archive_report report = {0};
    const struct sm_archive archive = {
        .job = options->job,
        .retry_failed = options->retry_failed,
        .n_retries = (int)options->n_retries,
        .least_share = SM_LEAST_SHARE,
        .shard = (size_t)options->shard,
        .n_shards = (size_t)options->n_shards,
        .grace = options->grace,
        .tell = options->verbose ? tell_record : NULL,
        .tell_data = sm_options_text_stream(options),
    };
    if (!options->quiet) {
        sm_launcher_tell(false);
    }
    if (prepare(options, first, &list, &journal, error) == SPARSEMED_OK) {
        sm_archive_process(MPI_COMM_WORLD, &archive, &list.sources, &list.history, &journal, &report, error);
        sm_journal_close(&journal);
        if (first) {
            tell_batch(options, &report, list.journal_path, error);
        }
    }
    bool some_failed = report.n_failed > 0;
    sm_journal_close(&journal);
    sm_archive_report_free(&report);
    sm_archive_list_free(&list);
    return some_failed;
}

const struct sm_command sm_command_batch = {
    .name = "batch",
    .summary = "compute the backgrounds of an archive",
    .usage = "Usage: sparsemed batch [OPTION]... SOURCE... --output-dir DIR\n"
             "       mpirun -n RANKS sparsemed batch [OPTION]... SOURCE... --output-dir DIR\n"
             "\n"
             "Compute the sparse-median backgrounds of an archive. What was done before, and has\n"
             "not changed, is skipped; a measurement that fails does not stop the others.\n"
             "\n"
             "  SOURCE  measurement, or folder: all *.rtdc below it but *_bg.rtdc and *_dcn.rtdc\n",
    .sections = {SM_OF_NAMES, SM_OF_CONDITIONS, SM_OF_SELECTION, SM_OF_ARCHIVE, SM_OF_BATCH, SM_OF_REACH,
                 SM_OF_BACKGROUND, SM_OF_OUTPUT, SM_OF_LIMITS, SM_OF_TELLING},
    .exit_status = "Exit status: 0 all done, 1 some measurements failed, 2 usage, 3 a source cannot be\n"
                   "read, 4 the journal could not be written, 70 internal error, 75 stopped by a\n"
                   "signal, or because a rank was stuck: the same command goes on.\n",
    .check = sm_archive_check_place,
    .work = process_archive,
};
