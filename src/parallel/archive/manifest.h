/* Lists of measurements in a file. */
#ifndef PARALLEL_ARCHIVE_MANIFEST_H
#define PARALLEL_ARCHIVE_MANIFEST_H

#include <stdio.h>

#include "parallel/archive/sources.h"

/* Add the files that a manifest names: one a line, either a path, which is mirrored as it is written, or INPUT, a
 * tabulator and OUTPUT, which is relative to the output folder where there is one. Empty lines are passed over; whether
 * the files exist is not looked at.
 *
 * manifest   open for reading
 * name       of the manifest, for messages
 *
 * SPARSEMED_USAGE: a line has no output, or one that leads out of the output folder. SPARSEMED_INPUT: the manifest
 * cannot be read. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_manifest_add(struct sm_sources *sources, FILE *manifest, const char *name,
                                      struct sparsemed_error *error);

#endif
