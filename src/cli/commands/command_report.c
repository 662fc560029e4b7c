#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/tell.h"
#include "parallel/headway.h"
#include "parallel/report/gallery.h"
#include "parallel/stop.h"
#include "parallel/vote.h"
#include "rtdc/files/path.h"
#include "rtdc/files/surrogates.h"
#include "rtdc/report/page.h"
#include "rtdc/report/row_tables.h"
#include "sparsemed/quality.h"

/* ---- the command line ---- */

/* A file that is to be made. */
struct target {
    const char *option, *path, *beginning;
};

enum { N_TARGETS = 3 };

static void list_targets(const struct sm_options *options, struct target targets[N_TARGETS]) {
    targets[0] = (struct target){"--output", options->report_path, SM_PAGE_BEGINNING};
    targets[1] = (struct target){"--tsv", options->tsv_path, SM_TSV_BEGINNING};
    targets[2] = (struct target){"--multiqc", options->multiqc_path, SM_MULTIQC_BEGINNING};
}

/* Nothing of a user's may be lost, and no file take the place of another. */
static enum sparsemed_status check_targets(const struct sm_options *options, struct sparsemed_error *error) {
    struct target targets[N_TARGETS];
    list_targets(options, targets);
    for (int i = 0; i < N_TARGETS; i++) {
        if (!targets[i].path) {
            continue;
        }
        if (sm_text_file_check(targets[i].option, targets[i].path, targets[i].beginning, error) != SPARSEMED_OK) {
            return error->status;
        }
        for (int j = 0; j < i; j++) {
            if (targets[j].path &&
                (strcmp(targets[i].path, targets[j].path) == 0 || sm_path_same(targets[i].path, targets[j].path))) {
                return sparsemed_fail(error, SPARSEMED_USAGE, "%s and %s are the same file", targets[j].option,
                                      targets[i].option);
            }
        }
    }
    return SPARSEMED_OK;
}

static enum sparsemed_status check_command_line(struct sm_options *options, struct sparsemed_error *error) {
    if (options->n_paths == 0) {
        return sparsemed_fail(error, SPARSEMED_USAGE,
                              "OUTPUT is missing; usage: sparsemed report [OPTION]... OUTPUT... -o FILE");
    }
    if (!options->report_path && !options->tsv_path && !options->multiqc_path) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "there is nothing to write: give -o, --tsv or --multiqc");
    }
    return check_targets(options, error);
}

/* ---- telling ---- */

/* Tell of one output.
 *
 * data   stream */
static void tell_row(const json_t *row, void *data) {
    FILE *stream = data;
    const char *state = json_string_value(json_object_get(row, "state"));
    const json_t *flags = json_object_get(row, "flags"), *flag;
    char *path = sm_json_to_bytes(json_object_get(row, "path")),
         *reason = sm_json_to_bytes(json_object_get(row, "reason"));
    char marks[SPARSEMED_FLAGS_SIZE] = "";
    size_t i;
    json_array_foreach((json_t *)flags, i, flag) {
        size_t length = strlen(marks);
        snprintf(marks + length, sizeof marks - length, "%s%s", i > 0 ? ", " : "", json_string_value(flag));
    }
    if (strcmp(state, "done") == 0) {
        sm_tell(stream, "%s: %s", path ? path : "", *marks ? marks : SPARSEMED_CLEAN);
    } else {
        sm_tell(stream, "%s: %s%s%s", path ? path : "", state, reason ? ": " : "", reason ? reason : "");
    }
    free(reason);
    free(path);
}

static void tell_report(const struct sm_options *options, const struct sm_gallery_report *report, size_t n_left_out) {
    sm_headway_tell();
    sm_stop_end_calls();
    printf("%zu %s reported", report->n_shown, report->n_shown == 1 ? "measurement" : "measurements");
    if (report->n_failed > 0) {
        printf(", %zu of them failed or cannot be read", report->n_failed);
    }
    if (report->n_passed_over > 0) {
        printf(", %zu files without a background passed over", report->n_passed_over);
    }
    if (n_left_out > 0) {
        printf(", %zu left out", n_left_out);
    }
    puts("");
    if (options->report_path) {
        sm_tell(stdout, "%s%s", options->report_path, report->n_pages > 0 ? ", and a folder of pages beside it" : "");
    }
}

/* ---- doing ---- */

/* List what to report, on the first rank; meanwhile others pass requests to stop on. Collective; votes. */
static enum sparsemed_status list_outputs(const struct sm_options *options, bool first, struct sm_listing *listing,
                                          struct sparsemed_error *error) {
    struct sm_stop stop;
    if (sm_stop_open(MPI_COMM_WORLD, 0, &stop, error) == SPARSEMED_OK && first) {
        sm_listing_make(options->paths, options->n_paths, &options->globs, &stop, listing, error);
    }
    sm_stop_wait_for_all(&stop);
    if (sm_vote(MPI_COMM_WORLD, error) == SPARSEMED_OK) {
        sm_listing_restrict(MPI_COMM_WORLD, &options->conditions, &options->job.input_options.reach,
                            options->job.progress, &stop, listing, error);
    }
    sm_stop_close(&stop);
    return sm_vote(MPI_COMM_WORLD, error);
}

static bool make_report(const struct sm_options *options, bool first, struct sparsemed_error *error) {
    struct sm_listing listing = {0};
    struct sm_gallery_report report = {0};
    const struct sm_gallery gallery = {
        .options = &options->job.input_options,
        .progress = options->job.progress,
        .page = options->report_path,
        .tsv = options->tsv_path,
        .multiqc = options->multiqc_path,
        .tell = options->verbose ? tell_row : NULL,
        .tell_data = stdout,
    };
    if (list_outputs(options, first, &listing, error) == SPARSEMED_OK &&
        sm_gallery_make(MPI_COMM_WORLD, &gallery, &listing, &report, error) == SPARSEMED_OK && first &&
        !options->quiet) {
        tell_report(options, &report, listing.n_left_out);
    }
    sm_listing_free(&listing);
    return false;
}

const struct sm_command sm_command_report = {
    .name = "report",
    .summary = "show backgrounds on a page, the worst first",
    .usage = "Usage: sparsemed report [OPTION]... OUTPUT... -o FILE\n"
             "       mpirun -n RANKS sparsemed report [OPTION]... OUTPUT... -o FILE\n"
             "\n"
             "Show what became of measurements on a page for a web browser, which needs no network.\n"
             "\n"
             "  OUTPUT  output of run or batch; a folder: all *.rtdc below it that have a\n"
             "          background, and what its journal tells; or a journal of batch\n",
    .sections = {SM_OF_REPORT, SM_OF_NAMES, SM_OF_CONDITIONS, SM_OF_REACH, SM_OF_TELLING},
    .exit_status = "Exit status: 0 done, 2 usage, 3 nothing could be read, 4 a file could not be\n"
                   "written, 70 internal error, 75 stopped by a signal, or because a rank was stuck.\n",
    .check = check_command_line,
    .work = make_report,
};
