#include "parallel/archive/sources.h"

#include <assert.h>
#include <errno.h>
#include <fts.h>
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

enum sparsemed_status sm_sources_append(struct sm_sources *sources, char *input, char *output,
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
    sources->list[sources->n++] = (struct sm_source){input, output};
    return SPARSEMED_OK;
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
    char *path = sm_path_join(sources->output_folder, below);
    if (!path || sources->copy) {
        return path;
    }
    char *output = sm_path_background(path);
    free(path);
    return output;
}

/* ---- files and folders ---- */

static bool ends_with(const char *name, const char *end) {
    size_t length = strlen(name), end_length = strlen(end);
    return length >= end_length && strcmp(name + length - end_length, end) == 0;
}

static bool is_measurement(const char *name) {
    return ends_with(name, ".rtdc") && !ends_with(name, "_bg.rtdc");
}

/* Take in one thing found in a tree. */
static enum sparsemed_status visit(struct sm_sources *sources, FTS *tree, FTSENT *entry, size_t root_length,
                                   struct sparsemed_error *error) {
    bool hidden = entry->fts_level > 0 && entry->fts_name[0] == '.';
    bool unreadable = entry->fts_info == FTS_DNR || entry->fts_info == FTS_NS || entry->fts_info == FTS_ERR;
    if (hidden && entry->fts_info == FTS_D) {
        fts_set(tree, entry, FTS_SKIP);
    }
    if (hidden || !(unreadable || (entry->fts_info == FTS_F && is_measurement(entry->fts_name)))) {
        return SPARSEMED_OK;
    }
    const char *below = entry->fts_path + root_length;
    below += *below == '/';
    return sm_sources_append(sources, strdup(entry->fts_path), sm_sources_mirror(sources, entry->fts_path, below),
                             error);
}

static enum sparsemed_status add_tree(struct sm_sources *sources, char *root, struct sparsemed_error *error) {
    char *const roots[] = {root, NULL};
    size_t root_length = strlen(root);
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    if (!tree) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: cannot be listed: %s", root, strerror(errno));
    }
    for (;;) {
        errno = 0;
        sm_headway("");
        FTSENT *entry = fts_read(tree);
        if (!entry) {
            break;
        }
        if (visit(sources, tree, entry, root_length, error) != SPARSEMED_OK) {
            break;
        }
    }
    if (error->status == SPARSEMED_OK && errno != 0) {
        sparsemed_fail(error, SPARSEMED_INPUT, "%s: cannot be listed: %s", root, strerror(errno));
    }
    fts_close(tree);
    return error->status;
}

enum sparsemed_status sm_sources_add(struct sm_sources *sources, const char *path, struct sparsemed_error *error) {
    struct stat info;
    if (stat(path, &info) != 0) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: cannot be read: %s", path, strerror(errno));
    }
    if (!S_ISDIR(info.st_mode) && !S_ISREG(info.st_mode)) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "%s: is neither a file nor a folder", path);
    }
    bool is_folder = S_ISDIR(info.st_mode);
    char *absolute = is_folder ? realpath(path, NULL) : sm_path_absolute(path);
    if (!absolute) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: cannot be read: %s", path, strerror(errno));
    }
    if (sm_sources_widen_base(sources, absolute, is_folder, error) == SPARSEMED_OK) {
        if (is_folder) {
            add_tree(sources, absolute, error);
        } else {
            sm_sources_append(sources, strdup(absolute), sm_sources_mirror(sources, absolute, sm_path_name(absolute)),
                              error);
        }
    }
    free(absolute);
    return error->status;
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

void sm_sources_free(struct sm_sources *sources) {
    for (size_t i = 0; i < sources->n; i++) {
        release(&sources->list[i]);
    }
    free(sources->list);
    free(sources->base);
    *sources = (struct sm_sources){0};
}
