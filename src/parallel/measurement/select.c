#include "parallel/measurement/select.h"

#include <assert.h>
#include <stdlib.h>

#include "parallel/messages.h"
#include "parallel/vote.h"

/* Profiles and top sums of the images of all windows. On the first rank; absent on others. */
struct gathered {
    uint8_t *profile; /* [n_windows][height] */
    uint32_t *sum;    /* [n_windows] */
};

static enum sparsemed_status gather(const struct sm_team *team, const struct sm_plan *plan,
                                    const struct sm_series *series, struct gathered *all,
                                    struct sparsemed_error *error) {
    size_t height = plan->input.stack.height;
    int *counts = malloc((size_t)team->n_ranks * sizeof *counts);
    int *firsts = malloc((size_t)team->n_ranks * sizeof *firsts);
    if (team->rank == 0) {
        all->profile = malloc(plan->n_windows * height);
        all->sum = malloc(plan->n_windows * sizeof *all->sum);
    }
    if (!counts || !firsts || (team->rank == 0 && (!all->profile || !all->sum))) {
        sparsemed_fail_memory(error, "gathering the background series");
    }
    if (sm_vote(team->comm, error) == SPARSEMED_OK) {
        for (int rank = 0; rank < team->n_ranks; rank++) {
            counts[rank] = sm_message_count(plan->shares[rank].n_windows);
            firsts[rank] = sm_message_count(plan->shares[rank].first_window);
        }
        int n_own = counts[team->rank];
        MPI_Datatype row;
        MPI_Type_contiguous(sm_message_count(height), MPI_BYTE, &row);
        MPI_Type_commit(&row);
        MPI_Gatherv(series->profile, n_own, row, all->profile, counts, firsts, row, 0, team->comm);
        MPI_Type_free(&row);
        MPI_Gatherv(series->image_sum, n_own, MPI_UINT32_T, all->sum, counts, firsts, MPI_UINT32_T, 0, team->comm);
    }
    free(firsts);
    free(counts);
    return error->status;
}

static enum sparsemed_status allocate_kept(struct sm_selection *selection, struct sparsemed_error *error) {
    selection->kept_window = malloc(selection->n_kept * sizeof *selection->kept_window);
    selection->kept_sum = malloc(selection->n_kept * sizeof *selection->kept_sum);
    return selection->kept_window && selection->kept_sum ? SPARSEMED_OK
                                                         : sparsemed_fail_memory(error, "selecting images");
}

static void list_kept(const struct sparsemed_windows *windows, const bool *used, const struct gathered *all,
                      struct sm_selection *selection) {
    uint64_t n = 0;
    for (size_t i = 0; i < windows->n_steps; i++) {
        if (used[i]) {
            selection->kept_window[n] = windows->window_of_step[i];
            selection->kept_sum[n] = all->sum[selection->kept_window[n]];
            n++;
        }
    }
}

static void note_result(const struct sparsemed_cleansing *cleansing, struct sm_report *report) {
    report->n_kept = cleansing->n_kept;
    if (cleansing->enforced) {
        sm_report_warn(report,
                       "the cleansing threshold would have removed %.1f %% of the images; the fraction was enforced, "
                       "as a threshold of %g would",
                       100 * cleansing->fraction_removed, cleansing->thresh_cleansing);
    }
}

/* On the first rank: cleanse, and give every frame its image. */
static enum sparsemed_status decide(const struct sm_plan *plan, const struct sm_timeline *timeline,
                                    const struct gathered *all, struct sm_selection *selection,
                                    struct sparsemed_cleansing *cleansing, struct sparsemed_error *error) {
    const struct sparsemed_windows *windows = &timeline->windows;
    if (sparsemed_cleanse(windows, all->profile, plan->input.stack.height, &plan->parameters, cleansing, error) !=
            SPARSEMED_OK ||
        sparsemed_attribute_frames(&timeline->axis, cleansing, windows->n_steps, plan->parameters.split_time,
                                   &selection->attribution, error) != SPARSEMED_OK) {
        return error->status;
    }
    selection->n_kept = cleansing->n_kept;
    if (allocate_kept(selection, error) == SPARSEMED_OK) {
        list_kept(windows, cleansing->used, all, selection);
    }
    return error->status;
}

/* Tell all ranks what the first one has decided. */
static enum sparsemed_status announce(const struct sm_team *team, struct sm_selection *selection,
                                      struct sparsemed_error *error) {
    struct sparsemed_attribution *attribution = &selection->attribution;
    uint64_t sizes[2] = {selection->n_kept, attribution->n_runs};
    MPI_Bcast(sizes, 2, MPI_UINT64_T, 0, team->comm);
    if (team->rank > 0) {
        selection->n_kept = sizes[0];
        attribution->n_runs = sizes[1];
        attribution->run = malloc(sizes[1] * sizeof *attribution->run);
        if (allocate_kept(selection, error) == SPARSEMED_OK && !attribution->run) {
            sparsemed_fail_memory(error, "selecting images");
        }
    }
    if (sm_vote(team->comm, error) == SPARSEMED_OK) {
        int n_kept = sm_message_count(selection->n_kept);
        MPI_Bcast(selection->kept_window, n_kept, MPI_UINT32_T, 0, team->comm);
        MPI_Bcast(selection->kept_sum, n_kept, MPI_UINT32_T, 0, team->comm);
        MPI_Bcast(attribution->run, sm_message_count(2 * attribution->n_runs), MPI_UINT64_T, 0, team->comm);
    }
    return error->status;
}

enum sparsemed_status sm_select(const struct sm_team *team, const struct sm_plan *plan,
                                const struct sm_timeline *timeline, const struct sm_series *series,
                                struct sm_selection *selection, struct sparsemed_cleansing *cleansing,
                                struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct gathered all = {0};
    *selection = (struct sm_selection){0};
    *cleansing = (struct sparsemed_cleansing){0};
    if (gather(team, plan, series, &all, error) == SPARSEMED_OK && team->rank == 0 &&
        decide(plan, timeline, &all, selection, cleansing, error) == SPARSEMED_OK) {
        note_result(cleansing, team->report);
    }
    free(all.profile);
    free(all.sum);
    return sm_vote(team->comm, error) == SPARSEMED_OK ? announce(team, selection, error) : error->status;
}

void sm_selection_free(struct sm_selection *selection) {
    sparsemed_attribution_free(&selection->attribution);
    free(selection->kept_sum);
    free(selection->kept_window);
    *selection = (struct sm_selection){0};
}
