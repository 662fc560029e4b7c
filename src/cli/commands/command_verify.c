#include <inttypes.h>
#include <mpi.h>
#include <stdio.h>
#include <string.h>

#include "cli/archive_list.h"
#include "cli/commands.h"
#include "cli/json_file.h"
#include "cli/output_list.h"
#include "cli/tell.h"
#include "parallel/headway.h"
#include "parallel/inspection/verify_outputs.h"
#include "parallel/stop.h"
#include "parallel/vote.h"
#include "rtdc/files/surrogates.h"

/* What is told, and how much of it there is. */
struct told {
    const struct sm_sources *outputs;
    const struct sm_verified *results; /* [outputs->n] */
    const struct sm_options *options;
    size_t n_before;              /* that were good before, and are not looked at again */
    size_t n_good, n_bad, n_none; /* none: files without a background, which nobody has named */
};

static enum sparsemed_status check_command_line(struct sm_options *options, struct sparsemed_error *error) {
    if (options->n_paths == 0) {
        return sparsemed_fail(error, SPARSEMED_USAGE,
                              "OUTPUT is missing; usage: sparsemed verify [OPTION]... OUTPUT|FOLDER|JOURNAL...");
    }
    return SPARSEMED_OK;
}

/* ---- telling ---- */

/* Whether a file is none of this program: it was found in a folder, has no background, and the name of an input. */
static bool is_passed_over(const struct told *told, size_t i) {
    const char *path = told->outputs->list[i].input, *end = strrchr(path, '_');
    bool passed_over = told->results[i].no_background && !(end && strcmp(end, "_bg.rtdc") == 0) &&
                       !sm_output_is_named(told->options, path);
    return passed_over;
}

static void count(struct told *told) {
    for (size_t i = 0; i < told->outputs->n; i++) {
        bool none = is_passed_over(told, i);
        told->n_none += none;
        told->n_good += told->results[i].n_flaws == 0;
        told->n_bad += told->results[i].n_flaws > 0 && !none;
    }
}

/* Go to the next flaw of a text, and take it apart. Returns false after the last. */
static bool next_flaw(const char **text, char parts[3][1024]) {
    static const char ends[] = "\t\t\n";
    if (!*text || !**text) {
        return false;
    }
    for (int k = 0; k < 3; k++) {
        size_t length = strcspn(*text, ends + k);
        snprintf(parts[k], sizeof parts[k], "%.*s", (int)length, *text);
        *text += length + 1;
    }
    return true;
}

static void tell(FILE *stream, const struct told *told) {
    for (size_t i = 0; i < told->outputs->n; i++) {
        const char *path = told->outputs->list[i].input, *text = told->results[i].flaws;
        char parts[3][1024];
        while (!is_passed_over(told, i) && next_flaw(&text, parts)) {
            sm_tell(stream, "%s: %s: %s; %s", path, parts[0], parts[1], parts[2]);
        }
        if (told->options->verbose && told->results[i].n_flaws == 0) {
            sm_tell(stream, "%s: good", path);
        }
    }
    if (!told->options->quiet) {
        fprintf(stream, "%zu verified: %zu good, %zu with findings", told->n_good + told->n_bad, told->n_good,
                told->n_bad);
        if (told->n_before > 0) {
            fprintf(stream, "; %zu good before", told->n_before);
        }
        if (told->n_none > 0) {
            fprintf(stream, "; %zu without a background", told->n_none);
        }
        sm_archive_list_tell_rest(stream, told->outputs);
        fputc('\n', stream);
    }
}

static json_t *record_of(const struct told *told) {
    json_t *value = json_object(), *files = json_array();
    json_object_set_new(value, "good", json_integer((json_int_t)told->n_good));
    json_object_set_new(value, "with_findings", json_integer((json_int_t)told->n_bad));
    json_object_set_new(value, "good_before", json_integer((json_int_t)told->n_before));
    json_object_set_new(value, "without_background", json_integer((json_int_t)told->n_none));
    json_object_set_new(value, "passed_over", json_integer((json_int_t)told->outputs->n_passed_over));
    json_object_set_new(value, "left_out", json_integer((json_int_t)sm_sources_left_out(told->outputs)));
    for (size_t i = 0; i < told->outputs->n; i++) {
        const char *text = told->results[i].flaws;
        char parts[3][1024];
        json_t *file = json_object(), *findings = json_array();
        json_object_set_new(file, "path", sm_json_from_bytes(told->outputs->list[i].input));
        while (!is_passed_over(told, i) && next_flaw(&text, parts)) {
            json_array_append_new(findings,
                                  json_pack("{so so so}", "place", sm_json_from_bytes(parts[0]), "problem",
                                            sm_json_from_bytes(parts[1]), "remedy", sm_json_from_bytes(parts[2])));
        }
        json_object_set_new(file, "findings", findings);
        json_array_append_new(files, file);
    }
    json_object_set_new(value, "files", files);
    return value;
}

/* ---- doing ---- */

/* Open the journal of verify, where there is to be one, and drop what it knows as good. */
static void pass_over_good(const struct sm_options *options, struct sm_sources *outputs,
                           struct sm_verified_before *before, size_t *n_dropped, struct sparsemed_error *error) {
    if (error->status == SPARSEMED_OK && options->journal &&
        sm_verified_before_open(options->journal, before, error) == SPARSEMED_OK) {
        sm_verified_before_drop(before, outputs, options->n_recompute, n_dropped, error);
    }
}

static bool verify(const struct sm_options *options, bool first, struct sparsemed_error *error) {
    struct sm_verified_before before = {NULL, SM_NO_JOURNAL};
    const struct sm_verifying how = {&options->job.input_options.reach, options->n_recompute, options->job.progress,
                                     &before};
    struct sm_sources outputs = {0};
    struct told told = {.outputs = &outputs, .options = options};
    struct sm_verified *results = NULL;
    struct sm_stop stop;
    if (sm_stop_open(MPI_COMM_WORLD, 0, &stop, error) == SPARSEMED_OK && first) {
        sm_output_list_find(options, &stop, &outputs, error);
        pass_over_good(options, &outputs, &before, &told.n_before, error);
    }
    sm_stop_wait_for_all(&stop);
    if (sm_vote(MPI_COMM_WORLD, error) == SPARSEMED_OK &&
        sm_archive_list_restrict(options, &stop, &outputs, error) == SPARSEMED_OK &&
        sm_verify_outputs(MPI_COMM_WORLD, &how, &outputs, &stop, &results, error) == SPARSEMED_OK && first) {
        told.results = results;
        count(&told);
        sm_headway_tell();
        sm_stop_end_calls();
        tell(sm_options_text_stream(options), &told);
        if (options->json_path) {
            sm_json_file_write(options->json_path, record_of(&told), error);
        }
        if (told.n_bad > 0 && error->status == SPARSEMED_OK) {
            sparsemed_fail(error, SPARSEMED_INPUT, "%zu of %zu outputs have findings", told.n_bad,
                           told.n_good + told.n_bad);
        }
    }
    sm_stop_close(&stop);
    sm_verified_free(results, outputs.n);
    sm_sources_free(&outputs);
    sm_verified_before_close(&before);
    return false;
}

const struct sm_command sm_command_verify = {
    .name = "verify",
    .summary = "tell whether outputs are what they promise",
    .usage = "Usage: sparsemed verify [OPTION]... OUTPUT|FOLDER|JOURNAL...\n"
             "       mpirun -n RANKS sparsemed verify [OPTION]... OUTPUT|FOLDER|JOURNAL...\n"
             "\n"
             "Look for what is wrong with outputs: chunks, checksums, shapes, attributes, basins,\n"
             "the log, and the map from frames to images, which is computed anew. Each finding is\n"
             "a line: file, place, what is wrong, and what to do.\n"
             "\n"
             "  OUTPUT   output, or measurement that has its background in place\n"
             "  FOLDER   all *.rtdc below it that have a background, and all *_bg.rtdc\n"
             "  JOURNAL  of batch: all outputs that are done\n",
    .sections = {SM_OF_VERIFY, SM_OF_NAMES, SM_OF_CONDITIONS, SM_OF_REACH, SM_OF_TELLING},
    .exit_status = "Exit status: 0 all are good, 2 usage, 3 some have findings, or cannot be found, 4 the\n"
                   "record could not be written, 70 internal error, 75 stopped by a signal, or\n"
                   "because a rank was stuck.\n",
    .check = check_command_line,
    .work = verify,
};
