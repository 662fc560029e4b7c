/* An archive over any number of ranks: outputs equal those of the reference, whatever group has made them. Takes the
 * folder of golden measurements. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compare.h"
#include "mpi_test.h"
#include "parallel/archive.h"
#include "parallel/stop.h"
#include "rtdc/filters.h"
#include "rtdc/sources.h"

static const char *golden;
static char folder[64];

/* Measurements whose reference results are for the same parameters. */
static const char *const names[] = {"gzip_tiled", "gzip_shuffle", "szip",      "lzf",
                                    "raw_chunks", "contiguous",   "basin_file"};
enum { N_NAMES = sizeof names / sizeof *names, N_TIMES = 3, N_BAD = 2 };

static const struct sm_parameters parameters = {50, 0.5, 0, 0.8, true};

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

static void add(struct sm_sources *sources, const char *input, const char *output) {
    char input_path[512], output_path[512];
    snprintf(input_path, sizeof input_path, "%s/%s", golden, input);
    snprintf(output_path, sizeof output_path, "%s/%s", folder, output);
    sources->list = realloc(sources->list, (sources->n + 1) * sizeof *sources->list);
    sources->list[sources->n++] = (struct sm_source){strdup(input_path), strdup(output_path)};
}

/* The archive of these tests. On the first rank. */
static void list_all(struct sm_sources *sources) {
    char input[64], output[64];
    for (int i = 0; i < N_NAMES * N_TIMES; i++) {
        snprintf(input, sizeof input, "%s.in.rtdc", names[i % N_NAMES]);
        snprintf(output, sizeof output, "%s.%d.rtdc", names[i % N_NAMES], i / N_NAMES);
        add(sources, input, output);
    }
    add(sources, "missing.rtdc", "missing_bg.rtdc");
    add(sources, "cases.tsv", "cases_bg.rtdc");
}

/* Whether the outputs that are there agree with the reference. On the first rank; counts them. */
static bool outputs_are_right(int *n_outputs) {
    bool right = true;
    *n_outputs = 0;
    for (int i = 0; i < N_NAMES * N_TIMES; i++) {
        char output[512], reference[512];
        snprintf(output, sizeof output, "%s/%s.%d.rtdc", folder, names[i % N_NAMES], i / N_NAMES);
        snprintf(reference, sizeof reference, "%s/%s.ref.rtdc", golden, names[i % N_NAMES]);
        if (access(output, F_OK) == 0) {
            right = outputs_agree(output, reference) && right;
            ++*n_outputs;
        }
    }
    return right;
}

/* Process a list. Collective. */
static enum sm_status process(const struct sm_sources *sources, const struct sm_archive *archive,
                              struct sm_archive_report *report) {
    struct sm_error error = SM_NO_ERROR;
    struct sm_history history = {0};
    struct sm_journal journal = SM_NO_JOURNAL;
    char path[128];
    snprintf(path, sizeof path, "%s/journal.jsonl", folder);
    bool ready = this_rank() > 0 ||
                 (sm_history_read(path, &history, &error) == SM_OK && sm_journal_open(path, &journal, &error) == SM_OK);
    if (everywhere(ready)) {
        sm_archive_process(MPI_COMM_WORLD, archive, sources, &history, &journal, report, &error);
    }
    sm_journal_close(&journal);
    sm_history_free(&history);
    return error.status;
}

/* least_share is far below what makes sense, so that there are groups. */
static struct sm_archive make_archive(struct told *told) {
    return (struct sm_archive){
        .job = {.parameters = parameters, .zstd_level = SM_ZSTD_DEFAULT, .progress = SM_PROGRESS_NONE},
        .least_share = 1e3,
        .tell = tell,
        .tell_data = told,
    };
}

static void everything(void **state) {
    (void)state;
    mpi_test_make_folder(folder);
    for (int again = 0; again < 2; again++) {
        struct sm_sources sources = {0};
        struct told told = {0};
        struct sm_archive archive = make_archive(&told);
        struct sm_archive_report report = {0};
        if (this_rank() == 0) {
            list_all(&sources);
        }
        bool right = process(&sources, &archive, &report) == SM_OK;
        if (this_rank() == 0) {
            int n_outputs, n = N_NAMES * N_TIMES;
            right = right && outputs_are_right(&n_outputs) && n_outputs == n;
            right = right && report.n_files == (uint64_t)n + N_BAD && report.n_left == 0 && report.n_failed == N_BAD;
            right =
                right && report.n_done == (again ? 0 : (uint64_t)n) && report.n_skipped == (again ? (uint64_t)n : 0);
            right = right && told.n_records == (again ? 0 : n + N_BAD);
            right = right && report.n_failed_before == (again ? N_BAD : 0);
            right = right && strstr(report.failures[0].reason, "missing.rtdc: cannot be read");
        }
        sm_archive_report_free(&report);
        sm_sources_free(&sources);
        assert_everywhere(right);
    }
    mpi_test_remove_folder(folder);
}

/* A single measurement is worked on by all ranks together. */
static void one_for_all(void **state) {
    (void)state;
    mpi_test_make_folder(folder);
    struct sm_sources sources = {0};
    struct told told = {0};
    struct sm_archive archive = make_archive(&told);
    struct sm_archive_report report = {0};
    if (this_rank() == 0) {
        add(&sources, "gzip_tiled.in.rtdc", "gzip_tiled.0.rtdc");
    }
    bool right = process(&sources, &archive, &report) == SM_OK;
    if (this_rank() == 0) {
        int n_outputs;
        right = right && outputs_are_right(&n_outputs) && n_outputs == 1 && told.most_ranks == count_ranks();
    }
    sm_archive_report_free(&report);
    sm_sources_free(&sources);
    assert_everywhere(right);
    mpi_test_remove_folder(folder);
}

/* Two of the same size that are worth three ranks each are worked on by half of five ranks each. */
static void two_groups(void **state) {
    (void)state;
    mpi_test_make_folder(folder);
    struct sm_sources sources = {0};
    struct told told = {0};
    struct sm_archive archive = make_archive(&told);
    struct sm_archive_report report = {0};
    archive.least_share = 1.4e6;
    if (this_rank() == 0) {
        add(&sources, "gzip_tiled.in.rtdc", "gzip_tiled.0.rtdc");
        add(&sources, "gzip_tiled.in.rtdc", "gzip_tiled.1.rtdc");
    }
    bool right = process(&sources, &archive, &report) == SM_OK;
    if (this_rank() == 0) {
        int n_outputs;
        right = right && outputs_are_right(&n_outputs) && n_outputs == 2 && told.least_ranks >= count_ranks() / 2 &&
                told.most_ranks <= 3;
    }
    sm_archive_report_free(&report);
    sm_sources_free(&sources);
    assert_everywhere(right);
    mpi_test_remove_folder(folder);
}

static void nothing_to_do(void **state) {
    (void)state;
    mpi_test_make_folder(folder);
    struct sm_sources sources = {0};
    struct told told = {0};
    struct sm_archive archive = make_archive(&told);
    struct sm_archive_report report = {0};
    bool right = process(&sources, &archive, &report) == SM_OK && report.n_files == 0;
    sm_archive_report_free(&report);
    assert_everywhere(right);
    mpi_test_remove_folder(folder);
}

/* The last test: processes know for good that they were signalled. */
static void a_request_to_stop(void **state) {
    (void)state;
    mpi_test_make_folder(folder);
    struct sm_sources sources = {0};
    struct told told = {.stop_after = N_BAD + 4};
    struct sm_archive archive = make_archive(&told);
    struct sm_archive_report report = {0};
    sm_stop_catch_signals();
    if (this_rank() == 0) {
        list_all(&sources);
    }
    bool right = process(&sources, &archive, &report) == SM_STOPPED;
    if (this_rank() == 0) {
        int n_outputs;
        right = right && outputs_are_right(&n_outputs) && (uint64_t)n_outputs == report.n_done;
        right = right && report.n_left > 0 && report.n_done + report.n_failed + report.n_left == report.n_files;
    }
    sm_archive_report_free(&report);
    sm_sources_free(&sources);
    assert_everywhere(right);
    mpi_test_remove_folder(folder);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything),    cmocka_unit_test(one_for_all),       cmocka_unit_test(two_groups),
        cmocka_unit_test(nothing_to_do), cmocka_unit_test(a_request_to_stop),
    };
    mpi_test_start(&argc, &argv);
    golden = argc > 1 ? argv[1] : ".";
    return mpi_test_finish(cmocka_run_group_tests(tests, NULL, NULL));
}
