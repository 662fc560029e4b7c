/* The ranks that work on a measurement together: what all phases share. */
#ifndef PARALLEL_MEASUREMENT_TEAM_H
#define PARALLEL_MEASUREMENT_TEAM_H

#include <mpi.h>
#include <stdint.h>

#include "parallel/measurement/job.h"

struct sm_team {
    MPI_Comm comm; /* of this job alone */
    int rank, n_ranks;
    const struct sm_job *job;
    struct sm_report *report; /* the first rank's is what the caller gets */
};

/* Consecutive frames, or kept images: from the first one to before the end. */
struct sm_range {
    uint64_t first, end;
};

/* Call job->poll, where there is one. SPARSEMED_STOPPED: the job must be given up. SPARSEMED_TIMED_OUT: it takes longer
 * than it may (parallel/time_limit.h). A failure that there is already is left as it is. Local. */
enum sparsemed_status sm_team_poll(const struct sm_team *team, struct sparsemed_error *error);

#endif
