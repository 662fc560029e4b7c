/* Lists of measurements in a file.
 *
 * A manifest is text, a path a line. Lines end in "\n" or "\r\n", a byte order mark of UTF-8 may be before the first,
 * and empty ones are passed over. A line is a path, which is mirrored as it is written, or INPUT, a tabulator and
 * OUTPUT, which is relative to the output folder where there is one. There are no comments.
 *
 * Where there is a byte zero anywhere, zeros end the paths instead, as "find -print0" writes them, and a path is
 * everything in between, with blanks, tabulators and line breaks.
 *
 * Nothing is dropped in silence. A line that begins with "#", or with a blank at its beginning or end, or with a
 * carriage return in it, means such a file where there is one, and is an error otherwise; and so is what is UTF-16. A
 * path that leads nowhere is a measurement that fails. */
#ifndef PARALLEL_SOURCES_MANIFEST_H
#define PARALLEL_SOURCES_MANIFEST_H

#include <stddef.h>

#include "parallel/sources/sources.h"

/* Read a manifest as a whole. Waits for it where it is a pipe, and hears requests to stop meanwhile (sources->stop).
 *
 * path   of the manifest; "-" is standard input
 * text   receives it, with a zero behind it that does not count; to be released with free, also after a failure
 * size   receives how many bytes it has
 *
 * SPARSEMED_INPUT: it cannot be read. SPARSEMED_USAGE: it is larger than 1 GiB. SPARSEMED_STOPPED: that was asked for.
 * SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_manifest_read(const char *path, struct sm_sources *sources, char **text, size_t *size,
                                       struct sparsemed_error *error);

/* Add the files that a manifest names.
 *
 * text   [size + 1], with a zero behind it; changed
 * name   of the manifest, for messages
 *
 * SPARSEMED_USAGE: it is no such text, a line has no output, or one that leads out of the output folder; the message
 * tells the line. SPARSEMED_INPUT: there is no current folder. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_manifest_add(struct sm_sources *sources, char *text, size_t size, const char *name,
                                      struct sparsemed_error *error);

#endif
