#include "parallel/inspection/pairs.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "parallel/sources/sources.h"
#include "rtdc/files/path.h"

/* A file of one of the trees. */
struct member {
    char *name; /* of its measurement */
    char *path;
    int tree;
    bool is_output;
};

struct members {
    size_t n;
    struct member *list;
};

/* The measurement that a path below a tree stands for. NULL where memory is out. */
static char *name_measurement(const char *below, bool *is_output) {
    static const char *const ends[] = {"_bg.rtdc", "_dcn.rtdc"};
    char *name = strdup(below);
    *is_output = false;
    for (size_t i = 0; i < sizeof ends / sizeof *ends && name && !*is_output; i++) {
        size_t length = strlen(name), end = strlen(ends[i]);
        *is_output = length > end && strcmp(name + length - end, ends[i]) == 0;
        if (*is_output) {
            strcpy(name + length - end, ".rtdc");
        }
    }
    return name;
}

static int compare_members(const void *left, const void *right) {
    const struct member *a = left, *b = right;
    int order = strcmp(a->name, b->name);
    order = order ? order : a->tree - b->tree;
    order = order ? order : b->is_output - a->is_output; /* outputs first */
    return order ? order : strcmp(a->path, b->path);
}

/* Take over the files of a tree. */
static enum sparsemed_status add_members(const char *path, int tree, struct sm_stop *stop, struct members *members,
                                         struct sparsemed_error *error) {
    static const struct sm_globs all = {.n_included = 1, .included = {"*"}};
    struct sm_sources sources = {.in_place = true, .stop = stop, .globs = &all};
    if (sm_sources_add(&sources, path, error) == SPARSEMED_OK && sm_sources_settle(&sources, error) == SPARSEMED_OK &&
        sources.n == 0) {
        sparsemed_fail(error, SPARSEMED_INPUT, "%s: has no measurements (*.rtdc)", path);
    }
    struct member *list = realloc(members->list, (members->n + sources.n + 1) * sizeof *list);
    if (!list && error->status == SPARSEMED_OK) {
        sparsemed_fail_memory(error, "listing measurements");
    }
    members->list = list ? list : members->list;
    size_t base = sources.base ? strlen(sources.base) : 0;
    for (size_t i = 0; i < sources.n && error->status == SPARSEMED_OK; i++) {
        struct member *member = &list[members->n];
        *member = (struct member){.path = sources.list[i].input, .tree = tree};
        member->name = name_measurement(member->path + base + (member->path[base] == '/'), &member->is_output);
        sources.list[i].input = NULL;
        members->n++;
        if (!member->name) {
            sparsemed_fail_memory(error, "listing measurements");
        }
    }
    sm_sources_free(&sources);
    return error->status;
}

static void free_members(struct members *members) {
    for (size_t i = 0; i < members->n; i++) {
        free(members->list[i].name);
        free(members->list[i].path);
    }
    free(members->list);
}

/* Put those of one name together; what is left over stays with the members. */
static enum sparsemed_status match(struct members *members, struct sm_pairs *pairs, struct sparsemed_error *error) {
    pairs->list = calloc(members->n, sizeof *pairs->list);
    if (!pairs->list) {
        return sparsemed_fail_memory(error, "listing measurements");
    }
    qsort(members->list, members->n, sizeof *members->list, compare_members);
    for (size_t i = 0; i < members->n; i++) {
        struct member *member = &members->list[i];
        bool new = pairs->n == 0 || strcmp(pairs->list[pairs->n - 1].name, member->name) != 0;
        struct sm_pair *pair = &pairs->list[new ? pairs->n++ : pairs->n - 1];
        if (new) {
            pair->name = member->name;
            member->name = NULL;
        }
        if (!pair->paths[member->tree]) {
            pair->paths[member->tree] = member->path;
            member->path = NULL;
        }
    }
    return SPARSEMED_OK;
}

/* Two files are a pair whatever their names. */
static enum sparsemed_status pair_files(const char *const paths[2], struct sm_pairs *pairs,
                                        struct sparsemed_error *error) {
    pairs->list = calloc(1, sizeof *pairs->list);
    if (!pairs->list) {
        return sparsemed_fail_memory(error, "listing measurements");
    }
    pairs->n = 1;
    struct sm_pair *pair = pairs->list;
    *pair = (struct sm_pair){strdup(sm_path_name(paths[0])), {sm_path_absolute(paths[0]), sm_path_absolute(paths[1])}};
    return pair->name && pair->paths[0] && pair->paths[1] ? SPARSEMED_OK
                                                          : sparsemed_fail_memory(error, "listing measurements");
}

enum sparsemed_status sm_pairs_find(const char *const paths[2], struct sm_stop *stop, struct sm_pairs *pairs,
                                    struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    bool is_folder[2];
    *pairs = (struct sm_pairs){0};
    for (int i = 0; i < 2; i++) {
        struct stat info;
        is_folder[i] = stat(paths[i], &info) == 0 && S_ISDIR(info.st_mode);
    }
    if (is_folder[0] != is_folder[1]) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "%s is a folder, and %s is none", paths[!is_folder[0]],
                              paths[is_folder[0]]);
    }
    if (!is_folder[0]) {
        return pair_files(paths, pairs, error);
    }
    struct members members = {0};
    if (add_members(paths[0], 0, stop, &members, error) == SPARSEMED_OK &&
        add_members(paths[1], 1, stop, &members, error) == SPARSEMED_OK) {
        match(&members, pairs, error);
    }
    free_members(&members);
    return error->status;
}

void sm_pairs_free(struct sm_pairs *pairs) {
    for (size_t i = 0; i < pairs->n; i++) {
        free(pairs->list[i].name);
        free(pairs->list[i].paths[0]);
        free(pairs->list[i].paths[1]);
    }
    free(pairs->list);
    *pairs = (struct sm_pairs){0};
}
