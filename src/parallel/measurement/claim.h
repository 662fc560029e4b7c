/* What becomes of the output path. */
#ifndef PARALLEL_MEASUREMENT_CLAIM_H
#define PARALLEL_MEASUREMENT_CLAIM_H

#include <limits.h>
#include <stdbool.h>

#include "parallel/measurement/team.h"
#include "rtdc/files/temporary.h"
#include "rtdc/input.h"
#include "rtdc/outputs/output.h"

/* Plain data: it can be sent. */
struct sm_claim {
    bool unchanged;          /* the output holds this background already: there is nothing to do */
    bool replace;            /* there is a file that the output replaces */
    enum sm_output_way way;  /* how the output comes about */
    char path[PATH_MAX];     /* of the output; of the file itself where it is a link */
    char original[PATH_MAX]; /* of the file that an updated output begins as a copy of */
};

/* Look at the output path: done already, in the way, or to be made; in that case its temporary file is made and locked.
 * Local, for the first rank.
 *
 * input        open, with its times read
 * parameters   of the background, with the offset correction decided
 * claim        receives what was found
 * temporary    receives the temporary file; stays absent where there is nothing to do
 *
 * SPARSEMED_OUTPUT: something is in the way, the output cannot be made, or another job is making it. */
enum sparsemed_status sm_claim_output(const struct sm_team *team, const struct sm_input *input,
                                      const struct sparsemed_parameters *parameters, struct sm_claim *claim,
                                      struct sm_temporary *temporary, struct sparsemed_error *error);

/* Copy the file that an updated output begins as to the path of its temporary file, each rank a part; nothing where the
 * output is a new one. Collective; votes.
 *
 * temporary   of sm_claim_output, on the first rank; absent on others
 * path        of the temporary file, on all ranks
 *
 * SPARSEMED_OUTPUT: it cannot be copied. SPARSEMED_STOPPED: that was asked for. */
enum sparsemed_status sm_copy_original(const struct sm_team *team, const struct sm_claim *claim,
                                       const struct sm_temporary *temporary, const char *path,
                                       struct sparsemed_error *error);

#endif
