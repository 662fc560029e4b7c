/* How far a measurement may lead: which files its basins and links may have this process open, and which these are.
 *
 * A measurement may come from anybody, and what it leads to is read with the rights of whoever runs the program. HDF5
 * asks in the middle of its own work, and knows nothing of jobs: so the rules, and the lists of files, are kept for the
 * process, from sm_reach_begin to sm_reach_end. One measurement is at hand at a time. */
#ifndef RTDC_FILES_REACH_H
#define RTDC_FILES_REACH_H

#include <stdbool.h>
#include <stddef.h>

#include "rtdc/files/moved_files.h"
#include "rtdc/files/used_files.h"
#include "sparsemed/status.h"

enum { SM_MAX_ROOTS = 32 };

/* The rules. All zero: basins lead anywhere, links within the tree of the measurement. Strings are borrowed. */
struct sm_reach {
    size_t n_roots;
    const char *roots[SM_MAX_ROOTS];    /* [n_roots], folders without links: nothing outside them; none: no limit */
    bool follow_links;                  /* links may leave the tree, too */
    const struct sm_moved_files *moved; /* where to look for files that basins do not find; NULL: nowhere */
};

/* How a file leads to another one. */
enum sm_way {
    SM_BY_BASIN,
    SM_BY_LINK /* whatever HDF5 itself follows: external links, sources of virtual datasets, external storage */
};

/* From now on what is opened is what this measurement leads to. Its tree is the folder that it is in and all below;
 * where it is a link itself, that of the file, too.
 *
 * reach, measurement   the rules, and its path; borrowed until the end
 * used                 links that are passed are added to it; borrowed until the end, may be NULL
 * missed               what could not be used is added to it; borrowed until the end, may be NULL */
void sm_reach_begin(const struct sm_reach *reach, const char *measurement, struct sm_used_files *used,
                    struct sm_used_files *missed);

/* The end of what began with this list. Nothing where something else has begun since. */
void sm_reach_end(const struct sm_used_files *used);

/* Ask before a file is opened. A link that passes is noted as used, with the state that the file has now. What does not
 * pass is noted as missed.
 *
 * from   the file that leads to it; without a measurement at hand links lead within the tree of this one
 *
 * SPARSEMED_INPUT: it is missing, no file, or out of reach; the message begins with "leads to" and the path, and tells
 * the option. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_reach_pass(const char *from, const char *path, enum sm_way way, struct sparsemed_error *error);

/* Whether a link has passed since the beginning: a copy of the measurement may lead elsewhere. */
bool sm_reach_has_links(void);

/* The files to look among where a basin leads nowhere. Never NULL; borrowed until the end. */
const struct sm_moved_files *sm_reach_moved(void);

/* Note a file that could not be used: it may become usable. */
void sm_reach_miss(const char *path);

#endif
