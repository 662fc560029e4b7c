/* The mark of completion, by which a script knows that a job has come to its end, and how.
 *
 * The exit status of a launcher proves nothing: one that has lost a node may well end with 0. So the first rank makes
 * an empty file when the job begins, and puts the exit status of the program into it after all else that it does. Where
 * the file is empty the job has begun and has not ended; where it is missing it has not begun. */
#ifndef CLI_MARK_H
#define CLI_MARK_H

#include "sparsemed/status.h"

/* Make the empty mark. For the first rank.
 *
 * path   of the file; an older mark is replaced
 *
 * SPARSEMED_USAGE: there is a file that is no mark. SPARSEMED_OUTPUT: it could not be made. */
enum sparsemed_status sm_mark_begin(const char *path, struct sparsemed_error *error);

/* Put the exit status of the program into the mark, which is then safe on the disk. For the first rank.
 *
 * path          as of sm_mark_begin, which need not have been called
 * exit_status   0 .. 255
 *
 * Errors are those of sm_mark_begin. */
enum sparsemed_status sm_mark_end(const char *path, int exit_status, struct sparsemed_error *error);

#endif
