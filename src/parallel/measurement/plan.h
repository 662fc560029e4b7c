/* First phase: what the first rank finds in the file, what becomes of the output, and each rank's share of the work. */
#ifndef PARALLEL_MEASUREMENT_PLAN_H
#define PARALLEL_MEASUREMENT_PLAN_H

#include "parallel/measurement/claim.h"
#include "parallel/measurement/team.h"
#include "rtdc/input.h"
#include "sparsemed/time_axis.h"
#include "sparsemed/windows.h"

/* A rank's part: slabs of frames that follow each other, and the windows that begin in them. */
struct sm_share {
    uint64_t first_slab, end_slab;
    struct sm_range frames; /* of these slabs */
    uint64_t first_window, n_windows;
};

struct sm_plan {
    /* The same on every rank. */
    struct sm_claim claim; /* where it is unchanged, there is nothing to do, and what follows is absent */
    struct sparsemed_parameters parameters; /* of the job, with the offset correction decided */
    uint64_t n_frames, n_windows, kernel_size;
    struct sm_share *shares; /* [n_ranks] */

    /* Of each rank alone. */
    struct sm_input input;         /* open */
    uint64_t *window_start;        /* [own windows], first frame of each, ascending */
    struct sm_temporary temporary; /* of the output; on the first rank, absent on others */
};

#define SM_NO_PLAN ((struct sm_plan){.input = SM_NO_INPUT, .temporary = SM_NO_TEMPORARY})

/* When the frames were taken and where the split points are: on the first rank, which decides by them; absent, which is
 * all zero, on others. */
struct sm_timeline {
    struct sparsemed_time_axis axis;
    enum sm_timing timing; /* what the axis was made from */
    struct sparsemed_windows windows;
};

/* Make the plan.
 *
 * Collective over team->comm; votes: all ranks return the same. The report gets what is known by now.
 *
 * plan       receives it; release with sm_plan_free, also after a failure
 * timeline   receives the first rank's; release with sm_timeline_free, also after a failure
 *
 * SPARSEMED_USAGE, SPARSEMED_INPUT, SPARSEMED_OUTPUT: see sm_measure. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_plan_make(const struct sm_team *team, struct sm_plan *plan, struct sm_timeline *timeline,
                                   struct sparsemed_error *error);

/* Release; SM_NO_PLAN is fine. The temporary file is removed, unless it was kept; where that fails, the failure that
 * error holds says so, too. */
void sm_plan_free(struct sm_plan *plan, struct sparsemed_error *error);

/* Release; all zero is fine. */
void sm_timeline_free(struct sm_timeline *timeline);

#endif
