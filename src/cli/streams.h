/* Standard input, output and error, which whoever starts the program may have closed. */
#ifndef CLI_STREAMS_H
#define CLI_STREAMS_H

#include "sparsemed/status.h"

/* See to it that none of the three numbers is free: the next file to be opened would have it, and what is printed would
 * go there. A stream that is closed stays as good as that: who reads from it or writes to it is told of an error.
 * Before anything else. */
void sm_streams_open(void);

/* Let standard output be written in lines or more, as usual. MPICH turns that off when it starts: each piece would be
 * written by itself, and why it could not be written be forgotten. After MPI has started, before anything is printed.
 */
void sm_streams_buffer(void);

/* Write out what was printed on standard output, where it is not closed.
 *
 * error   outcome of the program so far: a failure that it holds already stays
 *
 * SPARSEMED_OUTPUT: that failed, now or before. */
enum sparsemed_status sm_streams_flush(struct sparsemed_error *error);

#endif
