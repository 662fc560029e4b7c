/* An archive over any number of ranks: outputs equal those of the reference, whatever group has made them. Takes the
 * folder of golden measurements. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "parallel/archive/archive.h"
#include "parallel/sources/sources.h"
#include "parallel/stop.h"
#include "rtdc/filters/filters.h"
#include "support/compare_outputs.h"
#include "support/mpi_test.h"

static const char *golden;

/* Measurements whose reference results are for the same parameters. */
static const char *const names[] = {"gzip_tiled", "gzip_shuffle", "szip",      "lzf",
                                    "raw_chunks", "contiguous",   "basin_file"};
enum { N_NAMES = sizeof names / sizeof *names, N_GOOD = 3 * N_NAMES, N_BAD = 2 };

static const struct sparsemed_parameters parameters = {50, 0.5, 0, 0.8, true};

/* What the records tell. */
struct told {
    int n_records, least_ranks, most_ranks, stop_after;
};

static void tell(const json_t *record, void *data) {
    struct told *told = data;
    int n_ranks = (int)json_integer_value(json_object_get(record, "ranks"));
    told->n_records++;
    told->least_ranks = told->n_records == 1 || n_ranks < told->least_ranks ? n_ranks : told->least_ranks;
    told->most_ranks = n_ranks > told->most_ranks ? n_ranks : told->most_ranks;
    if (told->n_records == told->stop_after) {
        raise(SIGTERM);
    }
}

/* An archive, and what comes of it. */
struct trial {
    struct sm_sources sources; /* on the first rank; the others list nothing */
    struct sm_archive archive;
    struct told told;
    struct sm_archive_report report;
};

/* least_share is far below what makes sense, so that there are groups. */
static void begin(struct trial *trial) {
    *trial = (struct trial){
        .archive = {.job = {.parameters = parameters, .zstd_level = SM_ZSTD_DEFAULT, .progress = SM_PROGRESS_NONE},
                    .least_share = 1e3,
                    .tell = tell,
                    .tell_data = &trial->told},
    };
}

/* Release it; it must have been right on every rank. Collective. */
static void end(struct trial *trial, bool right) {
    sm_archive_report_free(&trial->report);
    sm_sources_free(&trial->sources);
    assert_everywhere(right);
}

static void add(struct trial *trial, const char *input, const char *output) {
    struct sm_sources *sources = &trial->sources;
    char input_path[512], output_path[512];
    if (this_rank() > 0) {
        return;
    }
    snprintf(input_path, sizeof input_path, "%s/%s", golden, input);
    snprintf(output_path, sizeof output_path, "%s/%s", scratch_folder(), output);
    sources->list = realloc(sources->list, (sources->n + 1) * sizeof *sources->list);
    sources->list[sources->n++] = (struct sm_source){.input = strdup(input_path), .output = strdup(output_path)};
}

/* Every measurement several times, and what is none. */
static void add_all(struct trial *trial) {
    char input[64], output[64];
    for (int i = 0; i < N_GOOD; i++) {
        snprintf(input, sizeof input, "%s.in.rtdc", names[i % N_NAMES]);
        snprintf(output, sizeof output, "%s.%d.rtdc", names[i % N_NAMES], i / N_NAMES);
        add(trial, input, output);
    }
    add(trial, "missing.rtdc", "missing_bg.rtdc");
    add(trial, "cases.tsv", "cases_bg.rtdc");
}

/* Process the archive. Collective. */
static enum sparsemed_status process(struct trial *trial) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_history history = {0};
    struct sm_journal journal = SM_NO_JOURNAL;
    struct path path = scratch_path("journal.jsonl");
    bool ready = this_rank() > 0 || (sm_history_read(path.text, &history, &error) == SPARSEMED_OK &&
                                     sm_journal_open(path.text, &journal, &error) == SPARSEMED_OK);
    if (everywhere(ready)) {
        sm_archive_process(MPI_COMM_WORLD, &trial->archive, &trial->sources, &history, &journal, &trial->report,
                           &error);
    }
    sm_journal_close(&journal);
    sm_history_free(&history);
    return error.status;
}

/* Outputs that are there; -1 where one differs from the reference. On the first rank. */
static int count_right_outputs(void) {
    int n_outputs = 0;
    for (int i = 0; i < N_GOOD; i++) {
        char output[512], reference[512];
        snprintf(output, sizeof output, "%s/%s.%d.rtdc", scratch_folder(), names[i % N_NAMES], i / N_NAMES);
        snprintf(reference, sizeof reference, "%s/%s.ref.rtdc", golden, names[i % N_NAMES]);
        if (access(output, F_OK) == 0) {
            if (!outputs_agree(output, reference)) {
                return -1;
            }
            n_outputs++;
        }
    }
    return n_outputs;
}

static void each_measurement_is_done_once(void **state) {
    (void)state;
    for (int again = 0; again < 2; again++) {
        struct trial trial;
        begin(&trial);
        add_all(&trial);
        bool right = process(&trial) == SPARSEMED_OK;
        if (this_rank() == 0) {
            const struct sm_archive_report *report = &trial.report;
            right = right && count_right_outputs() == N_GOOD;
            right = right && report->n_files == N_GOOD + N_BAD && report->n_left == 0 && report->n_failed == N_BAD;
            right = right && report->n_done == (again ? 0 : N_GOOD) && report->n_skipped == (again ? N_GOOD : 0);
            right = right && trial.told.n_records == (again ? 0 : N_GOOD + N_BAD);
            right = right && report->n_failed_before == (again ? N_BAD : 0);
            right = right && strstr(report->failures[0].reason, "missing.rtdc: cannot be read");
        }
        end(&trial, right);
    }
}

static void all_ranks_work_on_a_single_measurement(void **state) {
    (void)state;
    struct trial trial;
    begin(&trial);
    add(&trial, "gzip_tiled.in.rtdc", "gzip_tiled.0.rtdc");
    bool right = process(&trial) == SPARSEMED_OK;
    if (this_rank() == 0) {
        right = right && count_right_outputs() == 1 && trial.told.most_ranks == count_ranks();
    }
    end(&trial, right);
}

/* Two of the same size that are worth three ranks each are worked on by half of five ranks each. */
static void groups_are_as_large_as_measurements_are_worth(void **state) {
    (void)state;
    struct trial trial;
    begin(&trial);
    trial.archive.least_share = 1.4e6;
    add(&trial, "gzip_tiled.in.rtdc", "gzip_tiled.0.rtdc");
    add(&trial, "gzip_tiled.in.rtdc", "gzip_tiled.1.rtdc");
    bool right = process(&trial) == SPARSEMED_OK;
    if (this_rank() == 0) {
        right = right && count_right_outputs() == 2 && trial.told.least_ranks >= count_ranks() / 2 &&
                trial.told.most_ranks <= 3;
    }
    end(&trial, right);
}

static void an_empty_archive_is_done_at_once(void **state) {
    (void)state;
    struct trial trial;
    begin(&trial);
    bool right = process(&trial) == SPARSEMED_OK && trial.report.n_files == 0;
    end(&trial, right);
}

/* The last test: processes know for good that they were signalled. */
static void a_stopped_archive_leaves_whole_outputs(void **state) {
    (void)state;
    struct trial trial;
    begin(&trial);
    trial.told.stop_after = N_BAD + 4;
    sm_stop_catch_signals();
    add_all(&trial);
    bool right = process(&trial) == SPARSEMED_STOPPED;
    if (this_rank() == 0) {
        const struct sm_archive_report *report = &trial.report;
        right = right && (uint64_t)count_right_outputs() == report->n_done;
        right = right && report->n_left > 0 && report->n_done + report->n_failed + report->n_left == report->n_files;
    }
    end(&trial, right);
}

/* A test in a folder of its own. */
#define archive_test(function) cmocka_unit_test_setup_teardown(function, mpi_scratch_create, mpi_scratch_remove)

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        archive_test(each_measurement_is_done_once),
        archive_test(all_ranks_work_on_a_single_measurement),
        archive_test(groups_are_as_large_as_measurements_are_worth),
        archive_test(an_empty_archive_is_done_at_once),
        archive_test(a_stopped_archive_leaves_whole_outputs),
    };
    mpi_test_start(&argc, &argv);
    golden = argc > 1 ? argv[1] : ".";
    return mpi_test_finish(cmocka_run_group_tests(tests, NULL, NULL));
}
