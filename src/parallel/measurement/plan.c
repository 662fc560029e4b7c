#include "parallel/measurement/plan.h"

#include <assert.h>
#include <stdlib.h>

#include "core/numbers.h"
#include "parallel/headway.h"
#include "parallel/measurement/memory_need.h"
#include "parallel/measurement/partition.h"
#include "parallel/measurement/space.h"
#include "parallel/messages.h"
#include "parallel/vote.h"
#include "parallel/watchdog.h"
#include "rtdc/files/path.h"
#include "rtdc/files/read_ahead.h"
#include "rtdc/hdf5/needs.h"
#include "rtdc/trials/trial.h"
#include "rtdc/trials/trial_processes.h"
#include "sparsemed/offset.h"

/* Cost of a frame in a window's median, relative to that of decoding a frame. A rough figure does: it only moves shares
 * where windows are spread unevenly. */
static const double median_cost = 0.07;

/* Below this height the reference looks at few rows when it cleanses. */
enum { PLAIN_CENTRE_HEIGHT = 40 };

/* No file of more than this part of the memory is read ahead. */
enum { AHEAD_PART = 8 };

/* ---- on the first rank: what is in the file ---- */

static bool reads_ahead(const struct sm_team *team) {
    return team->job->read_ahead && team->n_ranks == 1;
}

/* Wait for the input to be read as a whole. A request to stop and the end of the time are heard meanwhile. */
static enum sparsemed_status await_ahead(const struct sm_team *team, struct sparsemed_error *error) {
    const struct sm_job *job = team->job;
    sm_read_ahead_begin(job->input, job->max_memory > 0 ? job->max_memory / AHEAD_PART : UINT64_MAX);
    while (sm_read_ahead_waits(job->input) && sm_team_poll(team, error) == SPARSEMED_OK) {
    }
    return error->status;
}

/* Open the input as the first of all ranks. */
static enum sparsemed_status open_first(const struct sm_team *team, struct sm_input *input,
                                        struct sparsemed_error *error) {
    const struct sm_job *job = team->job;
    if (!job->tried) {
        bool whole = job->copy || sm_path_same(job->input, job->output);
        sm_trial(whole ? SM_TRIAL_IN_PLACE : SM_TRIAL_INPUT, job->input, &job->input_options, error);
        if (error->status != SPARSEMED_OK) {
            return error->status;
        }
    }
    sm_headway("opening it");
    if (reads_ahead(team) && await_ahead(team, error) != SPARSEMED_OK) {
        return error->status;
    }
    return sm_input_open(job->input, &job->input_options, input, error) == SPARSEMED_OK ? sm_input_resolve(input, error)
                                                                                        : error->status;
}

/* Whether the first frames flicker. Reads these. */
static enum sparsemed_status detect_flicker(struct sm_stack *stack, bool *flickers, struct sparsemed_error *error) {
    size_t image_bytes = stack->height * stack->width, n = 0;
    double medians[SPARSEMED_FLICKER_FRAMES];
    uint8_t *frames = malloc(stack->slab_frames * image_bytes);
    if (!frames) {
        return sparsemed_fail_memory(error, "looking for flicker");
    }
    for (uint64_t slab = 0; slab < stack->n_slabs && n < SPARSEMED_FLICKER_FRAMES; slab++) {
        if (sm_stack_read(stack, slab, frames, error) != SPARSEMED_OK) {
            break;
        }
        uint64_t end = sm_min(sm_stack_slab_first(stack, slab + 1), SPARSEMED_FLICKER_FRAMES);
        for (; n < end; n++) {
            const uint8_t *frame = frames + sm_stack_place(stack, n) * image_bytes;
            medians[n] = sparsemed_top_median(frame, stack->height, stack->width);
        }
    }
    free(frames);
    *flickers = sparsemed_flickers(medians, n);
    return error->status;
}

static void note_warnings(const struct sm_team *team, const struct sm_plan *plan, const struct sm_timeline *timeline) {
    struct sm_report *report = team->report;
    enum sm_timing timing = timeline->timing;
    double duration = timeline->axis.duration;
    if (timing == SM_TIMING_RATE) {
        sm_report_warn(report, "no time stamps: the duration, %.3g s, is estimated from the frame rate", duration);
    } else if (timing == SM_TIMING_GUESS) {
        sm_report_warn(report, "neither time stamps nor a frame rate: the duration, %.3g s, is a guess", duration);
    }
    if (team->job->input_options.frame_rate > 0 && (timing == SM_TIMING_TIME || sm_timing_has_rate(plan->input.file))) {
        sm_report_warn(report, "the frame rate that was given is not used: the input has %s of its own",
                       timing == SM_TIMING_TIME ? "time stamps" : "one");
    }
    if (plan->kernel_size < (uint64_t)plan->parameters.kernel_size) {
        sm_report_warn(report, "the kernel size is reduced to the %llu frames there are",
                       (unsigned long long)plan->kernel_size);
    }
    if (plan->input.stack.height < PLAIN_CENTRE_HEIGHT && plan->parameters.frac_cleansing != 1) {
        sm_report_warn(report, "with less than %d rows cleansing looks at other rows than the centre",
                       PLAIN_CENTRE_HEIGHT);
    }
}

static void note_facts(const struct sm_plan *plan, const struct sm_timeline *timeline, struct sm_report *report) {
    sparsemed_ppid_format(&plan->parameters, report->ppid);
    report->slice = plan->input.slice;
    report->n_frames = plan->n_frames;
    report->height = plan->input.stack.height;
    report->width = plan->input.stack.width;
    report->n_steps = timeline->windows.n_steps;
}

/* Where a request to stop cuts a trial of the output short, what has failed is of no meaning. */
static void prefer_request(const struct sm_team *team, struct sparsemed_error *error) {
    struct sparsemed_error stopped = SPARSEMED_NO_ERROR;
    if (sm_team_poll(team, &stopped) == SPARSEMED_STOPPED) {
        *error = stopped;
    }
}

/* Asked while a trial is waited for. It has a limit of its own, so that no --timeout cuts it short: there are no
 * further trials after one that is given up. */
static bool is_stopped(void *team) {
    struct sparsemed_error stopped = SPARSEMED_NO_ERROR;
    sm_headway("trial");
    return sm_team_poll(team, &stopped) == SPARSEMED_STOPPED;
}

/* A window of frames and a slab are held by every rank: whether they are believed. */
static enum sparsemed_status believe_frames(const struct sm_plan *plan, struct sparsemed_error *error) {
    const struct sm_stack *stack = &plan->input.stack;
    uint64_t n_window = sm_min((uint64_t)plan->parameters.kernel_size, stack->n_frames);
    uint64_t n_bytes = (n_window + stack->slab_frames) * stack->height * stack->width;
    if (plan->input.file >= 0 &&
        sm_needs_check(plan->input.image.dataset, n_bytes, SM_NEED_FRAMES, error) != SPARSEMED_OK) {
        return sparsemed_fail_where(error, "%s: image", plan->input.image.origin);
    }
    return SPARSEMED_OK;
}

/* What the memory depends on that the measurement takes.
 *
 * n_steps   split points; 0 as long as they are not known */
static struct sm_memory_task memory_task(const struct sm_job *job, const struct sm_plan *plan, uint64_t n_steps) {
    const struct sm_stack *stack = &plan->input.stack;
    return (struct sm_memory_task){
        .n_frames = stack->n_frames,
        .height = stack->height,
        .width = stack->width,
        .slab_frames = stack->slab_frames,
        .kernel_size = (uint64_t)plan->parameters.kernel_size,
        .n_steps = n_steps,
        .offset = plan->parameters.offset_correction,
        .frame_images = job->frame_images,
    };
}

/* Whether a rank may take what the measurement needs. */
static enum sparsemed_status check_memory(const struct sm_team *team, const struct sm_plan *plan, uint64_t n_steps,
                                          struct sparsemed_error *error) {
    const struct sm_memory_task task = memory_task(team->job, plan, n_steps);
    return sm_memory_check(&task, (size_t)team->n_ranks, team->job->max_memory, team->job->input, error);
}

/* Read ahead what comes next, and keep what was read of this measurement, as far as there is memory to spare. */
static void read_ahead(const struct sm_team *team, struct sm_plan *plan, uint64_t n_steps) {
    const struct sm_job *job = team->job;
    struct sm_memory_file *own = plan->input.ahead;
    const struct sm_memory_task task = memory_task(job, plan, n_steps);
    uint64_t needed = sm_memory_need(&task, 1), allowed = job->max_memory > 0 ? job->max_memory : UINT64_MAX;
    uint64_t spare = allowed - sm_min(needed, allowed);
    uint64_t kept = own && !own->is_on_disk ? own->size : 0;
    if (kept > spare) {
        sm_read_ahead_spare(own);
        kept = 0;
    }
    if (job->next) {
        sm_read_ahead_begin(job->next, sm_min(spare - kept, allowed / AHEAD_PART));
    }
}

/* Read the time stamps, and lay the windows; before either is done, see what memory that takes. */
static enum sparsemed_status lay_windows(const struct sm_team *team, struct sm_plan *plan, struct sm_timeline *timeline,
                                         struct sparsemed_error *error) {
    const struct sm_job *job = team->job;
    struct sparsemed_parameters *parameters = &plan->parameters;
    size_t n_steps;
    if (check_memory(team, plan, 0, error) != SPARSEMED_OK ||
        sm_input_timing(&plan->input, &timeline->axis, &timeline->timing, error) != SPARSEMED_OK) {
        return error->status;
    }
    if (sparsemed_count_steps(&timeline->axis, parameters->split_time, &n_steps, error) != SPARSEMED_OK) {
        return sparsemed_fail_where(error, "%s", job->input);
    }
    if (check_memory(team, plan, n_steps, error) != SPARSEMED_OK ||
        (job->offset_auto &&
         detect_flicker(&plan->input.stack, &parameters->offset_correction, error) != SPARSEMED_OK)) {
        return error->status;
    }
    return sparsemed_windows_build(&timeline->axis, parameters->kernel_size, parameters->split_time, &timeline->windows,
                                   error) == SPARSEMED_OK
               ? SPARSEMED_OK
               : sparsemed_fail_where(error, "%s", job->input);
}

/* Everything that is known before the first frame is decoded. */
static enum sparsemed_status plan_alone(const struct sm_team *team, struct sm_plan *plan, struct sm_timeline *timeline,
                                        struct sparsemed_error *error) {
    const struct sm_job *job = team->job;
    struct sparsemed_parameters *parameters = &plan->parameters;
    *parameters = job->parameters;
    if (sparsemed_parameters_check(parameters, error) != SPARSEMED_OK ||
        open_first(team, &plan->input, error) != SPARSEMED_OK || believe_frames(plan, error) != SPARSEMED_OK ||
        lay_windows(team, plan, timeline, error) != SPARSEMED_OK) {
        return error->status;
    }
    if (reads_ahead(team)) {
        read_ahead(team, plan, timeline->windows.n_steps);
    }
    plan->n_frames = plan->input.stack.n_frames;
    plan->n_windows = timeline->windows.n_windows;
    plan->kernel_size = timeline->windows.kernel_size;
    note_facts(plan, timeline, team->report);
    note_warnings(team, plan, timeline);
    if (sm_claim_output(team, &plan->input, parameters, &plan->claim, &plan->temporary, error) != SPARSEMED_OK) {
        prefer_request(team, error);
    } else if (job->frame_images && !plan->claim.unchanged) {
        sm_space_check(team, &plan->input, &plan->parameters, &plan->claim, &plan->temporary, timeline->windows.n_steps,
                       error);
    }
    return error->status;
}

/* ---- on the first rank: who does what ---- */

/* Cost of every slab: decoding it, where anything needs it, and the medians of the windows that start in it. */
static void weigh_slabs(const struct sm_plan *plan, const struct sparsemed_windows *windows, double *weights) {
    const struct sm_stack *stack = &plan->input.stack;
    bool offset = plan->parameters.offset_correction;
    for (uint64_t slab = 0; slab < stack->n_slabs; slab++) {
        weights[slab] = offset ? (double)stack->slab_frames : 0;
    }
    uint64_t covered = 0; /* slabs before this one are weighed in already */
    for (size_t i = 0; i < windows->n_windows; i++) {
        uint64_t first = sm_stack_slab(stack, windows->start[i]);
        uint64_t end = sm_stack_slab(stack, windows->start[i] + windows->kernel_size - 1) + 1;
        size_t moved = i > 0 ? windows->start[i] - windows->start[i - 1] : windows->kernel_size;
        weights[first] += median_cost * (double)sm_min(2 * moved, windows->kernel_size);
        for (covered = sm_max(covered, first); covered < end && !offset; covered++) {
            weights[covered] += (double)stack->slab_frames;
        }
    }
}

/* Divide slabs and windows among the ranks. */
static enum sparsemed_status divide(const struct sm_team *team, const struct sparsemed_windows *windows,
                                    struct sm_plan *plan, struct sparsemed_error *error) {
    const struct sm_stack *stack = &plan->input.stack;
    double *weights = malloc(stack->n_slabs * sizeof *weights);
    size_t *first = malloc(((size_t)team->n_ranks + 1) * sizeof *first);
    if (weights && first) {
        weigh_slabs(plan, windows, weights);
        sm_partition(weights, stack->n_slabs, (size_t)team->n_ranks, first);
        uint64_t window = 0;
        for (int rank = 0; rank < team->n_ranks; rank++) {
            struct sm_share *share = &plan->shares[rank];
            *share = (struct sm_share){
                .first_slab = first[rank],
                .end_slab = first[rank + 1],
                .frames = {sm_stack_slab_first(stack, first[rank]), sm_stack_slab_first(stack, first[rank + 1])},
                .first_window = window,
            };
            while (window < windows->n_windows && windows->start[window] < share->frames.end) {
                window++;
            }
            share->n_windows = window - share->first_window;
        }
    } else {
        sparsemed_fail_memory(error, "dividing the frames");
    }
    free(first);
    free(weights);
    return error->status;
}

/* ---- on all ranks ---- */

/* Pass on what this rank hears of requests to stop; the first rank decides. */
static void poll_while_waiting(void *team) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    sm_team_poll(team, &ignored);
}

/* Tell all ranks what the first one has decided. */
static void announce(const struct sm_team *team, struct sm_plan *plan) {
    struct {
        struct sm_claim claim;
        struct sparsemed_parameters parameters;
        uint64_t n_frames, n_windows, kernel_size;
    } decided = {plan->claim, plan->parameters, plan->n_frames, plan->n_windows, plan->kernel_size};
    MPI_Bcast(&decided, sizeof decided, MPI_BYTE, 0, team->comm);
    plan->claim = decided.claim;
    plan->parameters = decided.parameters;
    plan->n_frames = decided.n_frames;
    plan->n_windows = decided.n_windows;
    plan->kernel_size = decided.kernel_size;
}

/* Give each rank the first frames of its windows. */
static enum sparsemed_status scatter_windows(const struct sm_team *team, const struct sparsemed_windows *windows,
                                             struct sm_plan *plan, struct sparsemed_error *error) {
    bool first_rank = team->rank == 0;
    uint64_t n_own = plan->shares[team->rank].n_windows;
    int *counts = malloc((size_t)team->n_ranks * sizeof *counts);
    int *firsts = malloc((size_t)team->n_ranks * sizeof *firsts);
    uint64_t *starts = first_rank ? malloc(windows->n_windows * sizeof *starts) : NULL;
    plan->window_start = malloc((n_own + 1) * sizeof *plan->window_start);
    if (!counts || !firsts || !plan->window_start || (first_rank && !starts)) {
        sparsemed_fail_memory(error, "distributing the windows");
    }
    if (sm_vote(team->comm, error) == SPARSEMED_OK) {
        for (int rank = 0; rank < team->n_ranks; rank++) {
            counts[rank] = sm_message_count(plan->shares[rank].n_windows);
            firsts[rank] = sm_message_count(plan->shares[rank].first_window);
        }
        for (size_t i = 0; i < windows->n_windows; i++) {
            starts[i] = windows->start[i];
        }
        MPI_Scatterv(starts, counts, firsts, MPI_UINT64_T, plan->window_start, sm_message_count(n_own), MPI_UINT64_T, 0,
                     team->comm);
    }
    free(starts);
    free(firsts);
    free(counts);
    return error->status;
}

/* Open the input on this rank, too. */
static enum sparsemed_status open_too(const struct sm_job *job, struct sm_plan *plan, struct sparsemed_error *error) {
    if (sm_input_open(job->input, &job->input_options, &plan->input, error) == SPARSEMED_OK &&
        plan->input.stack.n_frames != plan->n_frames) {
        sparsemed_fail(error, SPARSEMED_INPUT, "%s: changes while it is read", job->input);
    }
    return error->status;
}

enum sparsemed_status sm_plan_make(const struct sm_team *team, struct sm_plan *plan, struct sm_timeline *timeline,
                                   struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    *plan = SM_NO_PLAN;
    *timeline = (struct sm_timeline){0};
    plan->shares = malloc((size_t)team->n_ranks * sizeof *plan->shares);
    sm_trial_listen(is_stopped, (void *)team);
    if (!plan->shares) {
        sparsemed_fail_memory(error, "planning");
    } else if (team->rank == 0 && plan_alone(team, plan, timeline, error) == SPARSEMED_OK && !plan->claim.unchanged) {
        divide(team, &timeline->windows, plan, error);
    }
    sm_trial_listen(NULL, NULL);
    sm_wait_for_all(team->comm, poll_while_waiting, (void *)team);
    if (sm_vote(team->comm, error) != SPARSEMED_OK) {
        return error->status;
    }
    announce(team, plan);
    if (plan->claim.unchanged) {
        return SPARSEMED_OK;
    }
    char *temporary = sm_temporary_path(plan->claim.path);
    sm_watchdog_owns(temporary);
    free(temporary);
    MPI_Bcast(plan->shares, sm_message_count((uint64_t)team->n_ranks * sizeof *plan->shares), MPI_BYTE, 0, team->comm);
    if (team->rank > 0) {
        sm_headway("opening it");
        open_too(team->job, plan, error);
    }
    return scatter_windows(team, &timeline->windows, plan, error);
}

void sm_plan_free(struct sm_plan *plan, struct sparsemed_error *error) {
    sm_watchdog_owns(NULL);
    sm_temporary_discard(&plan->temporary, error);
    free(plan->window_start);
    free(plan->shares);
    sm_input_close(&plan->input);
    *plan = SM_NO_PLAN;
}

void sm_timeline_free(struct sm_timeline *timeline) {
    sparsemed_windows_free(&timeline->windows);
    sparsemed_time_axis_free(&timeline->axis);
}
