/* The measurements of an archive, and the output that each one gets. */
#ifndef PARALLEL_SOURCES_SOURCES_H
#define PARALLEL_SOURCES_SOURCES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "parallel/sources/globs.h"
#include "parallel/stop.h"
#include "sparsemed/status.h"

/* One measurement. Both paths are absolute. */
struct sm_source {
    char *input, *output;
    dev_t device; /* which file the input is, as the system numbers them */
    ino_t number; /* 0: nobody has asked */
};

/* Something in a folder that may be a measurement, or hold some, and is none of the list. */
struct sm_passed_over {
    char *path;         /* absolute */
    const char *reason; /* what it is: "a link that leads nowhere" */
};

/* Belongs to one process. All zero, with in_place, beside or output_folder set, is an empty list. */
struct sm_sources {
    bool in_place;    /* outputs take the place of their inputs */
    bool beside;      /* outputs that have no other place are beside their inputs */
    bool copy;        /* outputs are complete copies, and have the names of their inputs */
    bool outputs_too; /* what is called as an output is one of the list, too: it is to be looked at */
    const char
        *output_folder; /* under which outputs are made; borrowed; NULL: in place, beside, or the manifest names each */
    const struct sm_globs *globs; /* what is taken, by its name; borrowed; NULL: what has the name of no output */
    struct sm_stop *stop;         /* requests to stop that are heard while the list is made; borrowed; NULL: none */
    char *base;                   /* folder that holds all that was added; NULL before */
    size_t n, capacity;
    struct sm_source *list; /* [n] */
    size_t n_passed_over, passed_over_capacity;
    struct sm_passed_over *passed_over; /* [n_passed_over] */
    size_t n_left_out;                  /* by their names */
    size_t n_unfit;                     /* as they do not fulfil conditions (parallel/inspection/conditions.h) */
};

/* (tree.c) Add a file, or all measurements in a folder and the folders below it: the files *.rtdc that are taken by
 * their names (globs.h; all where outputs_too), but not what has a name that begins with a dot. Symbolic links are
 * followed, to files and to folders, but to no folder that the link itself is in. A file goes to <output
 * folder>/<stem>_bg.rtdc, a copy to its own name there; the tree below a folder is mirrored, each by its names there. A
 * folder in it that cannot be read is added as if it were a measurement, so that its failure is told like that of one;
 * links that lead nowhere, or around in a circle, and what is called as a measurement but is no file, is passed over.
 *
 * SPARSEMED_INPUT: the path leads nowhere or cannot be read. SPARSEMED_USAGE: it is neither file nor folder.
 * SPARSEMED_INTERNAL: out of memory. SPARSEMED_STOPPED: that was asked for. */
enum sparsemed_status sm_sources_add(struct sm_sources *sources, const char *path, struct sparsemed_error *error);

/* Sort the list by input, and drop what was added twice. In place, of several paths that lead to one file through links
 * the others than the first are passed over.
 *
 * SPARSEMED_USAGE: two inputs would make one output, an output would take the place of another input, or a copy that of
 * its own; the message names them. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_sources_settle(struct sm_sources *sources, struct sparsemed_error *error);

/* Keep every n_shards-th of a settled list, beginning with number shard - 1.
 *
 * shard   1 .. n_shards */
void sm_sources_keep_shard(struct sm_sources *sources, size_t shard, size_t n_shards);

/* How many were left out: by their names, or as they do not fulfil conditions. */
size_t sm_sources_left_out(const struct sm_sources *sources);

/* Keep some measurements of the list.
 *
 * kept   [sources->n] */
void sm_sources_keep(struct sm_sources *sources, const bool *kept);

/* ---- for what fills the list: files and folders in tree.c, manifests in manifest.c ---- */

/* Add a measurement. Takes over both absolute paths, which may be NULL where memory is out. SPARSEMED_INTERNAL: it is.
 *
 * state   of the input; NULL where nobody has asked */
enum sparsemed_status sm_sources_append(struct sm_sources *sources, char *input, char *output, const struct stat *state,
                                        struct sparsemed_error *error);

/* Whether a file is taken by its name. What is not is counted.
 *
 * below, named   see sm_globs_take */
bool sm_sources_take(struct sm_sources *sources, const char *below, bool named);

/* Note what is passed over. The path is copied. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_sources_pass_over(struct sm_sources *sources, const char *path, const char *reason,
                                           struct sparsemed_error *error);

/* Hear requests to stop. SPARSEMED_STOPPED: there is one. */
enum sparsemed_status sm_sources_poll(const struct sm_sources *sources, struct sparsemed_error *error);

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
