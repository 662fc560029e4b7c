#include "sparsemed/quality.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "core/statistics.h"

/* A judgement that is being made. */
struct judgement {
    const struct sparsemed_evidence *evidence;
    double *figure;  /* of the quality */
    double *series;  /* [n_steps], working memory */
    uint64_t *count; /* [n_steps], or [2 * SPARSEMED_OFFSET_BINS] if that is more: working memory */
};

static double median_of(double *values, size_t n) {
    sparsemed_sort(values, n);
    return sparsemed_sorted_median(values, n);
}

/* ---- contrast ---- */

static void judge_contrast(const struct judgement *judgement) {
    const struct sparsemed_cleansing *cleansing = judgement->evidence->cleansing;
    size_t n = judgement->evidence->windows->n_steps, n_kept = 0;
    double *figure = judgement->figure, *series = judgement->series, least_removed = INFINITY;
    for (size_t i = 0; i < n; i++) {
        if (cleansing->used[i]) {
            series[n_kept++] = cleansing->ref[i];
        } else {
            least_removed = fmin(least_removed, cleansing->ref[i]);
        }
    }
    figure[SPARSEMED_FIGURE_THRESHOLD] = isfinite(cleansing->threshold) ? cleansing->threshold : NAN;
    figure[SPARSEMED_FIGURE_REF_REMOVED_MIN] = isfinite(least_removed) ? least_removed : NAN;
    figure[SPARSEMED_FIGURE_REF_KEPT_MEDIAN] = median_of(series, n_kept);
    figure[SPARSEMED_FIGURE_REF_KEPT_MAX] = series[n_kept - 1];
    memcpy(series, cleansing->ref, n * sizeof *series);
    double median = figure[SPARSEMED_FIGURE_REF_MEDIAN] = median_of(series, n);
    for (size_t i = 0; i < n; i++) {
        series[i] = fabs(cleansing->ref[i] - median);
    }
    figure[SPARSEMED_FIGURE_REF_SPREAD] = median_of(series, n);
}

/* ---- brightness ---- */

static void judge_brightness(const struct judgement *judgement) {
    const struct sparsemed_evidence *evidence = judgement->evidence;
    const struct sparsemed_windows *windows = evidence->windows;
    double *figure = judgement->figure, *series = judgement->series, most_active = 0;
    size_t n = 0;
    for (size_t i = 0; i < windows->n_steps; i++) {
        if (evidence->cleansing->used[i]) {
            series[n++] = evidence->impressions[windows->window_of_step[i]].brightness;
        }
    }
    size_t n_tenth = (size_t)sm_max(n / 10, 1);
    /* The tenths are sorted, which leaves the series the same but for the order. */
    double last = median_of(series + n - n_tenth, n_tenth);
    figure[SPARSEMED_FIGURE_BG_MED_DRIFT] = last - median_of(series, n_tenth);
    figure[SPARSEMED_FIGURE_BG_MED] = median_of(series, n);
    figure[SPARSEMED_FIGURE_BG_MED_RANGE] = series[n - 1] - series[0];
    for (size_t i = 0; i < windows->n_windows; i++) {
        most_active = fmax(most_active, evidence->impressions[i].activity);
    }
    figure[SPARSEMED_FIGURE_ACTIVITY] = most_active;
}

/* Twice the median of values 0 .. n_values - 1 of which there are so many each, of n in all: a whole number. */
static uint64_t doubled_median(const uint64_t *count, size_t n_values, uint64_t n) {
    uint64_t below = 0, twice = 0;
    for (size_t value = 0; value < n_values; value++) {
        uint64_t end = below + count[value];
        twice += value * ((below <= (n - 1) / 2 && (n - 1) / 2 < end) + (uint64_t)(below <= n / 2 && n / 2 < end));
        below = end;
    }
    return twice;
}

static void judge_offsets(const struct judgement *judgement) {
    const struct sparsemed_offset_count *offsets = judgement->evidence->offsets;
    double *figure = judgement->figure;
    figure[SPARSEMED_FIGURE_BG_OFF_SPREAD] = figure[SPARSEMED_FIGURE_FLICKERING_FRAMES] = NAN;
    if (!offsets) {
        return;
    }
    uint64_t n = judgement->evidence->axis->n_frames, *count = judgement->count;
    uint64_t median = doubled_median(offsets->bins, SPARSEMED_OFFSET_BINS, n);
    memset(count, 0, 2 * SPARSEMED_OFFSET_BINS * sizeof *count);
    for (uint64_t bin = 0; bin < SPARSEMED_OFFSET_BINS; bin++) { /* distances in halves of a bin */
        count[sm_max(2 * bin, median) - sm_min(2 * bin, median)] += offsets->bins[bin];
    }
    uint64_t spread = doubled_median(count, (size_t)2 * SPARSEMED_OFFSET_BINS, n);
    figure[SPARSEMED_FIGURE_BG_OFF_SPREAD] = (double)spread / (4.0 * SPARSEMED_OFFSET_STEPS);
    figure[SPARSEMED_FIGURE_FLICKERING_FRAMES] = (double)offsets->n_flickering;
}

/* ---- time ---- */

/* Time of the n-th frame by time. */
static double ordered_time(const struct sparsemed_time_axis *axis, size_t n) {
    return axis->time[axis->order ? axis->order[n] : n];
}

static void judge_gaps(const struct judgement *judgement) {
    const struct sparsemed_evidence *evidence = judgement->evidence;
    const struct sparsemed_time_axis *axis = evidence->axis;
    double last = 0, gap = 0, pause = 0;
    for (size_t i = 0; i < evidence->windows->n_steps; i++) {
        if (evidence->cleansing->used[i]) {
            double now = sparsemed_step_time(i, evidence->parameters->split_time);
            gap = fmax(gap, now - last);
            last = now;
        }
    }
    for (size_t j = 1; j < axis->n_frames; j++) {
        double distance = ordered_time(axis, j) - ordered_time(axis, j - 1);
        pause = distance > pause ? distance : pause;
    }
    judgement->figure[SPARSEMED_FIGURE_LONGEST_GAP] = fmax(gap, axis->duration - last);
    judgement->figure[SPARSEMED_FIGURE_LONGEST_PAUSE] = pause;
}

/* The largest distance of frames [first, end) from a time. */
static double farthest_frame(const struct sparsemed_time_axis *axis, uint64_t first, uint64_t end, double time) {
    if (!axis->order) {
        return fmax(fabs(axis->time[first] - time), fabs(axis->time[end - 1] - time));
    }
    double farthest = 0;
    for (uint64_t j = first; j < end; j++) {
        farthest = fmax(farthest, fabs(axis->time[j] - time));
    }
    return farthest;
}

static void judge_attribution(const struct judgement *judgement) {
    const struct sparsemed_evidence *evidence = judgement->evidence;
    const struct sparsemed_attribution *attribution = evidence->attribution;
    size_t n_kept = evidence->cleansing->n_kept, n = 0;
    double *figure = judgement->figure, *series = judgement->series, farthest = 0;
    uint64_t *count = judgement->count;
    for (size_t i = 0; i < evidence->windows->n_steps; i++) {
        if (evidence->cleansing->used[i]) {
            series[n++] = sparsemed_step_time(i, evidence->parameters->split_time);
        }
    }
    memset(count, 0, n_kept * sizeof *count);
    for (size_t r = 0; r < attribution->n_runs; r++) {
        const struct sparsemed_frame_run *run = &attribution->run[r];
        uint64_t end = r + 1 < attribution->n_runs ? run[1].first_frame : evidence->axis->n_frames;
        count[run->image] += end - run->first_frame;
        farthest = fmax(farthest, farthest_frame(evidence->axis, run->first_frame, end, series[run->image]));
    }
    for (size_t i = 0; i < n_kept; i++) {
        series[i] = (double)count[i];
    }
    figure[SPARSEMED_FIGURE_FARTHEST_IMAGE] = farthest;
    figure[SPARSEMED_FIGURE_FRAMES_PER_IMAGE_MEDIAN] = median_of(series, n_kept);
    figure[SPARSEMED_FIGURE_FRAMES_PER_IMAGE_MIN] = series[0];
    figure[SPARSEMED_FIGURE_FRAMES_PER_IMAGE_MAX] = series[n_kept - 1];
}

/* ---- flags ---- */

static bool has_gap(const struct sparsemed_evidence *evidence, const double *figure) {
    double least = SPARSEMED_GAP_STEPS * evidence->parameters->split_time;
    double usual = evidence->axis->duration / (double)sm_max(evidence->axis->n_frames - 1, 1);
    return figure[SPARSEMED_FIGURE_LONGEST_GAP] > least ||
           (figure[SPARSEMED_FIGURE_LONGEST_PAUSE] > least &&
            figure[SPARSEMED_FIGURE_LONGEST_PAUSE] > SPARSEMED_GAP_FRAMES * usual);
}

static bool has_streaks(const double *figure) {
    double most = figure[SPARSEMED_FIGURE_REF_KEPT_MAX], usual = figure[SPARSEMED_FIGURE_REF_KEPT_MEDIAN];
    return most > SPARSEMED_STREAKS_CERTAIN ||
           (most > SPARSEMED_STREAKS_LEAST && most > SPARSEMED_STREAKS_RATIO * usual);
}

static unsigned find_flags(const struct sparsemed_evidence *evidence, const double *figure) {
    double n_frames = (double)evidence->axis->n_frames;
    double least_flickering = fmax(SPARSEMED_FLICKER_LEAST, SPARSEMED_FLICKER_FRACTION * n_frames);
    bool few_steps = evidence->windows->n_steps < SPARSEMED_SHORT_STEPS;
    bool found[SPARSEMED_N_FLAGS] = {
        [SPARSEMED_FLAG_STREAKS] = !few_steps && has_streaks(figure),
        [SPARSEMED_FLAG_FLICKER] = figure[SPARSEMED_FIGURE_FLICKERING_FRAMES] >= least_flickering,
        [SPARSEMED_FLAG_DRIFT] =
            figure[SPARSEMED_FIGURE_BG_MED_RANGE] >=
            fmax(SPARSEMED_DRIFT_LEAST, SPARSEMED_DRIFT_FRACTION * figure[SPARSEMED_FIGURE_BG_MED]),
        [SPARSEMED_FLAG_GAP] = has_gap(evidence, figure),
        [SPARSEMED_FLAG_EMPTY] = figure[SPARSEMED_FIGURE_ACTIVITY] <= SPARSEMED_EMPTY_ACTIVITY,
        [SPARSEMED_FLAG_GUESSED_TIME] = evidence->guessed_time,
        [SPARSEMED_FLAG_SHORT] =
            few_steps || evidence->windows->kernel_size < (uint64_t)evidence->parameters->kernel_size,
    };
    unsigned flags = 0;
    for (int i = 0; i < SPARSEMED_N_FLAGS; i++) {
        flags |= (unsigned)found[i] << i;
    }
    return flags;
}

enum sparsemed_status sparsemed_judge(const struct sparsemed_evidence *evidence, struct sparsemed_quality *quality,
                                      struct sparsemed_error *error) {
    size_t n_steps = evidence->windows->n_steps;
    assert(n_steps >= 1 && evidence->cleansing->n_kept >= 1 && evidence->attribution->n_runs >= 1);
    *quality = (struct sparsemed_quality){.enforced = evidence->cleansing->enforced};
    const struct judgement judgement = {
        .evidence = evidence,
        .figure = quality->figure,
        .series = malloc(n_steps * sizeof *judgement.series),
        .count = malloc(sm_max(n_steps, (size_t)2 * SPARSEMED_OFFSET_BINS) * sizeof *judgement.count),
    };
    enum sparsemed_status status = SPARSEMED_OK;
    if (judgement.series && judgement.count) {
        judge_contrast(&judgement);
        judge_brightness(&judgement);
        judge_offsets(&judgement);
        judge_gaps(&judgement);
        judge_attribution(&judgement);
        quality->flags = find_flags(evidence, quality->figure);
    } else {
        status = sparsemed_fail_memory(error, "judging the background");
    }
    free(judgement.count);
    free(judgement.series);
    return status;
}
