/* Files by their bare names: where those may be that a path led to before an archive was moved. */
#ifndef RTDC_FILES_MOVED_FILES_H
#define RTDC_FILES_MOVED_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "sparsemed/status.h"

/* A list of files. It is one piece of memory without addresses in it, so that other processes can have a copy. All zero
 * is an empty list. */
struct sm_moved_files {
    size_t n_bytes;
    void *bytes; /* [n_bytes], from malloc; NULL: none */
};

/* Make a list.
 *
 * paths   [n], absolute; of the same name, those that come first are preferred
 * files   receives it; release with sm_moved_files_free, also after a failure
 *
 * SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_moved_files_make(const char *const *paths, size_t n, struct sm_moved_files *files,
                                          struct sparsemed_error *error);

/* Whether a file of the name of a path is in the list. */
bool sm_moved_files_have(const struct sm_moved_files *files, const char *path);

/* Visit the files that have the name of a path: first those whose folders have most names in common with those of the
 * path, from the end on, as "new/day 3/a.rtdc" has one with "/old/day 3/a.rtdc"; else in the order of the list.
 *
 * visit   returns whether to end
 *
 * Returns whether that has ended the visits. */
bool sm_moved_files_visit(const struct sm_moved_files *files, const char *path,
                          bool (*visit)(const char *candidate, void *data), void *data);

/* Release; all zero is fine. */
void sm_moved_files_free(struct sm_moved_files *files);

#endif
