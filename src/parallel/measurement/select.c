/* Selection of the images: the first rank gathers what cleansing looks at, decides, and tells all ranks. */
#include <stdlib.h>
#include <string.h>

#include "parallel/measurement/run.h"
#include "parallel/vote.h"
#include "sparsemed/cleansing.h"

/* Profiles and top sums of all windows, on the first rank. */
struct series {
    uint8_t *profile; /* [n_windows][height] */
    uint32_t *sum;    /* [n_windows] */
};

static enum sparsemed_status gather(struct sm_run *run, struct series *series, struct sparsemed_error *error) {
    int *counts = malloc((size_t)run->n_ranks * sizeof *counts);
    int *firsts = malloc((size_t)run->n_ranks * sizeof *firsts);
    if (run->rank == 0) {
        series->profile = malloc(run->plan.n_windows * run->input.stack.height);
        series->sum = malloc(run->plan.n_windows * sizeof *series->sum);
    }
    if (!counts || !firsts || (run->rank == 0 && (!series->profile || !series->sum))) {
        sparsemed_fail_memory(error, "gathering the background series");
    }
    if (sm_vote(run->comm, error) == SPARSEMED_OK) {
        for (int rank = 0; rank < run->n_ranks; rank++) {
            counts[rank] = (int)run->shares[rank].n_windows;
            firsts[rank] = (int)run->shares[rank].first_window;
        }
        int own = counts[run->rank];
        MPI_Datatype row;
        MPI_Type_contiguous((int)run->input.stack.height, MPI_BYTE, &row);
        MPI_Type_commit(&row);
        MPI_Gatherv(run->profile, own, row, series->profile, counts, firsts, row, 0, run->comm);
        MPI_Type_free(&row);
        MPI_Gatherv(run->image_sum, own, MPI_UINT32_T, series->sum, counts, firsts, MPI_UINT32_T, 0, run->comm);
    }
    free(firsts);
    free(counts);
    return error->status;
}

static void list_kept(struct sm_run *run, const struct series *series) {
    uint64_t n = 0;
    for (size_t i = 0; i < run->windows.n_steps; i++) {
        if (run->cleansing.used[i]) {
            run->kept_window[n] = run->windows.window_of_step[i];
            run->kept_sum[n] = series->sum[run->kept_window[n]];
            n++;
        }
    }
}

static enum sparsemed_status allocate_kept(struct sm_run *run, struct sparsemed_error *error) {
    run->kept_window = malloc(run->n_kept * sizeof *run->kept_window);
    run->kept_sum = malloc(run->n_kept * sizeof *run->kept_sum);
    return run->kept_window && run->kept_sum ? SPARSEMED_OK : sparsemed_fail_memory(error, "selecting images");
}

/* On the first rank: cleanse, and give every frame its image. */
static enum sparsemed_status decide(struct sm_run *run, const struct series *series, struct sparsemed_error *error) {
    const struct sparsemed_parameters *parameters = &run->job->parameters;
    struct sparsemed_cleansing *cleansing = &run->cleansing;
    if (sparsemed_cleanse(&run->windows, series->profile, run->input.stack.height, parameters, cleansing, error) !=
            SPARSEMED_OK ||
        sparsemed_attribute_frames(&run->axis, cleansing, run->windows.n_steps, parameters->split_time,
                                   &run->attribution, error) != SPARSEMED_OK) {
        return error->status;
    }
    run->n_kept = run->report->n_kept = cleansing->n_kept;
    if (allocate_kept(run, error) == SPARSEMED_OK) {
        list_kept(run, series);
    }
    if (cleansing->enforced) {
        sm_warn(run->report,
                "the cleansing threshold would have removed %.1f %% of the images; the fraction was enforced, as a "
                "threshold of %g would",
                100 * cleansing->fraction_removed, cleansing->thresh_cleansing);
    }
    return error->status;
}

/* Tell all ranks what the first one decided. */
static enum sparsemed_status announce(struct sm_run *run, struct sparsemed_error *error) {
    uint64_t sizes[2] = {run->n_kept, run->attribution.n_runs};
    MPI_Bcast(sizes, 2, MPI_UINT64_T, 0, run->comm);
    if (run->rank > 0) {
        run->n_kept = sizes[0];
        run->attribution.n_runs = sizes[1];
        run->attribution.run = malloc(sizes[1] * sizeof *run->attribution.run);
        if (allocate_kept(run, error) == SPARSEMED_OK && !run->attribution.run) {
            sparsemed_fail_memory(error, "selecting images");
        }
    }
    if (sm_vote(run->comm, error) == SPARSEMED_OK) {
        MPI_Bcast(run->kept_window, (int)run->n_kept, MPI_UINT32_T, 0, run->comm);
        MPI_Bcast(run->kept_sum, (int)run->n_kept, MPI_UINT32_T, 0, run->comm);
        MPI_Bcast(run->attribution.run, (int)(2 * run->attribution.n_runs), MPI_UINT64_T, 0, run->comm);
    }
    return error->status;
}

enum sparsemed_status sm_select_images(struct sm_run *run, struct sparsemed_error *error) {
    struct series series = {0};
    if (gather(run, &series, error) == SPARSEMED_OK && run->rank == 0) {
        decide(run, &series, error);
    }
    free(series.profile);
    free(series.sum);
    if (sm_vote(run->comm, error) != SPARSEMED_OK) {
        return error->status;
    }
    return announce(run, error);
}
