/* Plan of a measurement: what the first rank finds in the file, and each rank's share of it. */
#include <stdlib.h>

#include "parallel/measurement/partition.h"
#include "parallel/measurement/run.h"
#include "parallel/vote.h"
#include "rtdc/files/path.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/trial.h"
#include "sparsemed/offset.h"

/* Cost of a frame in a window's median, relative to that of decoding a frame. A rough figure does: it only moves shares
 * where windows are spread unevenly. */
static const double median_cost = 0.07;

/* Below this height the reference looks at few rows when it cleanses. */
enum { PLAIN_CENTRE_HEIGHT = 40 };

/* ---- on the first rank ---- */

/* Whether the first frames flicker. Reads these. */
static enum sparsemed_status detect_flicker(struct sm_run *run, bool *flickers, struct sparsemed_error *error) {
    struct sm_stack *stack = &run->input.stack;
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
        uint64_t left = stack->n_frames - slab * stack->slab_frames;
        for (size_t i = 0; i < stack->slab_frames && i < left && n < SPARSEMED_FLICKER_FRAMES; i++) {
            medians[n++] = sparsemed_top_median(frames + i * image_bytes, stack->height, stack->width);
        }
    }
    free(frames);
    *flickers = sparsemed_flickers(medians, n);
    return error->status;
}

static void note_warnings(struct sm_run *run, enum sm_timing timing, const struct sparsemed_parameters *parameters) {
    struct sm_report *report = run->report;
    if (timing == SM_TIMING_RATE) {
        sm_warn(report, "no time stamps: the duration, %.3g s, is estimated from the frame rate", run->axis.duration);
    } else if (timing == SM_TIMING_GUESS) {
        sm_warn(report, "neither time stamps nor a frame rate: the duration, %.3g s, is a guess", run->axis.duration);
    }
    if (run->job->input_options.frame_rate > 0 && (timing == SM_TIMING_TIME || sm_timing_has_rate(run->input.file))) {
        sm_warn(report, "the frame rate that was given is not used: the input has %s of its own",
                timing == SM_TIMING_TIME ? "time stamps" : "one");
    }
    if (run->windows.kernel_size < (uint64_t)parameters->kernel_size) {
        sm_warn(report, "the kernel size is reduced to the %zu frames there are", run->windows.kernel_size);
    }
    if (run->input.stack.height < PLAIN_CENTRE_HEIGHT && parameters->frac_cleansing != 1) {
        sm_warn(report, "with less than %d rows cleansing looks at other rows than the centre", PLAIN_CENTRE_HEIGHT);
    }
}

/* Everything that is known before the first frame is decoded. */
static enum sparsemed_status plan_alone(struct sm_run *run, struct sparsemed_error *error) {
    struct sparsemed_parameters parameters = run->job->parameters;
    enum sm_timing timing;
    if (sm_input_timing(&run->input, &run->axis, &timing, error) != SPARSEMED_OK ||
        (run->job->offset_auto && detect_flicker(run, &parameters.offset_correction, error) != SPARSEMED_OK)) {
        return error->status;
    }
    if (sparsemed_windows_build(&run->axis, parameters.kernel_size, parameters.split_time, &run->windows, error) !=
        SPARSEMED_OK) {
        return sparsemed_fail_where(error, "%s", run->job->input);
    }
    run->plan = (struct sm_plan){
        .offset = parameters.offset_correction,
        .n_frames = run->input.stack.n_frames,
        .n_windows = run->windows.n_windows,
        .kernel_size = run->windows.kernel_size,
    };
    sparsemed_ppid_format(&parameters, run->report->ppid);
    run->report->n_frames = run->input.stack.n_frames;
    run->report->height = run->input.stack.height;
    run->report->width = run->input.stack.width;
    run->report->n_steps = run->windows.n_steps;
    note_warnings(run, timing, &parameters);
    return sm_claim_output(run, error);
}

/* Cost of every slab: decoding it, where anything needs it, and the medians of the windows that start in it. */
static void weigh_slabs(const struct sm_run *run, double *weights) {
    const struct sparsemed_windows *windows = &run->windows;
    size_t slab_frames = run->input.stack.slab_frames;
    for (uint64_t slab = 0; slab < run->input.stack.n_slabs; slab++) {
        weights[slab] = run->plan.offset ? (double)slab_frames : 0;
    }
    uint64_t covered = 0; /* slabs before this one are weighed in already */
    for (size_t i = 0; i < windows->n_windows; i++) {
        uint64_t first = windows->start[i] / slab_frames;
        uint64_t end = (windows->start[i] + windows->kernel_size - 1) / slab_frames + 1;
        size_t moved = i > 0 ? windows->start[i] - windows->start[i - 1] : windows->kernel_size;
        size_t n_counted = 2 * moved < windows->kernel_size ? 2 * moved : windows->kernel_size;
        weights[first] += median_cost * (double)n_counted;
        for (covered = covered > first ? covered : first; covered < end && !run->plan.offset; covered++) {
            weights[covered] += (double)slab_frames;
        }
    }
}

/* Divide slabs and windows among the ranks. */
static enum sparsemed_status divide(struct sm_run *run, struct sparsemed_error *error) {
    size_t n_slabs = run->input.stack.n_slabs;
    double *weights = malloc(n_slabs * sizeof *weights);
    size_t *first = malloc(((size_t)run->n_ranks + 1) * sizeof *first);
    if (weights && first) {
        weigh_slabs(run, weights);
        sm_partition(weights, n_slabs, (size_t)run->n_ranks, first);
        uint64_t window = 0;
        for (int rank = 0; rank < run->n_ranks; rank++) {
            uint64_t end_frame = first[rank + 1] * run->input.stack.slab_frames;
            struct sm_share *share = &run->shares[rank];
            *share = (struct sm_share){.first_slab = first[rank], .end_slab = first[rank + 1], .first_window = window};
            while (window < run->windows.n_windows && run->windows.start[window] < end_frame) {
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

/* Open the input as the first of all ranks. */
static enum sparsemed_status open_first(struct sm_run *run, struct sparsemed_error *error) {
    const struct sm_job *job = run->job;
    if (!job->tried && sm_trial(job->input, &job->input_options, error) != SPARSEMED_OK) {
        return error->status;
    }
    return sm_input_open(job->input, &job->input_options, &run->input, error);
}

/* ---- on all ranks ---- */

/* Give each rank the first frames of its windows. */
static enum sparsemed_status scatter_windows(struct sm_run *run, struct sparsemed_error *error) {
    int own = (int)run->shares[run->rank].n_windows;
    int *counts = malloc((size_t)run->n_ranks * sizeof *counts);
    int *firsts = malloc((size_t)run->n_ranks * sizeof *firsts);
    uint64_t *starts = run->rank == 0 ? malloc(run->windows.n_windows * sizeof *starts) : NULL;
    run->window_start = malloc(((size_t)own + 1) * sizeof *run->window_start);
    if (!counts || !firsts || !run->window_start || (run->rank == 0 && !starts)) {
        sparsemed_fail_memory(error, "distributing the windows");
    }
    if (sm_vote(run->comm, error) == SPARSEMED_OK) {
        for (int rank = 0; rank < run->n_ranks; rank++) {
            counts[rank] = (int)run->shares[rank].n_windows;
            firsts[rank] = (int)run->shares[rank].first_window;
        }
        for (size_t i = 0; i < run->windows.n_windows; i++) {
            starts[i] = run->windows.start[i];
        }
        MPI_Scatterv(starts, counts, firsts, MPI_UINT64_T, run->window_start, own, MPI_UINT64_T, 0, run->comm);
    }
    free(starts);
    free(firsts);
    free(counts);
    return error->status;
}

enum sparsemed_status sm_plan_run(struct sm_run *run, struct sparsemed_error *error) {
    run->shares = malloc((size_t)run->n_ranks * sizeof *run->shares);
    if (!run->shares) {
        sparsemed_fail_memory(error, "planning");
    } else if (run->rank == 0 && sparsemed_parameters_check(&run->job->parameters, error) == SPARSEMED_OK &&
               open_first(run, error) == SPARSEMED_OK && plan_alone(run, error) == SPARSEMED_OK) {
        divide(run, error);
    }
    if (sm_vote(run->comm, error) != SPARSEMED_OK) {
        return error->status;
    }
    MPI_Bcast(&run->plan, sizeof run->plan, MPI_BYTE, 0, run->comm);
    if (run->plan.unchanged) {
        return SPARSEMED_OK;
    }
    MPI_Bcast(run->shares, (int)((size_t)run->n_ranks * sizeof *run->shares), MPI_BYTE, 0, run->comm);
    if (run->rank > 0 && sm_input_open(run->job->input, &run->job->input_options, &run->input, error) == SPARSEMED_OK &&
        run->input.stack.n_frames != run->plan.n_frames) {
        sparsemed_fail(error, SPARSEMED_INPUT, "%s: changes while it is read", run->job->input);
    }
    return scatter_windows(run, error);
}
