#include "cli/archive_list.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/values.h"
#include "rtdc/files/path.h"

static const char journal_name[] = "sparsemed-journal.jsonl";

const char sm_archive_options_help[] =
    "The archive:\n"
    "      --output-dir DIR          make outputs under DIR, where the folders of SOURCE are\n"
    "                                mirrored: <stem>_bg.rtdc\n"
    "      --in-place                put each output in the place of its input\n"
    "      --manifest FILE           more measurements, one a line: a path, mirrored as it is\n"
    "                                written, or INPUT, a tabulator and OUTPUT; - is standard\n"
    "                                input\n"
    "      --shard I/N               every N-th measurement only, from number I on: for N jobs\n"
    "                                that share the archive\n"
    "      --journal FILE            what was done; default: sparsemed-journal.jsonl in DIR, or\n"
    "                                in the folder that holds all sources\n"
    "      --retry-failed            try again what has failed before and has not changed\n"
    "      --grace SECONDS           time that measurements under way have to end after a\n"
    "                                signal to stop (0)\n"
    "\n";

enum { OUTPUT_DIR = SM_OWN_OPTIONS, IN_PLACE, MANIFEST, SHARD, JOURNAL, RETRY_FAILED, GRACE, RANKS };

static const struct option own_options[] = {
    {"ranks", required_argument, NULL, RANKS}, /* of "plan" only, which is why it comes first */
    {"output-dir", required_argument, NULL, OUTPUT_DIR}, {"in-place", no_argument, NULL, IN_PLACE},
    {"manifest", required_argument, NULL, MANIFEST},     {"shard", required_argument, NULL, SHARD},
    {"journal", required_argument, NULL, JOURNAL},       {"retry-failed", no_argument, NULL, RETRY_FAILED},
    {"grace", required_argument, NULL, GRACE},           {NULL, 0, NULL, 0},
};

/* ---- options ---- */

static enum sparsemed_status read_shard(const char *text, struct sm_archive_options *options,
                                        struct sparsemed_error *error) {
    long long shard, n_shards;
    int length = 0;
    if (sscanf(text, "%9lld/%9lld%n", &shard, &n_shards, &length) != 2 || text[length] || shard < 1 ||
        shard > n_shards) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "--shard takes I/N with I from 1 to N, not \"%s\"", text);
    }
    options->shard = shard;
    options->n_shards = n_shards;
    return SPARSEMED_OK;
}

static enum sparsemed_status read_grace(const char *text, double *grace, struct sparsemed_error *error) {
    if (sm_read_number("--grace", text, grace, error) == SPARSEMED_OK && !(*grace >= 0)) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "--grace takes seconds, 0 or more, not \"%s\"", text);
    }
    return error->status;
}

static enum sparsemed_status read_ranks(const char *text, int64_t *n_ranks, struct sparsemed_error *error) {
    if (sm_read_integer("--ranks", text, n_ranks, error) == SPARSEMED_OK && (*n_ranks < 1 || *n_ranks > INT32_MAX)) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "--ranks takes a number from 1 on, not \"%s\"", text);
    }
    return error->status;
}

static enum sparsemed_status take(int option, const char *value, void *own, struct sparsemed_error *error) {
    struct sm_archive_options *options = own;
    switch (option) {
    case OUTPUT_DIR:
        options->output_dir = value;
        return *value ? SPARSEMED_OK : sparsemed_fail(error, SPARSEMED_USAGE, "the name of --output-dir is empty");
    case IN_PLACE:
        options->in_place = true;
        return SPARSEMED_OK;
    case MANIFEST:
        options->manifest = value;
        return SPARSEMED_OK;
    case SHARD:
        return read_shard(value, options, error);
    case JOURNAL:
        options->journal = value;
        return *value ? SPARSEMED_OK : sparsemed_fail(error, SPARSEMED_USAGE, "the name of --journal is empty");
    case RETRY_FAILED:
        options->retry_failed = true;
        return SPARSEMED_OK;
    case GRACE:
        return read_grace(value, &options->grace, error);
    default:
        return read_ranks(value, &options->n_ranks, error);
    }
}

/* What is missing, and what contradicts. */
static enum sparsemed_status complete(const struct sm_archive_options *options, const char *command,
                                      struct sparsemed_error *error) {
    const struct sm_options *shared = &options->shared;
    if (shared->n_paths == 0 && !options->manifest) {
        return sparsemed_fail(error, SPARSEMED_USAGE,
                              "SOURCE is missing; usage: sparsemed %s [OPTION]... SOURCE... --output-dir DIR", command);
    }
    for (int i = 0; i < shared->n_paths; i++) {
        if (!*shared->paths[i]) {
            return sparsemed_fail(error, SPARSEMED_USAGE, "the name of a SOURCE is empty");
        }
    }
    if (options->output_dir && options->in_place) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "--output-dir and --in-place contradict each other");
    }
    if (!options->output_dir && !options->in_place && shared->n_paths > 0) {
        return sparsemed_fail(error, SPARSEMED_USAGE,
                              "there is no place for the outputs: give --output-dir DIR, or --in-place");
    }
    return SPARSEMED_OK;
}

enum sparsemed_status sm_archive_options_read(int argc, char **argv, struct sm_archive_options *options,
                                              struct sparsemed_error *error) {
    bool plan = strcmp(argv[0], "plan") == 0;
    const struct sm_syntax syntax = {.command = argv[0], .own_options = own_options + !plan, .take = take};
    *options = (struct sm_archive_options){.shard = 1, .n_shards = 1};
    if (sm_options_read(argc, argv, &syntax, options, &options->shared, error) == SPARSEMED_OK &&
        !options->shared.help) {
        complete(options, syntax.command, error);
    }
    return error->status;
}

/* ---- what they say ---- */

static enum sparsemed_status add_manifest(const char *path, struct sm_sources *sources, struct sparsemed_error *error) {
    bool from_stdin = strcmp(path, "-") == 0;
    FILE *manifest = from_stdin ? stdin : fopen(path, "r");
    if (!manifest) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: cannot be read: %s", path, strerror(errno));
    }
    sm_sources_add_manifest(sources, manifest, from_stdin ? "standard input" : path, error);
    if (!from_stdin) {
        fclose(manifest);
    }
    return error->status;
}

static enum sparsemed_status find_sources(const struct sm_archive_options *options, struct sm_sources *sources,
                                          struct sparsemed_error *error) {
    for (int i = 0; i < options->shared.n_paths; i++) {
        if (sm_sources_add(sources, options->shared.paths[i], error) != SPARSEMED_OK) {
            return error->status;
        }
    }
    if ((options->manifest && add_manifest(options->manifest, sources, error) != SPARSEMED_OK) ||
        sm_sources_settle(sources, error) != SPARSEMED_OK) {
        return error->status;
    }
    if (sources->n == 0) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "there are no measurements (*.rtdc) to work on");
    }
    return SPARSEMED_OK;
}

/* Choose the journal, and read it with those of all shards. */
static enum sparsemed_status find_history(const struct sm_archive_options *options, struct sm_archive_list *list,
                                          struct sparsemed_error *error) {
    const char *folder = list->output_folder ? list->output_folder : list->sources.base;
    size_t size = strlen(folder) + sizeof journal_name + 1;
    char *path = options->journal ? strdup(options->journal) : malloc(size);
    if (path && !options->journal) {
        snprintf(path, size, "%s/%s", folder, journal_name);
    }
    if (path) {
        bool whole = options->n_shards == 1;
        list->journal_path =
            whole ? strdup(path) : sm_journal_shard_path(path, (size_t)options->shard, (size_t)options->n_shards);
    }
    if (list->journal_path) {
        sm_history_read(path, &list->history, error);
    } else {
        sparsemed_fail_memory(error, "naming the journal");
    }
    free(path);
    return error->status;
}

enum sparsemed_status sm_archive_list_make(const struct sm_archive_options *options, struct sm_archive_list *list,
                                           struct sparsemed_error *error) {
    *list = (struct sm_archive_list){0};
    if (options->output_dir) {
        list->output_folder = sm_path_absolute(options->output_dir);
        if (!list->output_folder) {
            return sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: cannot be found: %s", options->output_dir,
                                  strerror(errno));
        }
    }
    list->sources.in_place = options->in_place;
    list->sources.output_folder = list->output_folder;
    if (find_sources(options, &list->sources, error) == SPARSEMED_OK &&
        find_history(options, list, error) == SPARSEMED_OK) {
        sm_sources_keep_shard(&list->sources, (size_t)options->shard, (size_t)options->n_shards);
    }
    return error->status;
}

void sm_archive_list_free(struct sm_archive_list *list) {
    sm_history_free(&list->history);
    sm_sources_free(&list->sources);
    free(list->journal_path);
    free(list->output_folder);
    *list = (struct sm_archive_list){0};
}
