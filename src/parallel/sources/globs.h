/* Which files of an archive are taken, by their names. */
#ifndef PARALLEL_SOURCES_GLOBS_H
#define PARALLEL_SOURCES_GLOBS_H

#include <stdbool.h>
#include <stddef.h>

enum { SM_MAX_GLOBS = 32 };

/* Patterns as of fnmatch(3), in which "*" and "?" match slashes, too. One without a slash is for the name of a file,
 * one with a slash for its path below the source. Strings are borrowed. All zero takes what has the name of no output.
 */
struct sm_globs {
    size_t n_included, n_excluded;
    const char *included[SM_MAX_GLOBS], *excluded[SM_MAX_GLOBS];
};

/* Whether a file is taken: one that matches an included pattern, where there are any, and no excluded one. Where
 * nothing is included, what is called as outputs of this program or ChipStream are (*_bg.rtdc, *_dcn.rtdc) is left out,
 * unless somebody has named the very file.
 *
 * below   path below the source, or the name of the file
 * named   the very file was named */
bool sm_globs_take(const struct sm_globs *globs, const char *below, bool named);

#endif
