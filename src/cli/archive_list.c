#include "cli/archive_list.h"

#include <assert.h>
#include <errno.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/tell.h"
#include "parallel/headway.h"
#include "parallel/inspection/audit.h"
#include "parallel/inspection/conditions.h"
#include "parallel/journal/journal.h"
#include "parallel/sources/manifest.h"
#include "parallel/vote.h"
#include "rtdc/files/path.h"

enum { MOST_TOLD = 100 }; /* of what is passed over */

/* ---- the command line ---- */

enum sparsemed_status sm_archive_check(struct sm_options *options, struct sparsemed_error *error) {
    if (options->n_paths == 0 && !options->manifest) {
        return sparsemed_fail(error, SPARSEMED_USAGE,
                              "SOURCE is missing; usage: sparsemed %s [OPTION]... SOURCE...; see sparsemed %s --help",
                              options->command, options->command);
    }
    for (int i = 0; i < options->n_paths; i++) {
        if (!*options->paths[i]) {
            return sparsemed_fail(error, SPARSEMED_USAGE, "the name of a SOURCE is empty");
        }
    }
    if (options->output_dir && options->in_place) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "--output-dir and --in-place contradict each other");
    }
    return SPARSEMED_OK;
}

enum sparsemed_status sm_archive_check_place(struct sm_options *options, struct sparsemed_error *error) {
    if (sm_archive_check(options, error) == SPARSEMED_OK && !options->output_dir && !options->in_place &&
        options->n_paths > 0) {
        sparsemed_fail(error, SPARSEMED_USAGE,
                       "there is no place for the outputs: give --output-dir DIR, or --in-place");
    }
    return error->status;
}

/* ---- the list ---- */

static enum sparsemed_status add_manifest(const char *path, struct sm_sources *sources, struct sparsemed_error *error) {
    char *text;
    size_t size;
    sm_headway_begin("reading the manifest", path);
    if (sm_manifest_read(path, sources, &text, &size, error) == SPARSEMED_OK) {
        sm_manifest_add(sources, text, size, strcmp(path, "-") == 0 ? "standard input" : path, error);
    }
    free(text);
    return error->status;
}

void sm_archive_list_tell_rest(FILE *stream, const struct sm_sources *sources) {
    if (sources->n_passed_over > 0) {
        fprintf(stream, ", %zu passed over", sources->n_passed_over);
    }
    if (sm_sources_left_out(sources) > 0) {
        fprintf(stream, ", %zu left out", sm_sources_left_out(sources));
    }
}

void sm_archive_list_tell_passed_over(const struct sm_sources *sources) {
    for (size_t i = 0; i < sources->n_passed_over && i < MOST_TOLD; i++) {
        sm_tell(stderr, "sparsemed: passed over: %s: %s", sources->passed_over[i].path, sources->passed_over[i].reason);
    }
    if (sources->n_passed_over > MOST_TOLD) {
        fprintf(stderr, "sparsemed: passed over: %zu more\n", sources->n_passed_over - MOST_TOLD);
    }
}

static enum sparsemed_status find_sources(const struct sm_options *options, struct sm_sources *sources,
                                          struct sparsemed_error *error) {
    for (int i = 0; i < options->n_paths; i++) {
        sm_headway_begin("listing", options->paths[i]);
        if (sm_sources_add(sources, options->paths[i], error) != SPARSEMED_OK) {
            return error->status;
        }
    }
    if ((options->manifest && add_manifest(options->manifest, sources, error) != SPARSEMED_OK) ||
        sm_sources_settle(sources, error) != SPARSEMED_OK) {
        return error->status;
    }
    if (!options->quiet) {
        sm_archive_list_tell_passed_over(sources);
    }
    if (sources->n == 0 && sources->n_left_out > 0) {
        return sparsemed_fail(
            error, SPARSEMED_INPUT,
            "there are no measurements to work on: all %zu are left out by their names; see --include",
            sources->n_left_out);
    }
    if (sources->n == 0) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "there are no measurements (*.rtdc) to work on");
    }
    return SPARSEMED_OK;
}

/* Choose the journal, and read it with those of all shards. */
static enum sparsemed_status find_history(const struct sm_options *options, struct sm_archive_list *list,
                                          struct sparsemed_error *error) {
    const char *folder = list->output_folder ? list->output_folder : list->sources.base;
    char *path = options->journal ? strdup(options->journal) : sm_path_join(folder, SM_JOURNAL_NAME);
    if (path) {
        bool whole = options->n_shards == 1;
        list->journal_path =
            whole ? strdup(path) : sm_journal_shard_path(path, (size_t)options->shard, (size_t)options->n_shards);
    }
    if (list->journal_path) {
        sm_headway_begin("reading the journal", path);
        sm_history_read(path, &list->history, error);
    } else {
        sparsemed_fail_memory(error, "naming the journal");
    }
    free(path);
    return error->status;
}

enum sparsemed_status sm_archive_list_find(const struct sm_options *options, bool beside, struct sm_stop *stop,
                                           struct sm_archive_list *list, struct sparsemed_error *error) {
    assert(options->n_paths > 0 || options->manifest);
    *list = (struct sm_archive_list){0};
    if (options->output_dir) {
        list->output_folder = sm_path_absolute(options->output_dir);
        if (!list->output_folder) {
            return sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: cannot be found: %s", options->output_dir,
                                  strerror(errno));
        }
    }
    list->sources.stop = stop;
    list->sources.in_place = options->in_place;
    list->sources.copy = options->job.copy;
    list->sources.beside = beside;
    list->sources.output_folder = list->output_folder;
    list->sources.globs = &options->globs;
    return find_sources(options, &list->sources, error);
}

enum sparsemed_status sm_archive_list_make(const struct sm_options *options, bool beside, struct sm_stop *stop,
                                           struct sm_archive_list *list, struct sparsemed_error *error) {
    assert(1 <= options->shard && options->shard <= options->n_shards);
    if (sm_archive_list_find(options, beside, stop, list, error) == SPARSEMED_OK &&
        find_history(options, list, error) == SPARSEMED_OK) {
        sm_sources_keep_shard(&list->sources, (size_t)options->shard, (size_t)options->n_shards);
    }
    return error->status;
}

enum sparsemed_status sm_archive_list_restrict(const struct sm_options *options, struct sm_stop *stop,
                                               struct sm_sources *sources, struct sparsemed_error *error) {
    struct sm_audit_entry *entries = NULL;
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    if (options->conditions.n == 0) {
        return SPARSEMED_OK;
    }
    if (sm_audit(MPI_COMM_WORLD, &options->job.input_options.reach, options->job.progress, sources, stop, &entries,
                 error) == SPARSEMED_OK &&
        rank == 0) {
        sm_conditions_apply(&options->conditions, sources, entries, error);
    }
    sm_audit_free(entries, sources->n);
    return sm_vote(MPI_COMM_WORLD, error);
}

void sm_archive_list_free(struct sm_archive_list *list) {
    sm_history_free(&list->history);
    sm_sources_free(&list->sources);
    free(list->journal_path);
    free(list->output_folder);
    *list = (struct sm_archive_list){0};
}
