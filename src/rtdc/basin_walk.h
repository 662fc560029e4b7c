/* Walking from file to file through basins.
 *
 * Basins lead to files with basins of their own: a web, whose ways may be long, may meet again, and may lead back. A
 * walk goes into depth first, tries the paths of a basin in the order in which its definition has them, and ends
 * everywhere: it does not enter a file that it is in already, nor one that is too far away, nor too many files in all.
 * What is done in a file, and which of its basins are followed further, is the business of who walks. */
#ifndef RTDC_BASIN_WALK_H
#define RTDC_BASIN_WALK_H

#include <hdf5.h>
#include <stdbool.h>

#include "rtdc/basin.h"
#include "sparsemed/status.h"

/* No measurement needs so many files one behind the other, and in all: a web must not keep us forever. */
enum { SM_BASIN_MAX_DEPTH = 16, SM_BASIN_MAX_FILES = 256 };

/* Nor in all so many files that only have the name of one that was moved. */
enum { SM_BASIN_MAX_TRIED = 1024 };

/* A file on the way. */
struct sm_station {
    const struct sm_station *from; /* the file that leads to this one; NULL for that in which the walk begins */
    hid_t file;                    /* open for reading; invalid where a walk begins without entering its file */
    const char *path;
    const char *origin; /* for messages: all paths from the beginning on, as "in.rtdc -> store.rtdc" */
    int depth;          /* files before this one */
};

/* A walk. */
struct sm_walk {
    /* Called in every file that a basin leads to, and that is closed afterwards, but for objects of it that are kept
     * open. May follow its basins in turn. Returns whether the path that led there is the one, so that no other of the
     * basin is tried; false after a failure. */
    bool (*arrive)(struct sm_walk *walk, const struct sm_station *station, const struct sm_basin *basin,
                   struct sparsemed_error *error);
    /* The first path is the one that leads to a file, whatever is in it. Then a circle is no failure: it leads to a
     * file, in which the walk is already. */
    bool any_file;
    bool certain;      /* a file that was moved counts only where identifiers tell that it is the one */
    void *data;        /* of who walks */
    int n_files;       /* that were entered so far; begins as 0 */
    int n_tried;       /* that were tried by their names so far; begins as 0 */
    bool out_of_reach; /* a basin led where nothing is to be opened (files/reach.h) */
};

/* Follow a file basin. Where no path of its definition is the one, a file of the same name beside the one that has the
 * definition is tried, as a measurement and its basins are often moved together: it must be of the same measurement.
 * Then those of the same name among the files that the reach knows (files/reach.h): identifiers must tell that one is.
 *
 * from    the file that has the definition; relative paths lead from its folder
 * basin   of type SM_BASIN_FILE
 *
 * Returns whether some path was the one. Where none was, error tells what was wrong with the first, if anything was:
 * SPARSEMED_INPUT: no such file, not readable, of another measurement than the definition means, in a circle, or beyond
 * the limits; or what arrive told. The message names the chain of files. */
bool sm_walk_follow(struct sm_walk *walk, const struct sm_station *from, const struct sm_basin *basin,
                    struct sparsemed_error *error);

#endif
