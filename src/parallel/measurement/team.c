#include "parallel/measurement/team.h"

#include "parallel/headway.h"
#include "parallel/time_limit.h"

/* The rank is told as the watchdog would. */
static enum sparsemed_status fail_late(const char *input, struct sparsemed_error *error) {
    struct sm_headway now;
    int rank;
    sm_headway_look(&now);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    return sparsemed_fail(error, SPARSEMED_TIMED_OUT,
                          "%s: takes longer than %g s (--timeout), and is given up; rank %d was %s", input,
                          sm_time_limit_seconds(), rank, now.place);
}

enum sparsemed_status sm_team_poll(const struct sm_team *team, struct sparsemed_error *error) {
    const struct sm_job *job = team->job;
    if (job->poll && job->poll(job->poll_data) && error->status == SPARSEMED_OK) {
        sparsemed_fail(error, SPARSEMED_STOPPED, "%s: was stopped before it was done; to be run again", job->input);
    }
    if (error->status == SPARSEMED_OK && sm_time_limit_is_over()) {
        fail_late(job->input, error);
    }
    return error->status;
}
