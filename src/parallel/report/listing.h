/* What a report is to be about: outputs that are named, found in folders, or told of by journals. */
#ifndef PARALLEL_REPORT_LISTING_H
#define PARALLEL_REPORT_LISTING_H

#include <jansson.h>
#include <stddef.h>

#include "parallel/inspection/conditions.h"
#include "parallel/sources/sources.h"
#include "sparsemed/status.h"

/* Something that is to be shown. */
struct sm_item {
    char *path;        /* of the output, absolute */
    const char *state; /* see rtdc/report/brief.h; NULL: the output is to be read */
    char *reason;      /* of a failure; or NULL */
    bool was_named;    /* or told of by a journal: it is shown even if it has no background */
    bool left_out;     /* by its name, while the list is made */
};

/* Belongs to one process. All zero is an empty list. */
struct sm_listing {
    size_t n, capacity;
    struct sm_item *list;         /* [n] */
    bool is_one;                  /* one output was named, and nothing else */
    size_t n_left_out;            /* by their names, or as they do not fulfil conditions */
    const struct sm_globs *globs; /* while the list is made; borrowed */
};

/* List what the words of a command line name, sorted by path, each output once. A file that begins as a journal does is
 * one, and stands for all outputs that it tells of. Of a folder these are all files *.rtdc below it, and what its
 * journal tells (SM_JOURNAL_NAME, and its shards).
 *
 * paths     [n_paths]
 * globs     what is taken, by its path below the folder that was named, or that holds the journal; outputs are, unless
 *           the globs say otherwise. What they leave out is counted
 * stop      requests to stop that are heard meanwhile; may be NULL
 * listing   receives it; release with sm_listing_free, also after a failure
 *
 * SPARSEMED_INPUT: a path or a journal cannot be read, or there is nothing. SPARSEMED_USAGE: it is neither file nor
 * folder. SPARSEMED_INTERNAL: out of memory. SPARSEMED_STOPPED: that was asked for. */
enum sparsemed_status sm_listing_make(char **paths, int n_paths, const struct sm_globs *globs, struct sm_stop *stop,
                                      struct sm_listing *listing, struct sparsemed_error *error);

/* Keep the outputs of the list that fulfil conditions; what is left out is counted. What is not there to be read is
 * kept. Nothing where there are no conditions. Collective over comm; conditions, reach and style must agree.
 *
 * listing   on the first rank
 *
 * SPARSEMED_INPUT: nothing is left. SPARSEMED_INTERNAL: out of memory. SPARSEMED_STOPPED: that was asked for. */
enum sparsemed_status sm_listing_restrict(MPI_Comm comm, const struct sm_conditions *conditions,
                                          const struct sm_reach *reach, enum sm_progress_style style,
                                          struct sm_stop *stop, struct sm_listing *listing,
                                          struct sparsemed_error *error);

void sm_listing_free(struct sm_listing *listing);

#endif
