#include "parallel/measurement/measurement.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "parallel/measurement/run.h"
#include "parallel/vote.h"

void sm_warn(struct sm_report *report, const char *format, ...) {
    if (report->n_warnings == SM_MAX_WARNINGS) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(report->warnings[report->n_warnings++], SM_WARNING_SIZE, format, arguments);
    va_end(arguments);
}

enum sparsemed_status sm_attend(const struct sm_run *run, struct sparsemed_error *error) {
    const struct sm_job *job = run->job;
    if (job->attend && job->attend(job->attend_data) && error->status == SPARSEMED_OK) {
        sparsemed_fail(error, SPARSEMED_STOPPED, "%s: was stopped before it was done; to be run again", job->input);
    }
    return error->status;
}

uint64_t sm_frames_of(const struct sm_run *run, int rank, uint64_t *first) {
    const struct sm_share *share = &run->shares[rank];
    uint64_t begin = share->first_slab * run->input.stack.slab_frames;
    uint64_t end = share->end_slab * run->input.stack.slab_frames;
    end = end < run->input.stack.n_frames ? end : run->input.stack.n_frames;
    *first = begin < end ? begin : end;
    return end - *first;
}

void sm_report_free(struct sm_report *report) {
    free(report->worked);
    free(report->waited);
    report->worked = report->waited = NULL;
    sm_used_files_free(&report->files);
}

/* Bring to the first rank what each rank knows of its own part. */
static void collect(struct sm_run *run) {
    struct sm_report *report = run->report;
    struct rusage usage = {0};
    getrusage(RUSAGE_SELF, &usage);
    uint64_t peak = (uint64_t)usage.ru_maxrss * 1024;
    uint64_t own[2] = {run->input.stack.bytes_read, run->input.stack.bytes_decoded}, all[2];
    MPI_Reduce(own, all, 2, MPI_UINT64_T, MPI_SUM, 0, run->comm);
    MPI_Reduce(&peak, &report->peak_memory, 1, MPI_UINT64_T, MPI_MAX, 0, run->comm);
    MPI_Gather(&run->worked, 1, MPI_DOUBLE, report->worked, 1, MPI_DOUBLE, 0, run->comm);
    if (run->rank == 0) {
        report->bytes_read = all[0];
        report->bytes_decoded = all[1];
        for (int rank = 0; rank < run->n_ranks; rank++) {
            report->waited[rank] = report->seconds.stream - report->worked[rank];
        }
    }
}

/* The phases one after the other, until one fails or there is nothing to do. */
static enum sparsemed_status work(struct sm_run *run, struct sparsemed_error *error) {
    static enum sparsemed_status (*const phases[])(struct sm_run *, struct sparsemed_error *) = {
        sm_plan_run, sm_stream, sm_select_images, sm_write};
    struct sm_seconds *seconds = &run->report->seconds;
    double *const durations[] = {&seconds->plan, &seconds->stream, &seconds->cleanse, &seconds->write};
    double begin = MPI_Wtime();
    for (size_t i = 0; i < sizeof phases / sizeof *phases && !run->plan.unchanged; i++) {
        double phase_begin = MPI_Wtime();
        if (phases[i](run, error) != SPARSEMED_OK) {
            return error->status;
        }
        *durations[i] = MPI_Wtime() - phase_begin;
    }
    run->report->unchanged = run->plan.unchanged;
    collect(run);
    seconds->total = MPI_Wtime() - begin;
    return SPARSEMED_OK;
}

static void release(struct sm_run *run) {
    sm_temporary_discard(&run->temporary);
    sparsemed_attribution_free(&run->attribution);
    sparsemed_cleansing_free(&run->cleansing);
    free(run->kept_sum);
    free(run->kept_window);
    sm_image_store_close(&run->images);
    free(run->profile);
    free(run->image_sum);
    free(run->frame_sum);
    sparsemed_windows_free(&run->windows);
    sparsemed_time_axis_free(&run->axis);
    free(run->window_start);
    free(run->shares);
    sm_input_close(&run->input);
    MPI_Comm_free(&run->comm);
}

enum sparsemed_status sm_measure(MPI_Comm comm, const struct sm_job *job, struct sm_report *report,
                                 struct sparsemed_error *error) {
    struct sm_run run = {
        .job = job,
        .report = report,
        .input = SM_NO_INPUT,
        .temporary = SM_NO_TEMPORARY,
    };
    sm_image_store_open(&run.images, 1, job->output);
    MPI_Comm_dup(comm, &run.comm);
    MPI_Comm_rank(run.comm, &run.rank);
    MPI_Comm_size(run.comm, &run.n_ranks);
    *report = (struct sm_report){.n_ranks = run.n_ranks};
    report->worked = calloc((size_t)run.n_ranks, sizeof *report->worked);
    report->waited = calloc((size_t)run.n_ranks, sizeof *report->waited);
    if (!report->worked || !report->waited) {
        sparsemed_fail_memory(error, "preparing the report");
    }
    enum sparsemed_status status = sm_vote(run.comm, error) == SPARSEMED_OK ? work(&run, error) : error->status;
    if (run.rank == 0) {
        report->files = run.input.files;
        run.input.files = (struct sm_used_files){0};
    }
    release(&run);
    return status;
}
