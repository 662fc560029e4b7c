#include <inttypes.h>
#include <mpi.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/json_file.h"
#include "cli/launcher.h"
#include "cli/tell.h"
#include "parallel/headway.h"
#include "parallel/measurement/measurement.h"
#include "parallel/measurement/record.h"
#include "parallel/stop.h"
#include "parallel/vote.h"
#include "rtdc/files/path.h"
#include "rtdc/input.h"

/* ---- the command line ---- */

static enum sparsemed_status check_paths(const struct sm_options *options, struct sparsemed_error *error) {
    int n_paths = options->n_paths;
    char **paths = options->paths;
    if (n_paths < 1 || n_paths > 2) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "%s; usage: sparsemed run [OPTION]... INPUT [OUTPUT]",
                              n_paths < 1 ? "INPUT is missing" : "there are more paths than INPUT and OUTPUT");
    }
    if (!*paths[0] || !*paths[n_paths - 1]) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "the name of %s is empty", *paths[0] ? "OUTPUT" : "INPUT");
    }
    if (options->in_place && n_paths == 2) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "with --in-place the output is INPUT itself: leave out %s",
                              paths[1]);
    }
    return SPARSEMED_OK;
}

/* Set the input and the output of the job. */
static enum sparsemed_status set_paths(struct sm_options *options, struct sparsemed_error *error) {
    struct sm_job *job = &options->job;
    job->input = options->paths[0];
    if (options->in_place) {
        job->output = job->input;
    } else if (options->n_paths == 2) {
        job->output = options->paths[1];
    } else {
        job->output = options->made_output = sm_path_background(job->input);
    }
    return job->output ? SPARSEMED_OK : sparsemed_fail_memory(error, "naming the output");
}

/* Whether a path leads to a file that holds nothing but time stamps. */
static bool is_time_file(const struct sm_job *job, const char *path) {
    const struct sm_origin origin = sm_input_origin_of(job->input, &job->input_options, 0);
    const char *time_file = sm_origin_time_file(&origin);
    return time_file && sm_path_same(path, time_file);
}

/* The record must not overwrite what the job is about. */
static enum sparsemed_status check_record_path(const struct sm_options *options, struct sparsemed_error *error) {
    const char *path = options->json_path, *input = options->job.input, *output = options->job.output;
    if (path && (strcmp(path, output) == 0 || sm_path_same(path, output) || sm_path_same(path, input) ||
                 is_time_file(&options->job, path))) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "--json %s: is the input or the output; name another file", path);
    }
    return SPARSEMED_OK;
}

static enum sparsemed_status check_command_line(struct sm_options *options, struct sparsemed_error *error) {
    if (check_paths(options, error) != SPARSEMED_OK) {
        return error->status;
    }
    if (options->job.input_options.time && options->job.input_options.frame_rate > 0) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "--time and --frame-rate contradict each other");
    }
    if (sm_input_is_sliced(&options->job.input_options) && (options->in_place || options->job.copy)) {
        return sparsemed_fail(error, SPARSEMED_USAGE,
                              "--frames and %s contradict each other: a slice is not the whole measurement",
                              options->in_place ? "--in-place" : "--copy");
    }
    return set_paths(options, error) == SPARSEMED_OK ? check_record_path(options, error) : error->status;
}

/* ---- telling ---- */

static void tell_warnings(const struct sm_job *job, const struct sm_report *report) {
    for (int i = 0; i < report->n_warnings; i++) {
        sm_tell(stderr, "sparsemed: %s: warning: %s", job->input, report->warnings[i]);
    }
}

static void tell_measurement(FILE *stream, const struct sm_options *options, const struct sm_report *report) {
    const double mega = 1e6;
    const struct sm_seconds *seconds = &report->seconds;
    char flags[SPARSEMED_FLAGS_SIZE];
    if (report->unchanged) {
        sm_tell(stream, "%s: holds this background already, left as it is", options->job.output);
        return;
    }
    char frames[SM_SLICE_TEXT_SIZE], slice[2 * SM_SLICE_TEXT_SIZE] = "";
    if (sm_input_is_sliced(&options->job.input_options)) {
        sm_slice_format(&report->slice, frames);
        snprintf(slice, sizeof slice, ", %s of %" PRIu64, frames, report->slice.n_there);
    }
    sm_tell(
        stream, "%s: %" PRIu64 " of %" PRIu64 " background images kept, for %" PRIu64 " frames of %zu x %zu pixels%s",
        options->job.output, report->n_kept, report->n_steps, report->n_frames, report->height, report->width, slice);
    sparsemed_flags_format(report->quality.judged.flags, flags);
    fprintf(stream, "quality: %s\n", flags);
    if (options->verbose) {
        fprintf(stream, "  %s\n", report->ppid);
        fprintf(stream, "  read %.1f MB, decoded %.1f MB\n", (double)report->bytes_read / mega,
                (double)report->bytes_decoded / mega);
        fprintf(stream, "  plan %.3f s, stream %.3f s, cleanse %.3f s, write %.3f s\n", seconds->plan, seconds->stream,
                seconds->cleanse, seconds->write);
    }
    fprintf(stream, "%.2f s on %d %s\n", seconds->total, report->n_ranks, report->n_ranks == 1 ? "rank" : "ranks");
}

/* Tell what was done. A record that cannot be written is a failure too. */
static void tell_run(const struct sm_options *options, const struct sm_report *report, struct sparsemed_error *error) {
    sm_headway_tell();
    sm_stop_end_calls();
    if (error->status == SPARSEMED_OK && !options->quiet) {
        tell_warnings(&options->job, report);
        tell_measurement(sm_options_text_stream(options), options, report);
    }
    if (options->json_path) {
        sm_json_file_write(options->json_path, sm_record_job(&options->job, report, error), error);
    }
}

/* ---- doing ---- */

static bool must_stop(void *stop) {
    return sm_stop_due(stop);
}

static bool compute_background(const struct sm_options *options, bool first, struct sparsemed_error *error) {
    struct sm_job job = options->job;
    struct sm_report report = {0};
    struct sm_stop stop;
    if (!options->quiet) {
        sm_launcher_tell(false);
    }
    sm_stop_open(MPI_COMM_WORLD, 0, &stop, error);
    job.poll = must_stop;
    job.poll_data = &stop;
    if (sm_vote(MPI_COMM_WORLD, error) == SPARSEMED_OK) {
        sm_measure(MPI_COMM_WORLD, &job, &report, error);
    }
    sm_stop_close(&stop);
    if (first) {
        tell_run(options, &report, error);
    }
    sm_report_free(&report);
    return false;
}

const struct sm_command sm_command_run = {
    .name = "run",
    .summary = "compute the background of one measurement",
    .usage = "Usage: sparsemed run [OPTION]... INPUT [OUTPUT]\n"
             "       mpirun -n RANKS sparsemed run [OPTION]... INPUT [OUTPUT]\n"
             "\n"
             "Compute the sparse-median background of a measurement.\n"
             "\n"
             "  INPUT   measurement (.rtdc), another HDF5 file with --dataset, or a NumPy array\n"
             "          (.npy): unsigned integers of 8 bits, [frames][height][width]\n"
             "  OUTPUT  file to make; default: <stem of INPUT>_bg.rtdc beside INPUT\n",
    .sections = {SM_OF_RUN, SM_OF_FRAMES, SM_OF_REACH, SM_OF_BACKGROUND, SM_OF_OUTPUT, SM_OF_LIMITS, SM_OF_TELLING},
    .exit_status = "Exit status: 0 done, 2 usage, 3 input unusable, 4 output could not be written,\n"
                   "5 longer than --timeout, 6 more than --max-memory, 70 internal error, 75 stopped by a\n"
                   "signal, or because a rank was stuck.\n",
    .check = check_command_line,
    .work = compute_background,
};
