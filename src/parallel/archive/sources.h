/* The measurements of an archive, and the output that each one gets. */
#ifndef PARALLEL_ARCHIVE_SOURCES_H
#define PARALLEL_ARCHIVE_SOURCES_H

#include <stdbool.h>
#include <stddef.h>

#include "sparsemed/status.h"

/* One measurement. Both paths are absolute. */
struct sm_source {
    char *input, *output;
};

/* Belongs to one process. All zero, with in_place or output_folder set, is an empty list. */
struct sm_sources {
    bool in_place;             /* outputs take the place of their inputs */
    bool copy;                 /* outputs are complete copies, and have the names of their inputs */
    const char *output_folder; /* under which outputs are made; borrowed; NULL: in place, or the manifest names each */
    char *base;                /* folder that holds all that was added; NULL before */
    size_t n, capacity;
    struct sm_source *list; /* [n] */
};

/* Add a file, or all measurements in a folder and the folders below it: the files *.rtdc, but neither *_bg.rtdc, which
 * are outputs, nor what has a name that begins with a dot. Links in a folder are not followed; the path itself may be
 * one. A file goes to <output folder>/<stem>_bg.rtdc, a copy to its own name there; the tree below a folder is
 * mirrored. A folder in it that cannot be read is added as if it were a measurement, so that its failure is told like
 * that of one.
 *
 * SPARSEMED_INPUT: the path leads nowhere or cannot be read. SPARSEMED_USAGE: it is neither file nor folder.
 * SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_sources_add(struct sm_sources *sources, const char *path, struct sparsemed_error *error);

/* Sort the list by input, and drop what was added twice.
 *
 * SPARSEMED_USAGE: two inputs would make one output, an output would take the place of another input, or a copy that of
 * its own; the message names them. */
enum sparsemed_status sm_sources_settle(struct sm_sources *sources, struct sparsemed_error *error);

/* Keep every n_shards-th of a settled list, beginning with number shard - 1.
 *
 * shard   1 .. n_shards */
void sm_sources_keep_shard(struct sm_sources *sources, size_t shard, size_t n_shards);

/* ---- for what fills the list: files and folders here, manifests in manifest.c ---- */

/* Add a measurement. Takes over both absolute paths, which may be NULL where memory is out. SPARSEMED_INTERNAL: it is.
 */
enum sparsemed_status sm_sources_append(struct sm_sources *sources, char *input, char *output,
                                        struct sparsemed_error *error);

/* Make the base hold an absolute path, too: shorten it to the folders that both have in common. SPARSEMED_INTERNAL: out
 * of memory. */
enum sparsemed_status sm_sources_widen_base(struct sm_sources *sources, const char *path, bool is_folder,
                                            struct sparsemed_error *error);

/* The output of an input that is to be mirrored at a path below the output folder. NULL where memory is out. To be
 * released with free. */
char *sm_sources_mirror(const struct sm_sources *sources, const char *input, const char *below);

/* Release the list; all zero is fine. */
void sm_sources_free(struct sm_sources *sources);

#endif
