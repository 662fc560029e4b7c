/* The files of two trees that belong together. */
#ifndef PARALLEL_INSPECTION_PAIRS_H
#define PARALLEL_INSPECTION_PAIRS_H

#include <stddef.h>

#include "parallel/stop.h"
#include "sparsemed/status.h"

/* Files of one measurement. */
struct sm_pair {
    char *name;     /* path of the measurement below the trees, such as "day/a.rtdc" */
    char *paths[2]; /* absolute; NULL: only the other tree has it */
};

struct sm_pairs {
    size_t n;
    struct sm_pair *list; /* [n], by their names */
};

/* Find the pairs: two files, or what has the same path below two folders, where the names of outputs (a_bg.rtdc,
 * a_dcn.rtdc) count as those of their measurements (a.rtdc). A tree that has several of these has the output. Local.
 *
 * stop    heard meanwhile
 * pairs   receives them; release with sm_pairs_free, also after a failure
 *
 * SPARSEMED_USAGE: a file and a folder. SPARSEMED_INPUT: one cannot be read, or has no measurements.
 * SPARSEMED_STOPPED: that was asked for. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_pairs_find(const char *const paths[2], struct sm_stop *stop, struct sm_pairs *pairs,
                                    struct sparsemed_error *error);

/* Release; all zero is fine. */
void sm_pairs_free(struct sm_pairs *pairs);

#endif
