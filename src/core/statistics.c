#include "core/statistics.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "core/numbers.h"

#if FLT_EVAL_METHOD != 0 || defined(__FAST_MATH__)
#error "Results are defined to the bit: compile with IEEE double arithmetic (on x86: SSE2, not x87) and no -ffast-math"
#endif

/* Longest block that is summed without halving it. */
enum { SUM_BLOCK = 128, SUM_LANES = 8 };

static int compare_doubles(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

void sparsemed_sort(double *values, size_t n) {
    qsort(values, n, sizeof *values, compare_doubles);
}

double sparsemed_sorted_median(const double *sorted, size_t n) {
    assert(n >= 1);
    return n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

/* Element of the given rank (from 0) among the grey values that a histogram counts. */
static unsigned element(const size_t histogram[256], size_t rank) {
    size_t below = 0;
    unsigned value = 0;
    while (below + histogram[value] <= rank) {
        below += histogram[value++];
    }
    return value;
}

double sparsemed_histogram_median(const size_t histogram[256], size_t n) {
    assert(n >= 1);
    return (element(histogram, (n - 1) / 2) + element(histogram, n / 2)) / 2.0;
}

double sparsemed_sorted_quantile(const double *sorted, size_t n, double fraction) {
    assert(n >= 1 && fraction >= 0 && fraction <= 1);
    double position = fraction * (double)(n - 1);
    double whole = floor(position);
    double part = position - whole;
    size_t rank = (size_t)whole;
    double low = sorted[rank], high = sorted[sm_min(rank + 1, n - 1)];
    double difference = high - low;
    return part < 0.5 ? low + difference * part : high - difference * (1 - part);
}

/* Sum as NumPy does it: short series one by one, blocks with eight running sums, longer ones as the sum of halves. The
 * order of the additions is part of the result. */
static double pairwise_sum(const double *values, size_t n) {
    if (n < SUM_LANES) {
        double sum = 0;
        for (size_t i = 0; i < n; i++) {
            sum += values[i];
        }
        return sum;
    }
    if (n > SUM_BLOCK) {
        size_t half = n / 2 - n / 2 % SUM_LANES;
        return pairwise_sum(values, half) + pairwise_sum(values + half, n - half);
    }
    double lane[SUM_LANES] = {0};
    size_t n_whole = n - n % SUM_LANES;
    for (size_t i = 0; i < n_whole; i++) {
        lane[i % SUM_LANES] += values[i];
    }
    double sum = ((lane[0] + lane[1]) + (lane[2] + lane[3])) + ((lane[4] + lane[5]) + (lane[6] + lane[7]));
    for (size_t i = n_whole; i < n; i++) {
        sum += values[i];
    }
    return sum;
}

double sparsemed_variance(const double *values, size_t n, double *scratch) {
    assert(n >= 1);
    double mean = pairwise_sum(values, n) / (double)n;
    for (size_t i = 0; i < n; i++) {
        double difference = values[i] - mean;
        scratch[i] = difference * difference;
    }
    return pairwise_sum(scratch, n) / (double)n;
}
