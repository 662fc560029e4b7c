#include "parallel/measurement/team.h"

enum sparsemed_status sm_team_poll(const struct sm_team *team, struct sparsemed_error *error) {
    const struct sm_job *job = team->job;
    if (job->poll && job->poll(job->poll_data) && error->status == SPARSEMED_OK) {
        sparsemed_fail(error, SPARSEMED_STOPPED, "%s: was stopped before it was done; to be run again", job->input);
    }
    return error->status;
}
