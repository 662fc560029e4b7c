/* What a file that is already there holds: an output of the same measurement, and perhaps the same background. The file
 * is at the path of the specification. */
#ifndef RTDC_TRIALS_EXISTING_H
#define RTDC_TRIALS_EXISTING_H

#include <stdbool.h>

#include "rtdc/files/workpiece.h"
#include "rtdc/outputs/specification.h"

/* Whether the file is an output of this measurement, or of the same slice of it: a basin leads to it, and a background
 * has a map for as many frames. It is not where the frames are not those of a measurement, or the file is damaged or
 * missing.
 *
 * SPARSEMED_OUTPUT: the system cannot read it. */
enum sparsemed_status sm_existing_belongs(const struct sm_specification *expected, bool *belongs,
                                          struct sparsemed_error *error);

/* Whether the file holds this background and no other: of the same input, read in the same way, with the same ppid, and
 * written after the input was last changed; the files that basins of the input lead to are not looked at. Where a job
 * works in place the file itself is the measurement. */
bool sm_existing_is_done(const struct sm_specification *expected);

/* Whether a file that was just written can be opened, is of this input, and has this background and no other, with all
 * by which readers find it. Without a trial: it is our own.
 *
 * workpiece   the file, in the folder of the output */
bool sm_existing_is_whole(const struct sm_specification *expected, const struct sm_workpiece *workpiece);

#endif
