#include <inttypes.h>
#include <math.h>
#include <mpi.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/json_file.h"
#include "cli/options.h"
#include "cli/values.h"
#include "parallel/measurement/record.h"
#include "parallel/stop.h"
#include "parallel/vote.h"
#include "rtdc/files/path.h"
#include "rtdc/hdf5/hdf5.h"

static const char usage[] = "Usage: sparsemed run [OPTION]... INPUT [OUTPUT]\n"
                            "       mpirun -n RANKS sparsemed run [OPTION]... INPUT [OUTPUT]\n"
                            "\n"
                            "Compute the sparse-median background of a measurement.\n"
                            "\n"
                            "  INPUT   measurement (.rtdc), another HDF5 file with --dataset, or a NumPy array\n"
                            "          (.npy): unsigned integers of 8 bits, [frames][height][width]\n"
                            "  OUTPUT  file to make; default: <stem of INPUT>_bg.rtdc beside INPUT\n"
                            "\n"
                            "      --in-place                put the background into INPUT itself\n"
                            "\n"
                            "Frames that are no measurement:\n"
                            "      --dataset PATH            the frames are this dataset of INPUT, an HDF5 file\n"
                            "      --time PATH               time stamps in seconds: a dataset of INPUT, or another\n"
                            "                                NumPy array where INPUT is one\n"
                            "      --frame-rate HZ           frames a second, where INPUT tells none\n"
                            "\n";

static const char exit_status[] = "\n"
                                  "Exit status: 0 done, 2 usage, 3 input unusable, 4 output could not be written,\n"
                                  "70 internal error, 75 stopped by a signal.\n";

static const char *const help[] = {usage, sm_options_help, exit_status, NULL};

/* What only this command takes. */
struct own {
    bool in_place;
    struct sm_input_options input_options;
};

enum { IN_PLACE = SM_OWN_OPTIONS, DATASET, TIME, FRAME_RATE };

static const struct option own_options[] = {
    {"in-place", no_argument, NULL, IN_PLACE},
    {"dataset", required_argument, NULL, DATASET},
    {"time", required_argument, NULL, TIME},
    {"frame-rate", required_argument, NULL, FRAME_RATE},
    {NULL, 0, NULL, 0},
};

static enum sparsemed_status take_path(const char *name, const char *value, const char **path,
                                       struct sparsemed_error *error) {
    *path = value;
    return *value ? SPARSEMED_OK : sparsemed_fail(error, SPARSEMED_USAGE, "the path of %s is empty", name);
}

static enum sparsemed_status take_own(int option, const char *value, void *data, struct sparsemed_error *error) {
    struct own *own = data;
    double *rate = &own->input_options.frame_rate;
    switch (option) {
    case DATASET:
        return take_path("--dataset", value, &own->input_options.dataset, error);
    case TIME:
        return take_path("--time", value, &own->input_options.time, error);
    case FRAME_RATE:
        if (sm_read_number("--frame-rate", value, rate, error) == SPARSEMED_OK && !(*rate > 0 && isfinite(*rate))) {
            sparsemed_fail(error, SPARSEMED_USAGE, "the frame rate must be above 0 frames a second, not %s", value);
        }
        return error->status;
    default:
        own->in_place = true;
        return SPARSEMED_OK;
    }
}

static enum sparsemed_status check_own(struct sm_options *options, const struct own *own,
                                       struct sparsemed_error *error) {
    int n_paths = options->n_paths;
    char **paths = options->paths;
    if (n_paths < 1 || n_paths > 2) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "%s; usage: sparsemed run [OPTION]... INPUT [OUTPUT]",
                              n_paths < 1 ? "INPUT is missing" : "there are more paths than INPUT and OUTPUT");
    }
    if (!*paths[0] || !*paths[n_paths - 1]) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "the name of %s is empty", *paths[0] ? "OUTPUT" : "INPUT");
    }
    if (own->in_place && n_paths == 2) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "with --in-place the output is INPUT itself: leave out %s",
                              paths[1]);
    }
    if (own->input_options.time && own->input_options.frame_rate > 0) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "--time and --frame-rate contradict each other");
    }
    options->job.input_options = own->input_options;
    options->job.input = paths[0];
    options->job.output = own->in_place ? paths[0] : n_paths == 2 ? paths[1] : NULL;
    return SPARSEMED_OK;
}

/* The record must not overwrite what the job is about. */
static enum sparsemed_status check_record_path(const struct sm_options *options, struct sparsemed_error *error) {
    const char *path = options->json_path, *input = options->job.input, *output = options->job.output;
    const char *time_file = sm_input_time_file(&options->job.input_options, input);
    if (path && (strcmp(path, output) == 0 || sm_path_same(path, output) || sm_path_same(path, input) ||
                 (time_file && sm_path_same(path, time_file)))) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "--json %s: is the input or the output; name another file", path);
    }
    return SPARSEMED_OK;
}

/* ---- telling ---- */

static void tell_warnings(const struct sm_job *job, const struct sm_report *report) {
    for (int i = 0; i < report->n_warnings; i++) {
        fprintf(stderr, "sparsemed: %s: warning: %s\n", job->input, report->warnings[i]);
    }
}

static void tell_summary(FILE *stream, const struct sm_options *options, const struct sm_report *report) {
    const double mega = 1e6;
    const struct sm_seconds *seconds = &report->seconds;
    if (report->unchanged) {
        fprintf(stream, "%s: holds this background already, left as it is\n", options->job.output);
        return;
    }
    fprintf(stream,
            "%s: %" PRIu64 " of %" PRIu64 " background images kept, for %" PRIu64 " frames of %zu x %zu pixels\n",
            options->job.output, report->n_kept, report->n_steps, report->n_frames, report->height, report->width);
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
static void tell_outcome(const struct sm_options *options, const struct sm_report *report,
                         struct sparsemed_error *error) {
    if (error->status == SPARSEMED_OK && !options->quiet) {
        tell_warnings(&options->job, report);
        tell_summary(sm_options_text_stream(options), options, report);
    }
    if (options->json_path) {
        sm_json_file_write(options->json_path, sm_record_job(&options->job, report, error), error);
    }
}

/* ---- doing ---- */

static bool must_stop(void *stop) {
    return sm_stop_due(stop);
}

static bool work(void *data, bool first, struct sparsemed_error *error) {
    struct sm_options *options = data;
    struct sm_report report = {0};
    struct sm_stop stop;
    sm_stop_open(MPI_COMM_WORLD, 0, &stop, error);
    options->job.attend = must_stop;
    options->job.attend_data = &stop;
    if (error->status == SPARSEMED_OK) {
        sm_hdf5_start(error);
    }
    if (sm_vote(MPI_COMM_WORLD, error) == SPARSEMED_OK) {
        sm_measure(MPI_COMM_WORLD, &options->job, &report, error);
    }
    sm_stop_close(&stop);
    if (first) {
        tell_outcome(options, &report, error);
    }
    sm_report_free(&report);
    return false;
}

/* Read the command line.
 *
 * output   receives the name of the output where it is made up, to be freed, also after a failure; NULL otherwise */
static enum sparsemed_status read_options(int argc, char **argv, struct sm_options *options, char **output,
                                          struct sparsemed_error *error) {
    struct own own = {0};
    const struct sm_syntax syntax = {.command = "run", .own_options = own_options, .take = take_own};
    *output = NULL;
    if (sm_options_read(argc, argv, &syntax, &own, options, error) != SPARSEMED_OK || options->help ||
        check_own(options, &own, error) != SPARSEMED_OK) {
        return error->status;
    }
    if (!options->job.output) {
        options->job.output = *output = sm_path_background(options->job.input);
        if (!*output) {
            return sparsemed_fail_memory(error, "naming the output");
        }
    }
    return check_record_path(options, error);
}

static const struct sm_command command = {help, work};

int sm_command_run(int argc, char **argv) {
    struct sm_options options;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    char *output;
    read_options(argc, argv, &options, &output, &error);
    int status = sm_command_carry_out(&command, &options, &options, &error);
    free(output);
    return status;
}
