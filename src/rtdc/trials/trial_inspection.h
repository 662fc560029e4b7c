/* Having files looked at that nothing is done with, in processes apart, as HDF5 crashes on some that are damaged
 * (trial.h). */
#ifndef RTDC_TRIALS_TRIAL_INSPECTION_H
#define RTDC_TRIALS_TRIAL_INSPECTION_H

#include <stdbool.h>

#include "rtdc/inspection/comparison.h"
#include "rtdc/inspection/headers.h"
#include "rtdc/inspection/verification.h"

/* Look at the headers of a file, as sm_headers_read does, in another process. That one looks at one file after the
 * other, so that it costs little more than the look itself, and nobody waits where it was begun ahead.
 *
 * reach, headers, problem   see sm_headers_read
 *
 * SPARSEMED_INPUT: what that tells, or HDF5 crashes on the file, or it does not come to an end. SPARSEMED_INTERNAL: out
 * of memory. SPARSEMED_STOPPED: that was asked for; from then on looks are taken in this process. */
enum sparsemed_status sm_trial_headers(const char *path, const struct sm_reach *reach, struct sm_headers *headers,
                                       struct sparsemed_error *problem, struct sparsemed_error *error);

/* Begin to look at a file whose headers will be asked for soon, with the same reach: of several in this order. They are
 * looked at while the job does something else; what is asked otherwise makes it forget them.
 *
 * Returns whether it has begun; not where there are enough. */
bool sm_trial_headers_ahead(const char *path, const struct sm_reach *reach);

/* Compare the backgrounds of two files, as sm_compare_backgrounds does, in another process.
 *
 * SPARSEMED_INPUT: what that tells, or as above; where HDF5 crashes, the message names the first file.
 * SPARSEMED_INTERNAL, SPARSEMED_STOPPED: as above. */
enum sparsemed_status sm_trial_compare(const char *const paths[2], const struct sm_reach *reach,
                                       struct sm_comparison *comparison, struct sparsemed_error *error);

/* Verify an output, as sm_verify_output does, in another process.
 *
 * SPARSEMED_INPUT: HDF5 crashes on it, or does not come to an end. SPARSEMED_INTERNAL, SPARSEMED_STOPPED: as above. */
enum sparsemed_status sm_trial_verify(const char *path, const struct sm_reach *reach, uint64_t n_recompute,
                                      struct sm_flaws *flaws, struct sparsemed_error *error);

#endif
