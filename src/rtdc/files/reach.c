#include "rtdc/files/reach.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/files/path.h"

static const struct sm_reach no_rules;

static struct {
    const struct sm_reach *reach;
    const char *measurement;
    struct sm_used_files *used, *missed;
    bool has_links;
} at_hand = {.reach = &no_rules};

void sm_reach_begin(const struct sm_reach *reach, const char *measurement, struct sm_used_files *used,
                    struct sm_used_files *missed) {
    at_hand.reach = reach;
    at_hand.measurement = measurement;
    at_hand.used = used;
    at_hand.missed = missed;
    at_hand.has_links = false;
}

void sm_reach_end(const struct sm_used_files *used) {
    if (at_hand.used == used) {
        sm_reach_begin(&no_rules, NULL, NULL, NULL);
    }
}

/* Whether a path without links lies below a folder, of whose path so many bytes count. */
static bool is_below(const char *real, const char *folder, size_t length) {
    while (length > 0 && folder[length - 1] == '/') {
        length--;
    }
    return strncmp(real, folder, length) == 0 && real[length] == '/';
}

/* The same for the folder of a file, which is taken over and may be NULL. */
static bool is_in_tree_of(const char *real, char *file) {
    bool below = file && is_below(real, file, (size_t)(sm_path_name(file) - file));
    free(file);
    return below;
}

static bool is_in_a_root(const char *real) {
    bool inside = at_hand.reach->n_roots == 0;
    for (size_t i = 0; i < at_hand.reach->n_roots && !inside; i++) {
        const char *root = at_hand.reach->roots[i];
        inside = is_below(real, root, strlen(root));
    }
    return inside;
}

/* Check where a file is. */
static enum sparsemed_status check_place(const char *from, const char *path, enum sm_way way,
                                         struct sparsemed_error *error) {
    const char *measurement = at_hand.measurement ? at_hand.measurement : from;
    bool anywhere = way == SM_BY_BASIN || at_hand.reach->follow_links;
    if (anywhere && at_hand.reach->n_roots == 0) {
        return SPARSEMED_OK;
    }
    char *real = realpath(path, NULL);
    if (!real) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "leads to %s, which cannot be read: %s", path, strerror(errno));
    }
    if (!is_in_a_root(real)) {
        sparsemed_fail(error, SPARSEMED_INPUT, "leads to %s (%s), which is in no folder of --basin-root", path, real);
    } else if (!anywhere && !is_in_tree_of(real, sm_path_absolute(measurement)) &&
               !is_in_tree_of(real, realpath(measurement, NULL))) {
        sparsemed_fail(error, SPARSEMED_INPUT,
                       "leads to %s (%s), which is outside the measurement's folder; --follow-links lets it", path,
                       real);
    }
    free(real);
    return error->status;
}

const struct sm_moved_files *sm_reach_moved(void) {
    static const struct sm_moved_files none;
    return at_hand.reach->moved ? at_hand.reach->moved : &none;
}

bool sm_reach_has_links(void) {
    return at_hand.has_links;
}

/* Note a link that is to be opened. */
static enum sparsemed_status note_link(const char *path, struct sparsemed_error *error) {
    struct stat state;
    at_hand.has_links = true;
    if (stat(path, &state) != 0) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "leads to %s, which cannot be read: %s", path, strerror(errno));
    }
    if (!S_ISREG(state.st_mode)) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "leads to %s, which is not a file", path);
    }
    return !at_hand.used || sm_used_files_add(at_hand.used, path, &state)
               ? SPARSEMED_OK
               : sparsemed_fail_memory(error, "looking at what a file leads to");
}

enum sparsemed_status sm_reach_pass(const char *from, const char *path, enum sm_way way,
                                    struct sparsemed_error *error) {
    if (check_place(from, path, way, error) != SPARSEMED_OK) {
        if (at_hand.missed) { /* as if it were not there: the next job may have other rules */
            sm_used_files_add(at_hand.missed, path, &(struct stat){0});
        }
    } else if (way == SM_BY_LINK && note_link(path, error) != SPARSEMED_OK) {
        sm_reach_miss(path);
    }
    return error->status;
}

void sm_reach_miss(const char *path) {
    struct stat state;
    if (at_hand.missed) {
        sm_used_files_add(at_hand.missed, path, stat(path, &state) == 0 ? &state : &(struct stat){0});
    }
}
