/* A text that is shown again and again. */
#ifndef CLI_TABLES_REDRAW_H
#define CLI_TABLES_REDRAW_H

#include <stdbool.h>
#include <stdio.h>

/* Show a text in the place of the one before, where the stream is a terminal that can do that: as many lines and
 * columns of it as there is room for. Elsewhere it is written below the one before, after an empty line.
 *
 * text    lines without control characters
 * first   whether there is none before */
void sm_redraw(FILE *stream, const char *text, bool first);

#endif
