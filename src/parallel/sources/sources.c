#include "parallel/sources/sources.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parallel/headway.h"
#include "rtdc/files/path.h"

/* ---- the list ---- */

static enum sparsemed_status fail_memory(struct sparsemed_error *error) {
    return sparsemed_fail_memory(error, "listing the measurements");
}

enum sparsemed_status sm_sources_append(struct sm_sources *sources, char *input, char *output, const struct stat *state,
                                        struct sparsemed_error *error) {
    sm_headway("");
    if (input && output && sources->n == sources->capacity) {
        size_t capacity = 2 * sources->capacity + 64;
        struct sm_source *list = realloc(sources->list, capacity * sizeof *list);
        if (list) {
            sources->list = list;
            sources->capacity = capacity;
        }
    }
    if (!input || !output || sources->n == sources->capacity) {
        free(input);
        free(output);
        return fail_memory(error);
    }
    sources->list[sources->n++] =
        (struct sm_source){input, output, state ? state->st_dev : 0, state ? state->st_ino : 0};
    return SPARSEMED_OK;
}

bool sm_sources_take(struct sm_sources *sources, const char *below, bool named) {
    static const struct sm_globs none = {0};
    bool taken = sm_globs_take(sources->globs ? sources->globs : &none, below, named || sources->outputs_too);
    sources->n_left_out += !taken;
    return taken;
}

enum sparsemed_status sm_sources_pass_over(struct sm_sources *sources, const char *path, const char *reason,
                                           struct sparsemed_error *error) {
    if (sources->n_passed_over == sources->passed_over_capacity) {
        size_t capacity = 2 * sources->passed_over_capacity + 16;
        struct sm_passed_over *list = realloc(sources->passed_over, capacity * sizeof *list);
        if (!list) {
            return fail_memory(error);
        }
        sources->passed_over = list;
        sources->passed_over_capacity = capacity;
    }
    char *copy = strdup(path);
    if (!copy) {
        return fail_memory(error);
    }
    sources->passed_over[sources->n_passed_over++] = (struct sm_passed_over){copy, reason};
    return SPARSEMED_OK;
}

enum sparsemed_status sm_sources_poll(const struct sm_sources *sources, struct sparsemed_error *error) {
    return sources->stop && sm_stop_asked(sources->stop)
               ? sparsemed_fail(error, SPARSEMED_STOPPED, "stopped before anything was begun; to be run again")
               : SPARSEMED_OK;
}

enum sparsemed_status sm_sources_widen_base(struct sm_sources *sources, const char *path, bool is_folder,
                                            struct sparsemed_error *error) {
    size_t length = is_folder ? strlen(path) : (size_t)(sm_path_name(path) - path);
    while (length > 1 && path[length - 1] == '/') {
        length--;
    }
    if (!sources->base) {
        sources->base = strndup(path, length);
        return sources->base ? SPARSEMED_OK : fail_memory(error);
    }
    char *base = sources->base;
    size_t common = 0; /* characters up to the end of the last folder in common */
    for (size_t i = 0;; i++) {
        bool base_ends = !base[i] || base[i] == '/', path_ends = i >= length || path[i] == '/';
        if (base_ends && path_ends) {
            common = i;
        }
        if (!base[i] || i >= length || base[i] != path[i]) {
            break;
        }
    }
    strcpy(base + common, common == 0 ? "/" : "");
    return SPARSEMED_OK;
}

char *sm_sources_mirror(const struct sm_sources *sources, const char *input, const char *below) {
    if (sources->in_place) {
        return strdup(input);
    }
    if (!sources->output_folder) {
        return sm_path_background(input);
    }
    char *path = sm_path_join(sources->output_folder, below);
    if (!path || sources->copy) {
        return path;
    }
    char *output = sm_path_background(path);
    free(path);
    return output;
}

/* ---- the settled list ---- */

static int compare_sources(const void *left, const void *right) {
    const struct sm_source *a = left, *b = right;
    int order = strcmp(a->input, b->input);
    return order ? order : strcmp(a->output, b->output);
}

static int compare_outputs(const void *left, const void *right) {
    const struct sm_source *const *a = left, *const *b = right;
    return strcmp((*a)->output, (*b)->output);
}

static void release(struct sm_source *source) {
    free(source->input);
    free(source->output);
}

static void drop_repetitions(struct sm_sources *sources) {
    size_t n = 0;
    for (size_t i = 0; i < sources->n; i++) {
        if (n > 0 && compare_sources(&sources->list[n - 1], &sources->list[i]) == 0) {
            release(&sources->list[i]);
        } else {
            sources->list[n++] = sources->list[i];
        }
    }
    sources->n = n;
}

/* A measurement, and what file it is. */
struct identity {
    size_t index; /* in the list */
    dev_t device;
    ino_t number; /* 0: it cannot be found */
    char *
        name; /* of the file itself, which may have several (hard links); NULL: not known, or no other has its number */
};

static bool are_one_file(const struct identity *a, const struct identity *b) {
    return a->number != 0 && a->number == b->number && a->device == b->device;
}

static int compare_identities(const void *left, const void *right) {
    const struct identity *a = left, *b = right;
    int order = (a->device > b->device) - (a->device < b->device);
    order = order ? order : (a->number > b->number) - (a->number < b->number);
    order = order ? order : strcmp(a->name ? a->name : "", b->name ? b->name : "");
    return order ? order : (a->index > b->index) - (a->index < b->index);
}

/* Find out which files the measurements are, and order them so that paths to one name of a file follow each other, the
 * first of the list first. Only where paths lead to one file it is looked by which names they do. */
static void identify(const struct sm_sources *sources, struct identity *files) {
    for (size_t i = 0; i < sources->n; i++) {
        const struct sm_source *source = &sources->list[i];
        struct stat info = {.st_dev = source->device, .st_ino = source->number};
        bool found = info.st_ino != 0 || stat(source->input, &info) == 0;
        files[i] = (struct identity){i, info.st_dev, found ? info.st_ino : 0, NULL};
    }
    qsort(files, sources->n, sizeof *files, compare_identities);
    for (size_t i = 0; i < sources->n; i++) {
        if ((i > 0 && are_one_file(&files[i - 1], &files[i])) ||
            (i + 1 < sources->n && are_one_file(&files[i], &files[i + 1]))) {
            files[i].name = realpath(sources->list[files[i].index].input, NULL);
        }
    }
    qsort(files, sources->n, sizeof *files, compare_identities);
}

/* Pass over what leads to a file that an earlier path leads to. */
static enum sparsemed_status drop_detours(struct sm_sources *sources, struct sparsemed_error *error) {
    struct identity *files = malloc(sources->n * sizeof *files);
    if (!files) {
        return fail_memory(error);
    }
    identify(sources, files);
    for (size_t i = 1; i < sources->n && error->status == SPARSEMED_OK; i++) {
        struct sm_source *source = &sources->list[files[i].index];
        bool dropped = are_one_file(&files[i - 1], &files[i]) && files[i - 1].name && files[i].name &&
                       strcmp(files[i - 1].name, files[i].name) == 0;
        if (dropped &&
            sm_sources_pass_over(sources, source->input, "another path to a file of the list", error) == SPARSEMED_OK) {
            release(source);
            *source = (struct sm_source){0};
        }
    }
    size_t n = 0;
    for (size_t i = 0; i < sources->n; i++) {
        free(files[i].name);
        if (sources->list[i].input) {
            sources->list[n++] = sources->list[i];
        }
    }
    free(files);
    sources->n = n;
    return error->status;
}

/* Look for outputs that two inputs would make, and for outputs that are other inputs.
 *
 * by_output   [n], ordered by output; the list itself is ordered by input */
static enum sparsemed_status check_outputs(const struct sm_sources *sources, const struct sm_source *const *by_output,
                                           struct sparsemed_error *error) {
    size_t i = 0; /* of an input */
    for (size_t k = 0; k < sources->n; k++) {
        const struct sm_source *source = by_output[k];
        if (k > 0 && strcmp(by_output[k - 1]->output, source->output) == 0) {
            return sparsemed_fail(error, SPARSEMED_USAGE,
                                  "%.300s and %.300s would both make %.300s; a manifest can name outputs",
                                  by_output[k - 1]->input, source->input, source->output);
        }
        while (i < sources->n && strcmp(sources->list[i].input, source->output) < 0) {
            i++;
        }
        bool itself = strcmp(source->input, source->output) == 0;
        if (itself && sources->copy) {
            return sparsemed_fail(error, SPARSEMED_USAGE, "%.400s would become a copy of itself; name another folder",
                                  source->input);
        }
        if (i < sources->n && strcmp(sources->list[i].input, source->output) == 0 && !itself) {
            return sparsemed_fail(error, SPARSEMED_USAGE,
                                  "the output of %.400s would take the place of the input %.400s", source->input,
                                  source->output);
        }
    }
    return SPARSEMED_OK;
}

enum sparsemed_status sm_sources_settle(struct sm_sources *sources, struct sparsemed_error *error) {
    if (sources->n == 0) {
        return SPARSEMED_OK;
    }
    qsort(sources->list, sources->n, sizeof *sources->list, compare_sources);
    drop_repetitions(sources);
    if (sources->in_place && drop_detours(sources, error) != SPARSEMED_OK) {
        return error->status;
    }
    const struct sm_source **by_output = malloc(sources->n * sizeof *by_output);
    if (!by_output) {
        return fail_memory(error);
    }
    for (size_t i = 0; i < sources->n; i++) {
        by_output[i] = &sources->list[i];
    }
    qsort(by_output, sources->n, sizeof *by_output, compare_outputs);
    check_outputs(sources, by_output, error);
    free(by_output);
    return error->status;
}

size_t sm_sources_left_out(const struct sm_sources *sources) {
    return sources->n_left_out + sources->n_unfit;
}

void sm_sources_keep_shard(struct sm_sources *sources, size_t shard, size_t n_shards) {
    assert(shard >= 1 && shard <= n_shards);
    size_t n = 0;
    for (size_t i = 0; i < sources->n; i++) {
        if (i % n_shards == shard - 1) {
            sources->list[n++] = sources->list[i];
        } else {
            release(&sources->list[i]);
        }
    }
    sources->n = n;
}

void sm_sources_keep(struct sm_sources *sources, const bool *kept) {
    size_t n = 0;
    for (size_t i = 0; i < sources->n; i++) {
        if (kept[i]) {
            sources->list[n++] = sources->list[i];
        } else {
            release(&sources->list[i]);
        }
    }
    sources->n = n;
}

void sm_sources_free(struct sm_sources *sources) {
    for (size_t i = 0; i < sources->n; i++) {
        release(&sources->list[i]);
    }
    for (size_t i = 0; i < sources->n_passed_over; i++) {
        free(sources->passed_over[i].path);
    }
    free(sources->passed_over);
    free(sources->list);
    free(sources->base);
    *sources = (struct sm_sources){0};
}
