/* What standard error may be: a terminal, of which kind and how wide. */
#ifndef PARALLEL_TERMINAL_H
#define PARALLEL_TERMINAL_H

#include <stdbool.h>

/* Whether a descriptor is a terminal on which a line can be drawn again and again: not one that is dumb, or that TERM
 * does not name. */
bool sm_terminal_redraws(int descriptor);

/* Columns of a terminal as it is now: 80 where it does not tell, or is none. COLUMNS makes them fewer, not more, as it
 * does not follow when a window changes. At least 1. */
int sm_terminal_columns(int descriptor);

/* Rows of it: 24 where it does not tell, or is none. At least 1. */
int sm_terminal_rows(int descriptor);

#endif
