#include "parallel/archive/work.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <time.h>

#include "parallel/headway.h"
#include "parallel/journal/failure_kind.h"
#include "parallel/journal/journal_record.h"
#include "parallel/measurement/measurement.h"
#include "parallel/time_limit.h"
#include "parallel/vote.h"
#include "parallel/watchdog.h"
#include "rtdc/files/path.h"

/* Make the folder of an output, unless the last one was in it. On the first rank. */
static void make_folder(struct sm_work *work, const char *output, struct sparsemed_error *error) {
    size_t length = (size_t)(sm_path_name(output) - output);
    if (strncmp(work->folder, output, length) == 0 && strlen(work->folder) == length) {
        return;
    }
    if (sm_path_make_folder(output) != 0) {
        sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: its folder cannot be made: %s", output, strerror(errno));
    } else if (length < sizeof work->folder) {
        memcpy(work->folder, output, length);
        work->folder[length] = '\0';
    }
}

/* Compute one measurement and write it. Collective over the group. */
static void carry_out(struct sm_work *work, MPI_Comm group, const struct sm_job *job, struct sm_report *report,
                      struct sparsemed_error *error) {
    double begin = MPI_Wtime();
    int rank;
    MPI_Comm_rank(group, &rank);
    if (rank == 0) {
        make_folder(work, job->output, error);
    }
    if (sm_vote(group, error) == SPARSEMED_OK) {
        sm_measure(group, job, report, error);
    }
    if (error->status != SPARSEMED_OK) { /* the folder may be gone */
        *work->folder = '\0';
    }
    work->seconds += MPI_Wtime() - begin;
}

/* Wait before a measurement is tried again; a request to stop ends that. */
static void pause_for(struct sm_work *work, double seconds, const char *input) {
    const struct timespec moment = {.tv_nsec = 20000000};
    const double begin = MPI_Wtime();
    sm_headway_begin("waiting to try again", input);
    while (MPI_Wtime() - begin < seconds && !work->poll(work->poll_data) && !sm_stop_asked(work->stop)) {
        sm_headway("");
        nanosleep(&moment, NULL);
    }
}

/* Do it again where a disk has failed. Collective over the group. */
static void try_again(struct sm_work *work, MPI_Comm group, struct sm_ending *ending) {
    for (int n_tried = 1; n_tried <= work->archive->n_retries && sm_failure_kind(&ending->error) == SM_FAILURE_DISK;
         n_tried++) {
        pause_for(work, sm_failure_pause(n_tried), ending->job.input);
        sm_report_free(&ending->report);
        ending->report = (struct sm_report){0};
        ending->error = SPARSEMED_NO_ERROR;
        carry_out(work, group, &ending->job, &ending->report, &ending->error);
    }
}

/* The input as it was read; where a job works in place, what was made of it, which the next one reads. */
static struct sm_file_state state_of_input(const struct sm_job *job, const struct sm_report *report) {
    if (strcmp(job->input, job->output) == 0 && report->output.size > 0) {
        return report->output;
    }
    return report->files.n > 0 ? sm_file_state_from(&report->files.list[0].state) : sm_file_state_of(job->input);
}

static struct sm_job job_of(const struct sm_work *work, const struct sm_order *order) {
    struct sm_job job = work->archive->job;
    job.input = order->input;
    job.output = order->output;
    job.tried = true; /* by the survey */
    job.read_ahead = true;
    job.next = order->next;
    job.force = job.force || order->replace;
    job.progress = SM_PROGRESS_NONE;
    job.poll = work->poll;
    job.count = work->count;
    job.poll_data = work->poll_data;
    return job;
}

/* Have a thread deliver an output, while this rank goes on. */
static void deliver_aside(struct sm_ending *ending, struct sm_delivery *delivery) {
    sm_watchdog_delivers(delivery->temporary.path);
    sm_delivery_begin(delivery);
    ending->is_under_way = true;
    ending->since = MPI_Wtime();
}

/* Take in what came of that. */
static void end_delivery(struct sm_ending *ending) {
    sm_delivery_end(&ending->report.output, &ending->error);
    sm_watchdog_delivers(NULL);
    ending->is_under_way = false;
    ending->was_delivered = true;
}

/* Wait for it. */
static void await_delivery(struct sm_work *work, struct sm_ending *ending) {
    sm_headway_begin("putting on disk", ending->job.output);
    ending->is_under_way = false; /* for sm_work_look_back */
    while (sm_delivery_waits()) {
        work->poll(work->poll_data); /* a request to stop comes too late for it */
    }
    end_delivery(ending);
}

/* Tell what came of it. */
static struct sm_result conclude(struct sm_ending *ending) {
    struct sm_result result = {.index = ending->index};
    if (ending->index >= 0 && ending->error.status != SPARSEMED_STOPPED) {
        result.record = sm_journal_record(&ending->job, &ending->report, &ending->error,
                                          state_of_input(&ending->job, &ending->report));
    }
    sm_report_free(&ending->report);
    ending->report = (struct sm_report){0};
    ending->index = -1;
    return result;
}

void sm_work_begin(struct sm_work *work) {
    work->endings[0].index = work->endings[1].index = -1;
}

bool sm_work_owes(const struct sm_work *work) {
    return work->endings[work->last].index >= 0;
}

struct sm_result sm_work_end(struct sm_work *work) {
    struct sm_ending *ending = &work->endings[work->last];
    if (ending->is_under_way) {
        await_delivery(work, ending);
    }
    if (ending->was_delivered) {
        try_again(work, MPI_COMM_SELF, ending);
    }
    return conclude(ending);
}

struct sm_result sm_work_look_back(struct sm_work *work) {
    const double patience = 0.5; /* seconds; the journal takes as long for one result as for two */
    struct sm_ending *ending = &work->endings[work->last];
    if (!ending->is_under_way || MPI_Wtime() - ending->since < patience || sm_delivery_is_under_way()) {
        return SM_NO_RESULT;
    }
    end_delivery(ending);
    return ending->error.status == SPARSEMED_OK ? conclude(ending) : SM_NO_RESULT;
}

struct sm_result sm_work_on(struct sm_work *work, MPI_Comm group, int64_t index, const char *text) {
    struct sm_ending *now = &work->endings[!work->last];
    struct sm_delivery delivery = SM_NO_DELIVERY;
    int rank, n_ranks;
    MPI_Comm_rank(group, &rank);
    MPI_Comm_size(group, &n_ranks);
    *now = (struct sm_ending){.index = index, .error = SPARSEMED_NO_ERROR};
    memcpy(now->text, text, sizeof now->text);
    const struct sm_order order = sm_order_read(now->text);
    now->job = job_of(work, &order);
    bool goes_on = n_ranks == 1 && order.next && isinf(sm_time_limit_seconds()); /* it times one at a time */
    now->job.delivery = goes_on ? &delivery : NULL;
    carry_out(work, group, &now->job, &now->report, &now->error);
    now->job.delivery = NULL;
    try_again(work, group, now);
    if (rank > 0) {
        sm_report_free(&now->report);
        now->index = -1;
        return (struct sm_result){.index = index};
    }
    struct sm_result before = sm_work_end(work);
    if (delivery.temporary.path) {
        deliver_aside(now, &delivery);
    } else if (before.index < 0) {
        return conclude(now);
    }
    work->last = !work->last;
    return before;
}
