#include "parallel/archive/archive.h"

#include <assert.h>
#include <stdlib.h>

#include "parallel/archive/frame_counts.h"
#include "parallel/archive/ledger.h"
#include "parallel/archive/ledger_pulse.h"
#include "parallel/archive/queue.h"
#include "parallel/archive/survey.h"
#include "parallel/archive/work.h"
#include "parallel/headway.h"
#include "parallel/status/heartbeat.h"
#include "parallel/stop.h"
#include "parallel/time_limit.h"
#include "parallel/vote.h"

/* A rank at work on an archive. */
struct worker {
    const struct sm_archive *archive;
    int rank, n_ranks;
    struct sm_stop stop;
    struct sm_queue queue;
    struct sm_ledger ledger; /* first rank only */
    MPI_Comm group;          /* the ranks that work together with this one at the moment */
    int group_rank;
    size_t level;
    struct sm_work work;
    struct sm_frame_counts counts;
    struct sm_heartbeat heartbeat; /* first rank only, as is the next one */
    struct sm_pulse own;           /* what of it does not change */
};

/* Renew the heartbeat. On the first rank. */
static void renew_heartbeat(struct worker *worker) {
    sm_frame_counts_receive(&worker->counts);
    char *text = sm_ledger_pulse(&worker->ledger, &worker->own);
    sm_heartbeat_renew(&worker->heartbeat, text);
    free(text);
}

/* The same where it is due. On any rank. */
static void keep_heartbeat(void *data) {
    struct worker *worker = data;
    if (worker->rank == 0 && sm_heartbeat_is_due(&worker->heartbeat)) {
        renew_heartbeat(worker);
    }
}

/* Do what others wait for, for a moment. Returns whether work under way must be dropped. */
static bool serve_others(void *data) {
    struct worker *worker = data;
    struct sm_result result = sm_work_look_back(&worker->work);
    if (result.index >= 0) {
        sm_queue_tell(&worker->queue, result.index, result.record);
        free(result.record);
    }
    if (worker->rank == 0) {
        if (sm_stop_asked(&worker->stop)) {
            sm_queue_stop(&worker->queue);
        }
        sm_queue_serve(&worker->queue);
        sm_time_limit_serve();
        sm_progress_add(&worker->ledger.progress, 0);
        keep_heartbeat(worker);
    }
    return sm_stop_due(&worker->stop);
}

static void count_frames(uint64_t n_frames, void *data) {
    struct worker *worker = data;
    sm_frame_counts_add(&worker->counts, n_frames);
}

/* ---- groups ---- */

/* Go on with the group that this rank is in at a deeper level. Collective over the group so far. */
static void descend(struct worker *worker, size_t level) {
    size_t first;
    MPI_Comm group;
    sm_schedule_group((size_t)worker->n_ranks, level, (size_t)worker->rank, &first);
    MPI_Comm_split(worker->group, (int)first, worker->rank, &group);
    MPI_Comm_free(&worker->group);
    worker->group = group;
    MPI_Comm_rank(group, &worker->group_rank);
    worker->level = level;
}

/* Work until nothing is left, in groups that halve.
 *
 * text   of SM_TASK_TEXT bytes, for the tasks */
static void work_in_groups(struct worker *worker, MPI_Comm comm, size_t n_levels, char *text) {
    struct sm_result result = SM_NO_RESULT;
    struct sm_task task = {.index = -1};
    MPI_Comm_dup(comm, &worker->group);
    worker->group_rank = worker->rank;
    worker->level = 0;
    while (task.level < (int64_t)n_levels || result.index >= 0) {
        sm_headway_begin("going on to the next measurement", "");
        if (worker->group_rank == 0) {
            bool owes = sm_work_owes(&worker->work);
            task = sm_queue_next(&worker->queue, worker->level, result.index, result.record, owes, text);
            free(result.record);
        }
        result = SM_NO_RESULT;
        sm_headway_wait("waiting for work");
        MPI_Bcast(&task, sizeof task, MPI_BYTE, 0, worker->group);
        if (task.index >= 0) {
            MPI_Bcast(text, SM_TASK_TEXT, MPI_BYTE, 0, worker->group);
            if (worker->rank == 0) {
                sm_ledger_own(&worker->ledger, (size_t)task.index);
            }
            sm_frame_counts_begin(&worker->counts, (size_t)task.index);
            result = sm_work_on(&worker->work, worker->group, task.index, text);
        } else if (sm_work_owes(&worker->work)) {
            result = sm_work_end(&worker->work);
        } else if (task.level < (int64_t)n_levels) {
            descend(worker, (size_t)task.level);
        }
    }
    MPI_Comm_free(&worker->group);
}

/* ---- the whole ---- */

/* What the ranks find out together, and then the schedule. */
static enum sparsemed_status survey_and_schedule(struct worker *worker, MPI_Comm comm, const struct sm_history *history,
                                                 struct sparsemed_error *error) {
    struct sm_ledger *ledger = &worker->ledger;
    const struct sm_survey survey = {
        .job = &worker->archive->job,
        .retry_failed = worker->archive->retry_failed,
        .clear = true,
        .poll = keep_heartbeat,
        .poll_data = worker,
    };
    if (sm_survey(comm, &survey, ledger->sources, history, &worker->stop, &ledger->findings, error) != SPARSEMED_OK) {
        return error->status;
    }
    if (worker->rank == 0) {
        sm_ledger_open(ledger, worker->n_ranks, error);
        worker->own.n_to_do = ledger->report->n_left;
        if (ledger->report->n_left > 0) { /* else nothing at all is written, unless the survey has taken its time */
            renew_heartbeat(worker);
        }
    }
    return sm_vote(comm, error);
}

/* Hand out the measurements and work on them. */
static enum sparsemed_status share_work(struct worker *worker, MPI_Comm comm, struct sparsemed_error *error) {
    struct sm_ledger *ledger = &worker->ledger;
    const struct sm_queue_keeper keeper = {sm_ledger_begin,   sm_ledger_describe, sm_ledger_is_short,
                                           sm_ledger_take_in, sm_ledger_settle,   ledger};
    uint64_t n_levels = ledger->schedule.n_levels;
    MPI_Bcast(&n_levels, 1, MPI_UINT64_T, 0, comm);
    sm_frame_counts_open(comm, &ledger->roster, &worker->counts);
    sm_queue_open(comm, &ledger->schedule, &keeper, &worker->queue, error);
    char *text = calloc(1, SM_TASK_TEXT);
    if (!text && error->status == SPARSEMED_OK) {
        sparsemed_fail_memory(error, "preparing the archive");
    }
    if (sm_vote(comm, error) == SPARSEMED_OK) {
        work_in_groups(worker, comm, n_levels, text);
        sm_queue_close(&worker->queue, serve_others, worker);
    }
    sm_frame_counts_close(&worker->counts);
    free(text);
    return error->status;
}

/* The same, and then with what took too long, until nothing is left of that. */
static enum sparsemed_status share_all_work(struct worker *worker, MPI_Comm comm, struct sparsemed_error *error) {
    int more = true;
    while (more && share_work(worker, comm, error) == SPARSEMED_OK) {
        sm_stop_wait_for_all(&worker->stop);
        more = worker->rank == 0 && !worker->queue.closed && !sm_stop_asked(&worker->stop) &&
               sm_ledger_take_up_late(&worker->ledger, worker->n_ranks, error);
        sm_vote(comm, error);
        MPI_Bcast(&more, 1, MPI_INT, 0, comm);
    }
    if (worker->rank == 0) {
        sm_progress_finish(&worker->ledger.progress);
    }
    return error->status;
}

enum sparsemed_status sm_archive_process(MPI_Comm comm, const struct sm_archive *archive,
                                         const struct sm_sources *sources, const struct sm_history *history,
                                         struct sm_journal *journal, struct sm_archive_report *report,
                                         struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct worker worker = {.archive = archive};
    worker.work = (struct sm_work){
        .archive = archive, .stop = &worker.stop, .poll = serve_others, .count = count_frames, .poll_data = &worker};
    sm_work_begin(&worker.work);
    double begin = MPI_Wtime(), worked = 0;
    MPI_Comm_rank(comm, &worker.rank);
    MPI_Comm_size(comm, &worker.n_ranks);
    *report = (struct sm_archive_report){.n_ranks = worker.n_ranks};
    worker.ledger = (struct sm_ledger){
        .archive = archive, .sources = sources, .journal = journal, .report = report, .error = SPARSEMED_NO_ERROR};
    if (worker.rank == 0) {
        worker.own = sm_ledger_pulse_begin(archive, worker.n_ranks);
        sm_heartbeat_start(journal->path, &worker.heartbeat);
    }
    sm_stop_open(comm, archive->grace, &worker.stop, error);
    if (sm_vote(comm, error) == SPARSEMED_OK && survey_and_schedule(&worker, comm, history, error) == SPARSEMED_OK) {
        share_all_work(&worker, comm, error);
    }
    sm_stop_close(&worker.stop);
    MPI_Reduce(&worker.work.seconds, &worked, 1, MPI_DOUBLE, MPI_SUM, 0, comm);
    report->seconds = MPI_Wtime() - begin;
    report->balance = report->seconds > 0 ? worked / worker.n_ranks / report->seconds : 1;
    if (error->status == SPARSEMED_OK && worker.rank == 0) {
        if (sm_ledger_conclude(&worker.ledger, error) == SPARSEMED_OK && report->n_left > 0) {
            sparsemed_fail(error, SPARSEMED_STOPPED, "stopped with %llu of %llu measurements left; to be run again",
                           (unsigned long long)report->n_left, (unsigned long long)report->n_files);
        }
    }
    sm_heartbeat_stop(&worker.heartbeat);
    report->heartbeat = worker.heartbeat.error;
    sm_ledger_close(&worker.ledger);
    sm_findings_free(worker.ledger.findings, worker.rank == 0 ? sources->n : 0);
    return sm_vote(comm, error);
}
