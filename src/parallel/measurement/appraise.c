#include "parallel/measurement/appraise.h"

#include <assert.h>
#include <stdlib.h>

#include "core/numbers.h"
#include "parallel/messages.h"
#include "parallel/vote.h"
#include "sparsemed/offset.h"

enum { BLOCK_FRAMES = 4096 };

/* What all ranks know together. On the first rank. */
struct evidence {
    struct sparsemed_impression *impressions; /* [n_windows] */
    struct sparsemed_offset_count *offsets;
};

/* Count the offsets of the frames of this rank. */
static void count_offsets(const struct sm_plan *plan, const struct sm_frame_sums *sums,
                          const struct sm_selection *selection, struct sparsemed_offset_count *count) {
    const struct sm_stack *stack = &plan->input.stack;
    int64_t map[BLOCK_FRAMES];
    for (uint64_t first = sums->frames.first; first < sums->frames.end; first += BLOCK_FRAMES) {
        uint64_t n = sm_min(sums->frames.end - first, BLOCK_FRAMES);
        const uint32_t *sum = sums->sum + (first - sums->frames.first);
        sparsemed_attribution_map(&selection->attribution, first, n, map);
        for (uint64_t j = 0; j < n; j++) {
            sparsemed_offset_count_add(
                count, sparsemed_offset(sum[j], selection->kept_sum[map[j]], stack->height, stack->width));
        }
    }
}

static void gather_offsets(const struct sm_team *team, const struct sparsemed_offset_count *own,
                           struct sparsemed_offset_count *all) {
    enum { N_COUNTS = sizeof *own / sizeof(uint64_t) };
    MPI_Reduce(own, all, N_COUNTS, MPI_UINT64_T, MPI_SUM, 0, team->comm);
}

static void gather_impressions(const struct sm_team *team, const struct sm_plan *plan, const struct sm_series *series,
                               int *counts, int *firsts, struct sparsemed_impression *all) {
    enum { N_NUMBERS = sizeof *all / sizeof(double) };
    for (int rank = 0; rank < team->n_ranks; rank++) {
        counts[rank] = sm_message_count(plan->shares[rank].n_windows * N_NUMBERS);
        firsts[rank] = sm_message_count(plan->shares[rank].first_window * N_NUMBERS);
    }
    MPI_Gatherv(series->impressions, counts[team->rank], MPI_DOUBLE, all, counts, firsts, MPI_DOUBLE, 0, team->comm);
}

/* Bring to the first rank what each knows of its own part. Collective; votes. */
static enum sparsemed_status gather(const struct sm_team *team, const struct sm_plan *plan,
                                    const struct sm_series *series, const struct sm_selection *selection,
                                    struct evidence *evidence, struct sparsemed_error *error) {
    bool first = team->rank == 0, with_offsets = plan->parameters.offset_correction;
    int *counts = malloc((size_t)team->n_ranks * sizeof *counts);
    int *firsts = malloc((size_t)team->n_ranks * sizeof *firsts);
    struct sparsemed_offset_count *own = calloc(1, sizeof *own);
    evidence->impressions = first ? malloc(plan->n_windows * sizeof *evidence->impressions) : NULL;
    evidence->offsets = first ? calloc(1, sizeof *evidence->offsets) : NULL;
    if (!counts || !firsts || !own || (first && (!evidence->impressions || !evidence->offsets))) {
        sparsemed_fail_memory(error, "judging the background");
    }
    if (sm_vote(team->comm, error) == SPARSEMED_OK) {
        gather_impressions(team, plan, series, counts, firsts, evidence->impressions);
        if (with_offsets) {
            count_offsets(plan, &series->frame_sums, selection, own);
            gather_offsets(team, own, evidence->offsets);
        }
    }
    free(own);
    free(firsts);
    free(counts);
    return error->status;
}

/* Write down what is known of every split point. */
static enum sparsemed_status fill_table(const struct sm_plan *plan, const struct sparsemed_windows *windows,
                                        const struct sparsemed_cleansing *cleansing,
                                        const struct sparsemed_impression *impressions, struct sm_split_table *table,
                                        struct sparsemed_error *error) {
    table->splits = malloc(windows->n_steps * sizeof *table->splits);
    if (!table->splits) {
        return sparsemed_fail_memory(error, "judging the background");
    }
    table->n_splits = windows->n_steps;
    for (size_t i = 0; i < windows->n_steps; i++) {
        const struct sparsemed_impression *impression = &impressions[windows->window_of_step[i]];
        table->splits[i] = (struct sm_split){
            .time = sparsemed_step_time(i, plan->parameters.split_time),
            .x = cleansing->x[i],
            .ref = cleansing->ref[i],
            .used = cleansing->used[i],
            .brightness = impression->brightness,
            .activity = impression->activity,
        };
    }
    sparsemed_ppid_format(&plan->parameters, table->ppid);
    return SPARSEMED_OK;
}

/* On the first rank. */
static enum sparsemed_status judge(const struct sm_plan *plan, const struct sm_timeline *timeline,
                                   const struct sm_selection *selection, const struct sparsemed_cleansing *cleansing,
                                   const struct evidence *evidence, struct sm_split_table *table,
                                   struct sparsemed_error *error) {
    const struct sparsemed_evidence known = {
        .axis = &timeline->axis,
        .guessed_time = timeline->timing == SM_TIMING_RATE || timeline->timing == SM_TIMING_GUESS,
        .windows = &timeline->windows,
        .parameters = &plan->parameters,
        .cleansing = cleansing,
        .attribution = &selection->attribution,
        .impressions = evidence->impressions,
        .offsets = plan->parameters.offset_correction ? evidence->offsets : NULL,
    };
    table->quality.timing = timeline->timing;
    return sparsemed_judge(&known, &table->quality.judged, error) == SPARSEMED_OK
               ? fill_table(plan, &timeline->windows, cleansing, evidence->impressions, table, error)
               : error->status;
}

enum sparsemed_status sm_appraise(const struct sm_team *team, const struct sm_plan *plan,
                                  const struct sm_timeline *timeline, const struct sm_series *series,
                                  const struct sm_selection *selection, const struct sparsemed_cleansing *cleansing,
                                  struct sm_split_table *table, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct evidence evidence = {0};
    *table = (struct sm_split_table){0};
    if (gather(team, plan, series, selection, &evidence, error) == SPARSEMED_OK && team->rank == 0 &&
        judge(plan, timeline, selection, cleansing, &evidence, table, error) == SPARSEMED_OK) {
        team->report->quality = table->quality;
    }
    free(evidence.offsets);
    free(evidence.impressions);
    return sm_vote(team->comm, error);
}
