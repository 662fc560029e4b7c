#include "parallel/archive/forecast.h"

#include <stdlib.h>

#include "parallel/archive/archive_job.h"
#include "parallel/archive/schedule.h"
#include "parallel/seconds.h"
#include "rtdc/input.h"
#include "rtdc/outputs/growth.h"

/* Medians, cleansing and writing take about this part of the time of decoding in addition. */
static const double other_work = 0.3;

static const double trial_seconds = 0.3;

struct sm_memory_task sm_forecast_memory(const struct sm_finding *finding, const struct sm_job *job) {
    const struct sm_facts *facts = &finding->facts;
    return (struct sm_memory_task){
        .n_frames = facts->n_frames,
        .height = facts->height,
        .width = facts->width,
        .slab_frames = facts->slab_frames,
        .kernel_size = (uint64_t)job->parameters.kernel_size,
        .n_steps = facts->n_steps,
        .offset = job->offset_auto || job->parameters.offset_correction,
        .frame_images = job->frame_images,
    };
}

uint64_t sm_forecast_images(const struct sm_finding *finding, const struct sm_job *job) {
    const struct sm_facts *facts = &finding->facts;
    const struct sm_specification wanted = {
        .offset = job->offset_auto || job->parameters.offset_correction,
        .n_frames = facts->n_frames,
    };
    return job->frame_images
               ? sm_output_frames_growth(&wanted, facts->height, facts->width, job->zstd_level, facts->n_steps)
               : 0;
}

/* Decode from the first frame on until the time is over. */
static double decode(struct sm_stack *stack, uint8_t *frames, struct sparsemed_error *error) {
    double begin = sm_seconds_now(), seconds = 0;
    for (uint64_t slab = 0; slab < stack->n_slabs && seconds < trial_seconds; slab++) {
        if (sm_stack_read(stack, slab, frames, error) != SPARSEMED_OK) {
            return 0;
        }
        seconds = sm_seconds_now() - begin;
    }
    return seconds > 0 ? (double)stack->bytes_decoded / seconds : 0;
}

double sm_forecast_rate(const char *path, const struct sm_input_options *options) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    struct sm_input input;
    double rate = 0;
    size_t slab_bytes = 0;
    if (sm_input_open(path, options, &input, &ignored) == SPARSEMED_OK &&
        !__builtin_mul_overflow(input.stack.slab_frames, input.stack.height * input.stack.width, &slab_bytes)) {
        uint8_t *frames = malloc(slab_bytes);
        rate = frames ? decode(&input.stack, frames, &ignored) : 0;
        free(frames);
    }
    sm_input_close(&input);
    return rate;
}

enum sparsemed_status sm_forecast_seconds(const struct sm_finding *findings, size_t n, size_t n_ranks, double rate,
                                          double *seconds, struct sparsemed_error *error) {
    double *costs = malloc((n + 1) * sizeof *costs);
    size_t n_to_do = 0;
    if (!costs) {
        return sparsemed_fail_memory(error, "estimating the time");
    }
    for (size_t i = 0; i < n; i++) {
        if (findings[i].verdict == SM_TO_DO) {
            costs[n_to_do++] = sm_finding_cost(&findings[i]);
        }
    }
    double bound = n_to_do > 0 ? sm_schedule_bound(costs, n_to_do, n_ranks, SM_LEAST_SHARE) : 0;
    *seconds = rate > 0 ? (1 + other_work) * bound / rate : 0;
    free(costs);
    return SPARSEMED_OK;
}
