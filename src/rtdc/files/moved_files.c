/* The list begins with its length. A record for each file follows, in the order of names, and then all texts, each with
 * its end: an archive has far less folders than files, so most records share the text of their folder. */
#include "rtdc/files/moved_files.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/files/path.h"

struct record {
    uint64_t name, folder; /* places in the list */
};

struct head {
    uint64_t n;
    struct record records[]; /* [n] */
};

/* ---- making ---- */

struct entry {
    const char *path, *name; /* name points into path */
    size_t place;            /* among all */
};

static int compare(const void *left, const void *right) {
    const struct entry *a = left, *b = right;
    int by_name = strcmp(a->name, b->name);
    return by_name != 0 ? by_name : (a->place > b->place) - (a->place < b->place);
}

/* Write folders and names, in the order of the paths, so that folders come once. Returns how much there is.
 *
 * records   [n], likewise, receives where they are
 * text      where to write; NULL: nothing is written */
static size_t write_texts(const char *const *paths, size_t n, size_t begin, struct record *records, char *text) {
    size_t end = begin, folder = 0, folder_length = 0;
    for (size_t i = 0; i < n; i++) {
        const char *name = sm_path_name(paths[i]);
        size_t length = (size_t)(name - paths[i]), name_size = strlen(name) + 1;
        if (i == 0 || length != folder_length || strncmp(paths[i], paths[i - 1], length) != 0) {
            folder = end;
            folder_length = length;
            if (text) {
                memcpy(text + end, paths[i], length);
                text[end + length] = '\0';
            }
            end += length + 1;
        }
        if (text) {
            memcpy(text + end, name, name_size);
            records[i] = (struct record){end, folder};
        }
        end += name_size;
    }
    return end;
}

enum sparsemed_status sm_moved_files_make(const char *const *paths, size_t n, struct sm_moved_files *files,
                                          struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    size_t begin = sizeof(struct head) + n * sizeof(struct record);
    size_t n_bytes = write_texts(paths, n, begin, NULL, NULL);
    *files = (struct sm_moved_files){n_bytes, malloc(n_bytes)};
    struct head *head = files->bytes;
    struct entry *entries = malloc((n + 1) * sizeof *entries);
    struct record *records = malloc((n + 1) * sizeof *records);
    if (head && entries && records) {
        write_texts(paths, n, begin, records, files->bytes);
        for (size_t i = 0; i < n; i++) {
            entries[i] = (struct entry){paths[i], sm_path_name(paths[i]), i};
        }
        qsort(entries, n, sizeof *entries, compare);
        head->n = n;
        for (size_t i = 0; i < n; i++) {
            head->records[i] = records[entries[i].place];
        }
    } else {
        sparsemed_fail_memory(error, "listing files");
    }
    free(records);
    free(entries);
    return error->status;
}

void sm_moved_files_free(struct sm_moved_files *files) {
    free(files->bytes);
    *files = (struct sm_moved_files){0, NULL};
}

/* ---- looking ---- */

static const char *text_at(const struct sm_moved_files *files, uint64_t place) {
    return (const char *)files->bytes + place;
}

/* The number of records whose names come before a name. */
static size_t find_first(const struct sm_moved_files *files, const char *name) {
    const struct head *head = files->bytes;
    size_t low = 0, high = head ? head->n : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(text_at(files, head->records[middle].name), name) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Whether a record has a name. */
static bool is_called(const struct sm_moved_files *files, size_t i, const char *name) {
    const struct head *head = files->bytes;
    return head && i < head->n && strcmp(text_at(files, head->records[i].name), name) == 0;
}

bool sm_moved_files_have(const struct sm_moved_files *files, const char *path) {
    const char *name = sm_path_name(path);
    return is_called(files, find_first(files, name), name);
}

/* How many names the ends of two folders have in common; each ends with a slash, or is empty.
 *
 * n   bytes of other that count */
static size_t count_common(const char *folder, const char *other, size_t n) {
    size_t i = strlen(folder), j = n, common = 0;
    while (i > 0 && j > 0 && folder[i - 1] == other[j - 1]) {
        i--;
        j--;
        common += folder[i] != '/' && (i == 0 || folder[i - 1] == '/') && (j == 0 || other[j - 1] == '/');
    }
    return common;
}

/* Visit one file. */
static bool visit_record(const struct sm_moved_files *files, const struct record *record,
                         bool (*visit)(const char *candidate, void *data), void *data) {
    char *candidate = sm_path_join(text_at(files, record->folder), text_at(files, record->name));
    bool ended = candidate && visit(candidate, data);
    free(candidate);
    return ended;
}

bool sm_moved_files_visit(const struct sm_moved_files *files, const char *path,
                          bool (*visit)(const char *candidate, void *data), void *data) {
    const struct head *head = files->bytes;
    const char *name = sm_path_name(path);
    size_t folder = (size_t)(name - path), first = find_first(files, name), last = first, most = 0;
    bool ended = false;
    for (; is_called(files, last, name); last++) {
        size_t common = count_common(text_at(files, head->records[last].folder), path, folder);
        most = common > most ? common : most;
    }
    for (size_t common = most + 1; common-- > 0 && !ended;) {
        for (size_t i = first; i < last && !ended; i++) {
            ended = count_common(text_at(files, head->records[i].folder), path, folder) == common &&
                    visit_record(files, &head->records[i], visit, data);
        }
    }
    return ended;
}
