#include <mpi.h>
#include <stdio.h>

#include "cli/archive_list.h"
#include "cli/commands.h"
#include "cli/json_file.h"
#include "cli/output_list.h"
#include "cli/tell.h"
#include "parallel/headway.h"
#include "parallel/inspection/relink_outputs.h"
#include "parallel/stop.h"
#include "parallel/vote.h"
#include "rtdc/files/surrogates.h"

/* What is told, and how much of it there is. */
struct told {
    const struct sm_options *options;
    const struct sm_sources *outputs;
    const struct sm_relink_result *results; /* [outputs->n] */
    size_t n[SM_N_RELINK_VERDICTS];
};

static enum sparsemed_status check_command_line(struct sm_options *options, struct sparsemed_error *error) {
    if (options->n_paths == 0) {
        return sparsemed_fail(error, SPARSEMED_USAGE,
                              "OUTPUT is missing; usage: sparsemed relink [OPTION]... OUTPUT|FOLDER|JOURNAL...");
    }
    return SPARSEMED_OK;
}

/* ---- telling ---- */

static const char *const verdicts[SM_N_RELINK_VERDICTS] = {
    [SM_LEADS] = "leads",       [SM_LED_ANEW] = "relinked",   [SM_LEADS_NOWHERE] = "not found",
    [SM_NOT_OURS] = "not ours", [SM_NOT_RELINKED] = "failed",
};

static void tell_output(const struct told *told, size_t i, FILE *stream) {
    const char *path = told->outputs->list[i].input;
    const struct sm_relink_result *result = &told->results[i];
    const char *reason = result->reason ? result->reason : path;
    if (result->target && !told->options->quiet) {
        sm_tell(stream, "%s: leads to %s", path, result->target);
    }
    if (result->verdict == SM_LEADS_NOWHERE) {
        sm_tell(stderr, "sparsemed: not found: %s; see --search-path", reason);
    } else if (result->verdict == SM_NOT_RELINKED) {
        sm_tell(stderr, "sparsemed: failed: %s", reason);
    } else if (result->verdict == SM_NOT_OURS && !told->options->quiet &&
               (told->options->verbose || sm_output_is_named(told->options, path))) {
        sm_tell(stream, "%s: has no background of this program; left as it is", path);
    } else if (result->verdict == SM_LEADS && told->options->verbose) {
        sm_tell(stream, "%s: left as it is", path);
    }
}

static void tell(struct told *told, FILE *stream) {
    for (size_t i = 0; i < told->outputs->n; i++) {
        told->n[told->results[i].verdict]++;
        tell_output(told, i, stream);
    }
    if (!told->options->quiet) {
        fprintf(stream, "%zu relinked, %zu as they were, %zu not found, %zu failed", told->n[SM_LED_ANEW],
                told->n[SM_LEADS], told->n[SM_LEADS_NOWHERE], told->n[SM_NOT_RELINKED]);
        if (told->n[SM_NOT_OURS] > 0) {
            fprintf(stream, "; %zu not of this program", told->n[SM_NOT_OURS]);
        }
        sm_archive_list_tell_rest(stream, told->outputs);
        fputc('\n', stream);
    }
}

static json_t *record_of(const struct told *told) {
    json_t *value =
        json_pack("{sI sI sI sI sI sI sI}", "relinked", (json_int_t)told->n[SM_LED_ANEW], "as_they_were",
                  (json_int_t)told->n[SM_LEADS], "not_found", (json_int_t)told->n[SM_LEADS_NOWHERE], "failed",
                  (json_int_t)told->n[SM_NOT_RELINKED], "not_ours", (json_int_t)told->n[SM_NOT_OURS], "passed_over",
                  (json_int_t)told->outputs->n_passed_over, "left_out", (json_int_t)sm_sources_left_out(told->outputs));
    json_t *files = json_array();
    for (size_t i = 0; i < told->outputs->n; i++) {
        const struct sm_relink_result *result = &told->results[i];
        json_t *file = json_pack("{so ss}", "path", sm_json_from_bytes(told->outputs->list[i].input), "state",
                                 verdicts[result->verdict]);
        if (result->target) {
            json_object_set_new(file, "target", sm_json_from_bytes(result->target));
        }
        if (result->reason) {
            json_object_set_new(file, "reason", sm_json_from_bytes(result->reason));
        }
        json_array_append_new(files, file);
    }
    json_object_set_new(value, "files", files);
    return value;
}

/* ---- doing ---- */

static bool relink(const struct sm_options *options, bool first, struct sparsemed_error *error) {
    const struct sm_reach *reach = &options->job.input_options.reach;
    struct sm_sources outputs = {0};
    struct told told = {.options = options, .outputs = &outputs};
    struct sm_relink_result *results = NULL;
    struct sm_stop stop;
    if (sm_stop_open(MPI_COMM_WORLD, 0, &stop, error) == SPARSEMED_OK && first) {
        sm_output_list_find(options, &stop, &outputs, error);
    }
    sm_stop_wait_for_all(&stop);
    if (sm_vote(MPI_COMM_WORLD, error) == SPARSEMED_OK &&
        sm_archive_list_restrict(options, &stop, &outputs, error) == SPARSEMED_OK &&
        sm_relink_outputs(MPI_COMM_WORLD, reach, options->job.progress, &outputs, &stop, &results, error) ==
            SPARSEMED_OK &&
        first) {
        told.results = results;
        sm_headway_tell();
        sm_stop_end_calls();
        tell(&told, sm_options_text_stream(options));
        if (options->json_path) {
            sm_json_file_write(options->json_path, record_of(&told), error);
        }
    }
    sm_stop_close(&stop);
    sm_relink_results_free(results, outputs.n);
    sm_sources_free(&outputs);
    return told.n[SM_LEADS_NOWHERE] + told.n[SM_NOT_RELINKED] > 0;
}

const struct sm_command sm_command_relink = {
    .name = "relink",
    .summary = "lead outputs to measurements that were moved",
    .usage = "Usage: sparsemed relink [OPTION]... OUTPUT|FOLDER|JOURNAL...\n"
             "       mpirun -n RANKS sparsemed relink [OPTION]... OUTPUT|FOLDER|JOURNAL...\n"
             "\n"
             "Write the paths of basins anew in outputs of this program whose measurements were\n"
             "moved: to files of the same name beside them, or below --search-path, that have the\n"
             "identifier which the basin tells. All else stays, and so do outputs that lead to\n"
             "their measurements, and files of others.\n"
             "\n"
             "  OUTPUT   output, or measurement that has its background in place\n"
             "  FOLDER   all *.rtdc below it\n"
             "  JOURNAL  of batch: all outputs that are done\n",
    .sections = {SM_OF_RELINK, SM_OF_NAMES, SM_OF_CONDITIONS, SM_OF_REACH, SM_OF_TELLING},
    .exit_status = "Exit status: 0 all lead to their files, 1 some do not, or failed, 2 usage, 3 nothing\n"
                   "is there to be read, 4 the record could not be written, 70 internal error, 75\n"
                   "stopped by a signal, or because a rank was stuck.\n",
    .check = check_command_line,
    .work = relink,
};
