/* The measurements in a folder and those below it. Symbolic links are followed, as archives are kept that way. No walk
 * is endless: a folder is not entered where it is on the way to itself already (fts.h), and a request to stop is heard.
 */
#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "parallel/headway.h"
#include "parallel/sources/sources.h"
#include "rtdc/files/path.h"

static bool ends_with(const char *name, const char *end) {
    size_t length = strlen(name), end_length = strlen(end);
    return length >= end_length && strcmp(name + length - end_length, end) == 0;
}

static bool is_measurement(const char *name) {
    return ends_with(name, ".rtdc");
}

/* Why something in a tree is passed over, or NULL: it is no measurement by its name, or one that can be read. */
static const char *reason_to_pass_over(const FTSENT *entry) {
    const char *name = entry->fts_name;
    switch (entry->fts_info) {
    case FTS_DC:
        return "a link to a folder that it is in";
    case FTS_SLNONE: /* by a name without extension it may have led to a folder */
        return is_measurement(name) || !strchr(name, '.') ? "a link that leads nowhere" : NULL;
    case FTS_DEFAULT:
        return is_measurement(name) ? "neither a file nor a folder" : NULL;
    default:
        return NULL;
    }
}

/* Take in one thing found in a tree. */
static enum sparsemed_status visit(struct sm_sources *sources, FTS *tree, FTSENT *entry, size_t root_length,
                                   struct sparsemed_error *error) {
    bool unreadable = entry->fts_info == FTS_DNR || entry->fts_info == FTS_NS || entry->fts_info == FTS_ERR;
    if (entry->fts_level > 0 && entry->fts_name[0] == '.') {
        if (entry->fts_info == FTS_D) {
            fts_set(tree, entry, FTS_SKIP);
        }
        return SPARSEMED_OK;
    }
    const char *below = entry->fts_path + root_length;
    below += *below == '/';
    const char *reason = reason_to_pass_over(entry);
    bool is_file = entry->fts_info == FTS_F && is_measurement(entry->fts_name);
    if ((reason || is_file) && is_measurement(entry->fts_name) && !sm_sources_take(sources, below, false)) {
        return SPARSEMED_OK;
    }
    if (reason) {
        return sm_sources_pass_over(sources, entry->fts_path, reason, error);
    }
    if (!unreadable && !is_file) {
        return SPARSEMED_OK;
    }
    return sm_sources_append(sources, strdup(entry->fts_path), sm_sources_mirror(sources, entry->fts_path, below),
                             is_file ? entry->fts_statp : NULL, error);
}

static enum sparsemed_status add_tree(struct sm_sources *sources, char *root, struct sparsemed_error *error) {
    char *const roots[] = {root, NULL};
    size_t root_length = strlen(root);
    FTS *tree = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, NULL);
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
        if (visit(sources, tree, entry, root_length, error) != SPARSEMED_OK ||
            sm_sources_poll(sources, error) != SPARSEMED_OK) {
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
        } else if (sm_sources_take(sources, sm_path_name(absolute), true)) {
            sm_sources_append(sources, strdup(absolute), sm_sources_mirror(sources, absolute, sm_path_name(absolute)),
                              &info, error);
        }
    }
    free(absolute);
    return error->status;
}
