#include <errno.h>
#include <mpi.h>
#include <stdio.h>
#include <string.h>

#include "cli/archive_list.h"
#include "cli/commands.h"
#include "cli/json_file.h"
#include "cli/tables/audit_table.h"
#include "parallel/headway.h"
#include "parallel/inspection/audit.h"
#include "parallel/stop.h"
#include "parallel/vote.h"

static enum sparsemed_status check_command_line(struct sm_options *options, struct sparsemed_error *error) {
    options->in_place = true; /* nothing is written: each measurement stands for itself */
    if (options->n_paths == 0 && !options->manifest) {
        return sparsemed_fail(error, SPARSEMED_USAGE,
                              "SOURCE is missing; usage: sparsemed audit [OPTION]... SOURCE...");
    }
    if (options->tsv_path && options->json_path && strcmp(options->tsv_path, options->json_path) == 0) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "--tsv and --json name the same file");
    }
    return sm_archive_check(options, error) == SPARSEMED_OK && options->tsv_path
               ? sm_table_file_check(options->tsv_path, error)
               : error->status;
}

/* Write the table to a file, or to standard output. */
static enum sparsemed_status write_tsv(const char *path, const struct sm_audit_told *told,
                                       struct sparsemed_error *error) {
    bool to_stdout = strcmp(path, "-") == 0;
    FILE *stream = to_stdout ? stdout : sm_record_file_open(path);
    if (stream) {
        sm_audit_write_tsv(stream, told);
    }
    bool written = stream && fflush(stream) == 0 && !ferror(stream);
    written = stream && (to_stdout || fclose(stream) == 0) && written;
    return written ? SPARSEMED_OK
                   : sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: the table could not be written: %s", path,
                                    !stream && errno == ENXIO ? "nobody reads the pipe" : strerror(errno));
}

/* On the first rank. Returns whether some measurements cannot be read, or do not resolve. */
static bool tell(const struct sm_options *options, const struct sm_sources *sources,
                 const struct sm_audit_entry *entries, struct sparsemed_error *error) {
    struct sm_audit_totals totals;
    bool problems = false;
    if (sm_audit_totals_count(entries, sources->n, &totals, error) == SPARSEMED_OK) {
        const struct sm_audit_told told = {sources, entries, &totals};
        problems = totals.n_unreadable + totals.n_unresolved > 0;
        sm_headway_tell();
        sm_stop_end_calls();
        sm_audit_tell(sm_options_text_stream(options), &told, options->quiet);
        if (options->tsv_path) {
            write_tsv(options->tsv_path, &told, error);
        }
        if (options->json_path) {
            sm_json_file_write(options->json_path, sm_audit_value(&told), error);
        }
    }
    sm_audit_totals_free(&totals);
    return problems;
}

static bool audit_archive(const struct sm_options *options, bool first, struct sparsemed_error *error) {
    struct sm_archive_list list = {0};
    struct sm_audit_entry *entries = NULL;
    struct sm_stop stop;
    bool problems = false;
    if (sm_stop_open(MPI_COMM_WORLD, 0, &stop, error) == SPARSEMED_OK && first) {
        sm_archive_list_find(options, false, &stop, &list, error);
    }
    sm_stop_wait_for_all(&stop);
    if (sm_vote(MPI_COMM_WORLD, error) == SPARSEMED_OK &&
        sm_audit(MPI_COMM_WORLD, &options->job.input_options.reach, options->job.progress, &list.sources, &stop,
                 &entries, error) == SPARSEMED_OK &&
        first && sm_conditions_apply(&options->conditions, &list.sources, entries, error) == SPARSEMED_OK) {
        problems = tell(options, &list.sources, entries, error);
    }
    sm_stop_close(&stop);
    sm_audit_free(entries, list.sources.n);
    sm_archive_list_free(&list);
    return problems;
}

const struct sm_command sm_command_audit = {
    .name = "audit",
    .summary = "tell what measurements there are, and which backgrounds they have",
    .usage = "Usage: sparsemed audit [OPTION]... SOURCE...\n"
             "       mpirun -n RANKS sparsemed audit [OPTION]... SOURCE...\n"
             "\n"
             "Tell of every measurement how large it is and how it is stored, what background it\n"
             "has, who made that and when, and whether all that it leads to is found. Only headers\n"
             "are read, and nothing is written but the records of --json and --tsv.\n"
             "\n"
             "  SOURCE  measurement, or folder: all *.rtdc below it but *_bg.rtdc and *_dcn.rtdc\n",
    .sections = {SM_OF_AUDIT, SM_OF_NAMES, SM_OF_CONDITIONS, SM_OF_SELECTION, SM_OF_REACH, SM_OF_TELLING},
    .exit_status = "Exit status: 0 all can be read and resolve, 1 some cannot or do not, 2 usage, 3 a\n"
                   "source cannot be read, 4 a record could not be written, 70 internal error, 75\n"
                   "stopped by a signal, or because a rank was stuck.\n",
    .check = check_command_line,
    .work = audit_archive,
};
