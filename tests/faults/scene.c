#include "faults/scene.h"

#include <fcntl.h>
#include <fts.h>
#include <hdf5.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rtdc/outputs/compare_files.h"

enum { PATH_SIZE = 4096 };

static void die(const char *path) {
    perror(path);
    abort();
}

/* The content of a file, with a zero behind it; to be released with free. NULL where there is no such file. */
static char *content(const char *path, size_t *n_bytes) {
    struct stat info;
    int file = open(path, O_RDONLY);
    if (file < 0 || fstat(file, &info) != 0) {
        return NULL;
    }
    *n_bytes = (size_t)info.st_size;
    char *bytes = calloc(1, *n_bytes + 1);
    if (!bytes || read(file, bytes, *n_bytes) != info.st_size) {
        die(path);
    }
    close(file);
    return bytes;
}

static void copy(const char *from, const char *to) {
    size_t n_bytes;
    char *bytes = content(from, &n_bytes);
    int file = open(to, O_WRONLY | O_CREAT | O_EXCL, 0666);
    if (!bytes || file < 0 || write(file, bytes, n_bytes) != (ssize_t)n_bytes) {
        die(to);
    }
    close(file);
    free(bytes);
}

static bool equal_bytes(const char *left, const char *right) {
    size_t n_left = 0, n_right = 0;
    char *a = content(left, &n_left), *b = content(right, &n_right);
    bool equal = a && b && n_left == n_right && memcmp(a, b, n_left) == 0;
    free(a);
    free(b);
    return equal;
}

/* ---- outputs ---- */

/* The log tells when and how long. */
static enum sm_likeness judge_object(const char *path, void *data) {
    (void)data;
    return strncmp(path, "logs/sparsemed", strlen("logs/sparsemed")) == 0 ? SM_UNLIKE : SM_ALIKE;
}

static bool has_all(hid_t expected, hid_t found) {
    const struct sm_tolerance tolerance = {judge_object, NULL, SIZE_MAX, false, NULL};
    char *different = expected >= 0 && found >= 0 ? sm_compare_files(expected, found, &tolerance) : strdup("the file");
    if (different) {
        fprintf(stderr, "%s differs\n", different);
    }
    free(different);
    return !different;
}

/* Whether two outputs hold the same but for the log. */
static bool equal_outputs(const char *left, const char *right) {
    hid_t a = H5Fopen(left, H5F_ACC_RDONLY, H5P_DEFAULT), b = H5Fopen(right, H5F_ACC_RDONLY, H5P_DEFAULT);
    bool equal = has_all(a, b) && has_all(b, a);
    if (a >= 0) {
        H5Fclose(a);
    }
    if (b >= 0) {
        H5Fclose(b);
    }
    return equal;
}

/* Whether all lines but the last one are objects of JSON. */
static bool is_journal(const char *path) {
    size_t n_bytes;
    bool whole = true;
    char *text = content(path, &n_bytes), *rest = text;
    for (char *end = strchr(text, '\n'); end && whole; end = strchr(rest, '\n')) {
        *end = '\0';
        json_t *record = json_loads(rest, 0, NULL);
        whole = json_is_object(record) || (!*rest && end > text) || end[1]; /* a torn one is followed by a break */
        json_decref(record);
        rest = end + 1;
    }
    free(text);
    return whole;
}

/* ---- folders ---- */

/* Called with every file below a folder.
 *
 * name   from the folder on */
typedef void visit_file(const char *scene, const char *name, void *data);

static void walk(const char *scene, const char *folder, visit_file *visit, void *data) {
    char root[PATH_SIZE];
    snprintf(root, sizeof root, "%s/%s", scene, folder);
    char *roots[] = {root, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    for (FTSENT *entry = fts_read(tree); entry; entry = fts_read(tree)) {
        if (entry->fts_info == FTS_F) {
            visit(scene, entry->fts_path + strlen(root) + 1, data);
        }
    }
    fts_close(tree);
}

static void empty(const char *path) {
    char *roots[] = {(char *)path, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    for (FTSENT *entry = fts_read(tree); entry; entry = fts_read(tree)) {
        if (entry->fts_level > 0 && entry->fts_info != FTS_D && remove(entry->fts_path) != 0) {
            die(entry->fts_path);
        }
    }
    fts_close(tree);
}

struct way {
    const char *from, *to;
};

static void copy_into(const char *scene, const char *name, void *data) {
    const struct way *way = data;
    char from[PATH_SIZE], to[PATH_SIZE], above[PATH_SIZE];
    snprintf(from, sizeof from, "%s/%s/%s", scene, way->from, name);
    snprintf(to, sizeof to, "%s/%s/%s", scene, way->to, name);
    snprintf(above, sizeof above, "%.*s", (int)(strrchr(to, '/') - to), to);
    mkdir(above, 0777);
    copy(from, to);
}

void scene_fill(const char *scene, const char *folder, const char *from) {
    char path[PATH_SIZE];
    struct way way = {from, folder};
    snprintf(path, sizeof path, "%s/%s", scene, folder);
    mkdir(path, 0777);
    empty(path);
    if (from) {
        walk(scene, from, copy_into, &way);
    }
}

/* ---- judging ---- */

static const char *join(char path[PATH_SIZE], const char *scene, const char *folder, const char *name) {
    snprintf(path, PATH_SIZE, "%s/%s/%s", scene, folder, name);
    return path;
}

static void judge_file(const char *scene, const char *name, void *data) {
    struct scene_outcome *outcome = data;
    char path[PATH_SIZE], before[PATH_SIZE], clean[PATH_SIZE];
    bool was_there = access(join(before, scene, "before", name), F_OK) == 0;
    bool to_be_there = access(join(clean, scene, "clean", name), F_OK) == 0;
    join(path, scene, "work", name);
    if (strstr(name, ".jsonl")) {
        outcome->is_as_before = false;
        if (!is_journal(path)) {
            snprintf(outcome->wrong, sizeof outcome->wrong, "%.3900s has lines that are not whole", name);
        }
        return;
    }
    bool kept = was_there && equal_bytes(before, path);
    bool made = to_be_there && !kept && equal_outputs(clean, path);
    outcome->is_as_before = outcome->is_as_before && kept;
    outcome->is_clean = outcome->is_clean && (made || (kept && equal_bytes(before, clean)));
    if (!was_there && !to_be_there) {
        outcome->n_left++;
    } else if (!kept && !made) {
        snprintf(outcome->wrong, sizeof outcome->wrong, "%.3900s is not whole", name);
    }
}

/* Something that is lost. */
static void find_before(const char *scene, const char *name, void *data) {
    struct scene_outcome *outcome = data;
    char path[PATH_SIZE];
    if (access(join(path, scene, "work", name), F_OK) != 0) {
        outcome->is_as_before = false;
        snprintf(outcome->wrong, sizeof outcome->wrong, "%.3900s is lost", name);
    }
}

static void find_clean(const char *scene, const char *name, void *data) {
    struct scene_outcome *outcome = data;
    char path[PATH_SIZE];
    outcome->is_clean = outcome->is_clean && access(join(path, scene, "work", name), F_OK) == 0;
}

struct scene_outcome scene_judge(const char *scene) {
    struct scene_outcome outcome = {.is_as_before = true, .is_clean = true};
    walk(scene, "work", judge_file, &outcome);
    walk(scene, "before", find_before, &outcome);
    walk(scene, "clean", find_clean, &outcome);
    outcome.is_clean = outcome.is_clean && outcome.n_left == 0;
    return outcome;
}
