/* The temporary file that becomes an output: beside it, hidden, locked by one job, renamed at the end. */
#ifndef RTDC_FILES_TEMPORARY_H
#define RTDC_FILES_TEMPORARY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "sparsemed/status.h"

/* Belongs to the process that opened it. */
struct sm_temporary {
    char *path; /* see sm_temporary_path; NULL where none is open */
    char *output;
    int descriptor;    /* holds the lock */
    struct stat state; /* as it was made */
};

#define SM_NO_TEMPORARY ((struct sm_temporary){.descriptor = -1})

/* Path of the temporary file of an output: ".NAME.sparsemed-part" in its folder. Where the system has no names or paths
 * as long, a number takes the place of the end of NAME; it is the same for the same NAME. NULL where memory is out. To
 * be released with free. */
char *sm_temporary_path(const char *output);

/* Make the temporary file of an output and lock it; whatever else has its name, such as what a job that died has left,
 * is removed, unless a job is at it.
 *
 * output      final path
 * input       path of a file that must not be taken for a leftover
 * replace     the output exists, and is to be replaced: the file gets its owner and group, and nobody but the owner has
 *             any rights until sm_temporary_keep
 * temporary   receives it; end it with sm_temporary_keep or sm_temporary_discard
 *
 * SPARSEMED_OUTPUT: the folder is missing or not writable, another job is making the same output, the temporary file
 * would be the input, or a file may not be given to the owner and group of the output. SPARSEMED_INTERNAL: out of
 * memory. */
enum sparsemed_status sm_temporary_open(const char *output, const char *input, bool replace,
                                        struct sm_temporary *temporary, struct sparsemed_error *error);

/* See to it that the file can grow to a size: take the space for that on the disk. The size itself stays. Where the
 * file system cannot do that, nothing is taken, and a full disk is met later.
 *
 * SPARSEMED_OUTPUT: the disk has no room for it. */
enum sparsemed_status sm_temporary_reserve(const struct sm_temporary *temporary, uint64_t n_bytes,
                                           struct sparsemed_error *error);

/* Give back what was reserved and is not used. SPARSEMED_OUTPUT: that failed. */
enum sparsemed_status sm_temporary_trim(const struct sm_temporary *temporary, struct sparsemed_error *error);

/* Flush the file to disk and give it its final name.
 *
 * replace   replace an existing file of that name, whose owner and group, and as far as possible permissions and
 * further attributes are taken over (see sm_clone_rights); an error otherwise
 *
 * SPARSEMED_OUTPUT: that failed; the temporary file is gone then, and an existing output as it was. */
enum sparsemed_status sm_temporary_keep(struct sm_temporary *temporary, bool replace, struct sparsemed_error *error);

/* Remove the file; nothing where none is open. Where that fails, the failure that error holds says so, too. */
void sm_temporary_discard(struct sm_temporary *temporary, struct sparsemed_error *error);

/* Remove a temporary file, from any process. Where that fails, the failure that error holds says so, too. Returns
 * whether it was there. */
bool sm_temporary_remove(const char *path, struct sparsemed_error *error);

/* Remove what a job that died has left of an output; nothing where there is none, or a job is at it.
 *
 * is_there   whether the output itself is there; it may be a link then */
void sm_temporary_clear(const char *output, bool is_there);

#endif
