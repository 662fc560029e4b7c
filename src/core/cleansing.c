#include "sparsemed/cleansing.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "core/statistics.h"

/* Frames, or rather split points, that the median filter looks at: five before, itself, four after. */
enum { FILTER_SIZE = 10, FILTER_BEFORE = 5 };

void sparsemed_profile(const uint8_t *image, size_t height, size_t width, uint8_t *profile) {
    assert(width >= 1);
    for (size_t y = 0; y < height; y++) {
        const uint8_t *row = image + y * width;
        uint8_t least = row[0], greatest = row[0];
        for (size_t x = 1; x < width; x++) { /* in bytes throughout, so that the compiler takes many at a time */
            least = row[x] < least ? row[x] : least;
            greatest = row[x] > greatest ? row[x] : greatest;
        }
        profile[y] = (uint8_t)(greatest - least);
    }
}

/* The rows in the middle of the channel, [*begin, *end). Where there are too few rows the begin is negative and
 * counts from the last row, as in the reference: below 40 rows that leaves but a few. */
static void centre_rows(size_t height, size_t *begin, size_t *end) {
    size_t middle = height / 2;
    size_t spread = (size_t)sm_max(height / 4, 20);
    if (spread <= middle) {
        *begin = middle - spread;
    } else {
        *begin = middle + height > spread ? middle + height - spread : 0;
    }
    *end = (size_t)sm_min(middle + spread, height);
}

/* Median over all split points of one row of the profiles: the mean of the two middle values of an even number. */
static double row_median(const struct sparsemed_windows *windows, const uint8_t *profiles, size_t height, size_t y) {
    size_t histogram[256] = {0};
    for (size_t i = 0; i < windows->n_steps; i++) {
        histogram[profiles[windows->window_of_step[i] * height + y]]++;
    }
    return sparsemed_histogram_median(histogram, windows->n_steps);
}

/* How much each image varies along the centre of the channel, compared with the usual: contrast[n_steps]. Every term
 * is a multiple of 0.5, so the sums are exact. */
static void centre_contrast(const struct sparsemed_windows *windows, const uint8_t *profiles, size_t height,
                            double *contrast) {
    size_t begin, end;
    centre_rows(height, &begin, &end);
    memset(contrast, 0, windows->n_steps * sizeof *contrast);
    for (size_t y = begin; y < end; y++) {
        double median = row_median(windows, profiles, height, y);
        for (size_t i = 0; i < windows->n_steps; i++) {
            contrast[i] += profiles[windows->window_of_step[i] * height + y] - median;
        }
    }
    for (size_t i = 0; i < windows->n_steps; i++) {
        contrast[i] /= (double)(end - begin);
    }
}

/* Position of a value of a series of n that is reflected at its borders (d c b a | a b c d | d c b a), again and
 * again. */
static size_t reflected(ptrdiff_t position, size_t n) {
    ptrdiff_t period = 2 * (ptrdiff_t)n;
    ptrdiff_t phase = ((position % period) + period) % period;
    return (size_t)(phase < (ptrdiff_t)n ? phase : period - 1 - phase);
}

/* Median filter of the series around position i. */
static double filtered(const double *series, size_t n, size_t i) {
    double sorted[FILTER_SIZE];
    for (int j = 0; j < FILTER_SIZE; j++) {
        double value = series[reflected((ptrdiff_t)i + j - FILTER_BEFORE, n)];
        int k = j;
        for (; k > 0 && sorted[k - 1] > value; k--) {
            sorted[k] = sorted[k - 1];
        }
        sorted[k] = value;
    }
    return sorted[FILTER_SIZE / 2];
}

/* How far each image is from its neighbours, x[n], and how unusual that is, ref[n] >= 0. scratch[n] is working memory.
 */
static void deviations(const double *contrast, size_t n, double *x, double *ref, double *scratch) {
    for (size_t i = 0; i < n; i++) {
        x[i] = contrast[i] - filtered(contrast, n, i);
    }
    memcpy(scratch, x, n * sizeof *scratch);
    sparsemed_sort(scratch, n);
    double median = sparsemed_sorted_median(scratch, n);
    for (size_t i = 0; i < n; i++) {
        ref[i] = fabs(x[i] - median);
    }
}

static void select_up_to(double threshold, size_t n, struct sparsemed_cleansing *cleansing) {
    cleansing->threshold = threshold;
    cleansing->n_kept = 0;
    for (size_t i = 0; i < n; i++) {
        cleansing->used[i] = cleansing->ref[i] <= threshold;
        cleansing->n_kept += cleansing->used[i];
    }
}

/* Keep the images that deviate little. scratch[n] is working memory. */
static void decide(size_t n, const struct sparsemed_parameters *parameters, double *scratch,
                   struct sparsemed_cleansing *cleansing) {
    if (parameters->frac_cleansing == 1) {
        select_up_to(INFINITY, n, cleansing);
        return;
    }
    double factor = sparsemed_variance(cleansing->ref, n, scratch) * 150;
    memcpy(scratch, cleansing->ref, n * sizeof *scratch);
    sparsemed_sort(scratch, n);
    double quantile = sparsemed_sorted_quantile(scratch, n, parameters->frac_cleansing);
    if (parameters->thresh_cleansing == 0) {
        select_up_to(quantile, n, cleansing);
        return;
    }
    select_up_to(factor / parameters->thresh_cleansing, n, cleansing);
    double removed = (double)(n - cleansing->n_kept) / (double)n;
    if (1 - removed < parameters->frac_cleansing) {
        select_up_to(quantile, n, cleansing);
        cleansing->enforced = true;
        cleansing->fraction_removed = removed;
        cleansing->thresh_cleansing = factor / quantile;
    }
}

enum sparsemed_status sparsemed_cleanse(const struct sparsemed_windows *windows, const uint8_t *profiles, size_t height,
                                        const struct sparsemed_parameters *parameters,
                                        struct sparsemed_cleansing *cleansing, struct sparsemed_error *error) {
    assert(windows->n_steps >= 1 && height >= 1);
    assert(sparsemed_parameters_check(parameters, &SPARSEMED_NO_ERROR) == SPARSEMED_OK);
    size_t n = windows->n_steps;
    *cleansing = (struct sparsemed_cleansing){
        .used = malloc(n * sizeof *cleansing->used),
        .x = malloc(n * sizeof *cleansing->x),
        .ref = malloc(n * sizeof *cleansing->ref),
    };
    double *contrast = malloc(n * sizeof *contrast);
    double *scratch = malloc(n * sizeof *scratch);
    enum sparsemed_status status = SPARSEMED_OK;
    if (!cleansing->used || !cleansing->x || !cleansing->ref || !contrast || !scratch) {
        status = sparsemed_fail_memory(error, "cleansing the background series");
    } else {
        centre_contrast(windows, profiles, height, contrast);
        deviations(contrast, n, cleansing->x, cleansing->ref, scratch);
        decide(n, parameters, scratch, cleansing);
    }
    free(scratch);
    free(contrast);
    return status;
}

void sparsemed_cleansing_free(struct sparsemed_cleansing *cleansing) {
    free(cleansing->ref);
    free(cleansing->x);
    free(cleansing->used);
    *cleansing = (struct sparsemed_cleansing){0};
}
