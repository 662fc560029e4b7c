#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/archive_list.h"
#include "cli/commands.h"
#include "cli/json_file.h"
#include "cli/tables/forecast_table.h"
#include "parallel/archive/archive.h"
#include "parallel/archive/forecast.h"
#include "parallel/archive/schedule.h"
#include "parallel/archive/survey.h"
#include "parallel/headway.h"
#include "parallel/stop.h"
#include "parallel/vote.h"

/* What is known after the survey, on the first rank. */
struct plan {
    const struct sm_options *options;
    struct sm_archive_list list;
    struct sm_finding *findings; /* [list.sources.n] */
    size_t n_ranks;              /* planned for */
};

/* The ranks that each measurement would get, as the largest group of its level has. */
static enum sparsemed_status plan_ranks(const struct plan *plan, struct sm_outlook *outlooks,
                                        struct sparsemed_error *error) {
    size_t n = plan->list.sources.n, n_to_do = 0;
    struct sm_schedule schedule = {0};
    double *costs = malloc((n + 1) * sizeof *costs);
    size_t *to_do = malloc((n + 1) * sizeof *to_do);
    for (size_t i = 0; i < n && costs && to_do; i++) {
        if (plan->findings[i].verdict == SM_TO_DO) {
            costs[n_to_do] = sm_finding_cost(&plan->findings[i]);
            to_do[n_to_do++] = i;
        }
    }
    if (!costs || !to_do) {
        sparsemed_fail_memory(error, "planning");
    } else if (sm_schedule_build(costs, n_to_do, plan->n_ranks, SM_LEAST_SHARE, &schedule, error) == SPARSEMED_OK) {
        for (size_t level = 0; level < schedule.n_levels; level++) {
            size_t first, group = sm_schedule_group(plan->n_ranks, level, 0, &first);
            for (size_t k = schedule.first[level]; k < schedule.first[level + 1]; k++) {
                outlooks[to_do[schedule.order[k]]].n_ranks = group;
            }
        }
    }
    sm_schedule_free(&schedule);
    free(costs);
    free(to_do);
    return error->status;
}

/* The measurement that costs most; it stands for all when the decoding is tried. */
static const char *most_expensive(const struct plan *plan) {
    const char *path = NULL;
    double most = 0;
    for (size_t i = 0; i < plan->list.sources.n; i++) {
        double cost = sm_finding_cost(&plan->findings[i]);
        if (plan->findings[i].verdict == SM_TO_DO && cost > most) {
            most = cost;
            path = plan->list.sources.list[i].input;
        }
    }
    return path;
}

/* What each takes on the ranks that it gets; what takes too much memory cannot be done. */
static void forecast_each(const struct plan *plan, struct sm_outlook *outlooks) {
    const struct sm_job *job = &plan->options->job;
    for (size_t i = 0; i < plan->list.sources.n; i++) {
        struct sm_finding *finding = &plan->findings[i];
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        if (finding->verdict == SM_TO_DO) {
            const struct sm_memory_task task = sm_forecast_memory(finding, job);
            outlooks[i].memory = sm_memory_need(&task, outlooks[i].n_ranks);
            outlooks[i].images = sm_forecast_images(finding, job);
            if (sm_memory_check(&task, outlooks[i].n_ranks, job->max_memory, plan->list.sources.list[i].input,
                                &error) != SPARSEMED_OK) {
                finding->verdict = SM_UNUSABLE;
                finding->status = error.status;
                finding->reason = strdup(error.message);
            }
        }
    }
}

/* Forecast what all of it takes, and tell that. For the first rank. */
static enum sparsemed_status tell_forecast(const struct plan *plan, struct sparsemed_error *error) {
    const struct sm_options *options = plan->options;
    size_t n = plan->list.sources.n;
    struct sm_outlook *outlooks = calloc(n + 1, sizeof *outlooks);
    if (!outlooks) {
        return sparsemed_fail_memory(error, "planning");
    }
    if (plan_ranks(plan, outlooks, error) == SPARSEMED_OK) {
        forecast_each(plan, outlooks);
    }
    const char *sample = most_expensive(plan);
    struct sm_forecast forecast = {
        .sources = &plan->list.sources,
        .findings = plan->findings,
        .outlooks = outlooks,
        .n_ranks = plan->n_ranks,
        .rate = sample ? sm_forecast_rate(sample, &options->job.input_options) : 0,
    };
    if (error->status == SPARSEMED_OK && sm_forecast_seconds(plan->findings, n, plan->n_ranks, forecast.rate,
                                                             &forecast.seconds, error) == SPARSEMED_OK) {
        sm_headway_tell();
        sm_stop_end_calls();
        sm_forecast_tell(sm_options_text_stream(options), &forecast, !options->quiet);
        if (options->json_path) {
            sm_json_file_write(options->json_path, sm_forecast_value(&forecast), error);
        }
    }
    free(outlooks);
    return error->status;
}

static bool plan_archive(const struct sm_options *options, bool first, struct sparsemed_error *error) {
    struct plan plan = {.options = options};
    int n_ranks;
    struct sm_stop stop;
    const struct sm_survey survey = {
        .job = &options->job,
        .retry_failed = options->retry_failed,
        .steps = true,
    };
    bool problems = false;
    MPI_Comm_size(MPI_COMM_WORLD, &n_ranks);
    plan.n_ranks = options->n_ranks > 0 ? (size_t)options->n_ranks : (size_t)n_ranks;
    sm_stop_open(MPI_COMM_WORLD, 0, &stop, error);
    if (error->status == SPARSEMED_OK && first) {
        sm_archive_list_make(options, true, &stop, &plan.list, error);
    }
    sm_stop_wait_for_all(&stop);
    if (sm_vote(MPI_COMM_WORLD, error) == SPARSEMED_OK &&
        sm_archive_list_restrict(options, &stop, &plan.list.sources, error) == SPARSEMED_OK &&
        sm_survey(MPI_COMM_WORLD, &survey, &plan.list.sources, &plan.list.history, &stop, &plan.findings, error) ==
            SPARSEMED_OK &&
        first) {
        tell_forecast(&plan, error);
        for (size_t i = 0; i < plan.list.sources.n; i++) {
            problems |= plan.findings[i].verdict == SM_UNUSABLE || plan.findings[i].verdict == SM_FAILED_BEFORE;
        }
    }
    sm_stop_close(&stop);
    sm_findings_free(plan.findings, plan.list.sources.n);
    sm_archive_list_free(&plan.list);
    return problems;
}

const struct sm_command sm_command_plan = {
    .name = "plan",
    .summary = "tell what batch would do",
    .usage = "Usage: sparsemed plan [OPTION]... SOURCE... [--output-dir DIR]\n"
             "       mpirun -n RANKS sparsemed plan [OPTION]... SOURCE... [--output-dir DIR]\n"
             "\n"
             "Tell what sparsemed batch would do with the same arguments. Writes nothing but the\n"
             "record of --json. Without a place for the outputs they are taken to go where those of\n"
             "sparsemed run do, beside the measurements.\n"
             "\n"
             "  SOURCE  measurement, or folder: all *.rtdc below it but *_bg.rtdc and *_dcn.rtdc\n",
    .sections = {SM_OF_PLAN, SM_OF_NAMES, SM_OF_CONDITIONS, SM_OF_SELECTION, SM_OF_ARCHIVE, SM_OF_REACH,
                 SM_OF_BACKGROUND, SM_OF_OUTPUT, SM_OF_LIMITS, SM_OF_TELLING},
    .exit_status = "Exit status: 0 all can be done, 1 some measurements cannot be done, 2 usage, 3 a\n"
                   "source cannot be read, 4 the record could not be written, 70 internal error, 75\n"
                   "stopped by a signal, or because a rank was stuck.\n",
    .check = sm_archive_check,
    .work = plan_archive,
};
