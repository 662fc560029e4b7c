/* Leading an output anew to the files that its basins need, after these were moved. */
#ifndef RTDC_OUTPUTS_RELINK_H
#define RTDC_OUTPUTS_RELINK_H

#include <limits.h>
#include <stddef.h>

#include "rtdc/files/reach.h"
#include "sparsemed/status.h"

/* What became of the file basins of an output. Plain data. */
struct sm_relinked {
    size_t n_led;                   /* that lead to another path now */
    size_t n_lost;                  /* whose file is nowhere to be found */
    char target[PATH_MAX];          /* where the first of those leads now; "": there is none */
    struct sparsemed_error problem; /* why the first of these is lost */
};

/* Write the paths of file basins anew whose files are at none of these, but were found beside the output or among the
 * files that the reach knows, and have the identifier that the definition tells, or, where it tells none, that of the
 * output. The new paths, absolute and relative, come before the old ones, which may still be good on another machine.
 * Where the images tell of their input (rtdc/origin.h), that is led anew, too.
 *
 * Where there is something to write, it is written into a copy, which is compared with the file and takes its place in
 * the end, as all outputs are made: whatever happens, the old file is there or the new one. Else nothing is changed.
 * Local; a damaged file is to be tried out before (rtdc/trials/trial.h).
 *
 * SPARSEMED_INPUT: its basins cannot be read. SPARSEMED_OUTPUT: another job works on it, or it could not be written.
 * SPARSEMED_INTERNAL: out of memory. The file is as it was then; the message names it. */
enum sparsemed_status sm_relink(const char *path, const struct sm_reach *reach, struct sm_relinked *relinked,
                                struct sparsemed_error *error);

#endif
