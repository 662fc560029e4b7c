/* The conductor: the four phases, in order. Each gets what the ones before it have made, and makes a result of its own.
 */
#include "parallel/measurement/measurement.h"

#include <assert.h>
#include <sys/resource.h>

#include "parallel/headway.h"
#include "parallel/measurement/appraise.h"
#include "parallel/measurement/write.h"
#include "parallel/time_limit.h"
#include "parallel/vote.h"

/* What the phases make. */
struct results {
    struct sm_plan plan;
    struct sm_timeline timeline;
    struct sm_series series;
    struct sm_selection selection;
    struct sparsemed_cleansing cleansing;
    struct sm_split_table table;
};

/* Seconds since the last lap. */
static double lap(double *since) {
    double now = MPI_Wtime(), seconds = now - *since;
    *since = now;
    return seconds;
}

/* Tell the first rank how long each has worked on the stream phase, which is over; the rest of it they have waited. */
static void share_seconds(const struct sm_team *team, double worked) {
    struct sm_report *report = team->report;
    MPI_Gather(&worked, 1, MPI_DOUBLE, report->worked, 1, MPI_DOUBLE, 0, team->comm);
    for (int rank = 0; team->rank == 0 && rank < team->n_ranks; rank++) {
        report->waited[rank] = report->seconds.stream - report->worked[rank];
    }
}

/* The phases, until one fails or there is nothing to do. */
static enum sparsemed_status carry_out(const struct sm_team *team, struct results *made,
                                       struct sparsemed_error *error) {
    struct sm_seconds *seconds = &team->report->seconds;
    double since = MPI_Wtime();
    sm_headway_begin("looking at", team->job->input);
    if (sm_plan_make(team, &made->plan, &made->timeline, error) != SPARSEMED_OK) {
        return error->status;
    }
    seconds->plan = lap(&since);
    team->report->unchanged = made->plan.claim.unchanged;
    if (team->report->unchanged) {
        return SPARSEMED_OK;
    }
    sm_headway_begin("reading", team->job->input);
    if (sm_stream(team, &made->plan, &made->series, error) != SPARSEMED_OK) {
        return error->status;
    }
    seconds->stream = lap(&since);
    share_seconds(team, made->series.worked);
    sm_headway_begin("choosing the images of", team->job->input);
    if (sm_select(team, &made->plan, &made->timeline, &made->series, &made->selection, &made->cleansing, error) !=
            SPARSEMED_OK ||
        sm_appraise(team, &made->plan, &made->timeline, &made->series, &made->selection, &made->cleansing, &made->table,
                    error) != SPARSEMED_OK) {
        return error->status;
    }
    seconds->cleanse = lap(&since);
    sm_headway_begin("writing", team->job->output);
    if (sm_write(team, &made->plan, &made->series, &made->selection, &made->cleansing, &made->table, error) !=
        SPARSEMED_OK) {
        return error->status;
    }
    seconds->write = lap(&since);
    return SPARSEMED_OK;
}

/* Bring to the first rank what each rank knows of its own part. */
static void collect(const struct sm_team *team, const struct results *made) {
    struct sm_report *report = team->report;
    const struct sm_stack *stack = &made->plan.input.stack;
    struct rusage usage = {0};
    getrusage(RUSAGE_SELF, &usage);
    uint64_t peak = (uint64_t)usage.ru_maxrss * 1024;
    uint64_t own[2] = {stack->bytes_read, stack->bytes_decoded}, all[2];
    MPI_Reduce(own, all, 2, MPI_UINT64_T, MPI_SUM, 0, team->comm);
    MPI_Reduce(&peak, &report->peak_memory, 1, MPI_UINT64_T, MPI_MAX, 0, team->comm);
    if (team->rank == 0) {
        report->bytes_read = all[0];
        report->bytes_decoded = all[1];
    }
}

static void release(struct results *made, struct sparsemed_error *error) {
    sm_split_table_free(&made->table);
    sparsemed_cleansing_free(&made->cleansing);
    sm_selection_free(&made->selection);
    sm_series_free(&made->series);
    sm_timeline_free(&made->timeline);
    sm_plan_free(&made->plan, error);
}

enum sparsemed_status sm_measure(MPI_Comm comm, const struct sm_job *job, struct sm_report *report,
                                 struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct sm_team team = {.job = job, .report = report};
    struct results made = {.plan = SM_NO_PLAN, .series = SM_NO_SERIES};
    MPI_Comm_dup(comm, &team.comm);
    MPI_Comm_rank(team.comm, &team.rank);
    MPI_Comm_size(team.comm, &team.n_ranks);
    double begin = MPI_Wtime();
    sm_time_limit_begin();
    sm_report_open(report, team.n_ranks, error);
    if (sm_vote(team.comm, error) == SPARSEMED_OK && carry_out(&team, &made, error) == SPARSEMED_OK) {
        collect(&team, &made);
        report->seconds.total = MPI_Wtime() - begin;
    }
    sm_time_limit_end();
    if (team.rank == 0) { /* told after a failure, too */
        report->files = made.plan.input.files;
        made.plan.input.files = (struct sm_used_files){0};
    }
    if (team.rank == 0 && error->status != SPARSEMED_OK) {
        sm_used_files_add_all(&report->files, &made.plan.input.missed); /* or they are not told */
    }
    release(&made, error);
    MPI_Comm_free(&team.comm);
    return error->status;
}
