#include "core/naive_cleansing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/unit_test.h"

static double *doubles(size_t n) {
    double *values = malloc(n * sizeof *values);
    assert_non_null(values);
    return values;
}

static int by_value(const void *left, const void *right) {
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double *sorted_copy(const double *values, size_t n) {
    double *sorted = doubles(n);
    memcpy(sorted, values, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_value);
    return sorted;
}

static double median(const double *values, size_t n) {
    double *sorted = sorted_copy(values, n);
    double result = n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
    free(sorted);
    return result;
}

static double quantile(const double *values, size_t n, double fraction) {
    double *sorted = sorted_copy(values, n);
    double position = fraction * (double)(n - 1);
    size_t low = (size_t)floor(position);
    size_t high = low + 1 > n - 1 ? n - 1 : low + 1;
    double gap = position - floor(position);
    double a = sorted[low], b = sorted[high];
    free(sorted);
    return gap < 0.5 ? a + (b - a) * gap : b - (b - a) * (1 - gap);
}

/* NumPy's order of additions. */
static double pairwise_sum(const double *v, size_t n) {
    double sum = 0;
    if (n > 128) {
        size_t cut = n / 2;
        cut -= cut % 8;
        return pairwise_sum(v, cut) + pairwise_sum(v + cut, n - cut);
    }
    size_t done = 0;
    if (n >= 8) {
        double r[8] = {v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]};
        for (done = 8; done + 8 <= n; done += 8) {
            for (size_t k = 0; k < 8; k++) {
                r[k] += v[done + k];
            }
        }
        sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
    }
    for (; done < n; done++) {
        sum += v[done];
    }
    return sum;
}

static double variance(const double *values, size_t n) {
    double mean = pairwise_sum(values, n) / (double)n;
    double *squares = doubles(n);
    for (size_t i = 0; i < n; i++) {
        squares[i] = (values[i] - mean) * (values[i] - mean);
    }
    double result = pairwise_sum(squares, n) / (double)n;
    free(squares);
    return result;
}

/* Whether a row lies in the slice [H / 2 - spread : H / 2 + spread] as Python understands it. */
static bool in_centre(long row, long height) {
    long spread = height / 4 < 20 ? 20 : height / 4;
    long begin = height / 2 - spread, end = height / 2 + spread;
    if (begin < 0) {
        begin += height;
    }
    return row >= begin && row < end;
}

/* Mean over the centre rows of each profile less the median profile. */
static double *contrasts(const uint8_t *profiles, size_t n_steps, size_t height) {
    double *contrast = doubles(n_steps), *column = doubles(n_steps);
    size_t n_rows = 0;
    memset(contrast, 0, n_steps * sizeof *contrast);
    for (size_t y = 0; y < height; y++) {
        if (!in_centre((long)y, (long)height)) {
            continue;
        }
        n_rows++;
        for (size_t i = 0; i < n_steps; i++) {
            column[i] = profiles[i * height + y];
        }
        double middle = median(column, n_steps);
        for (size_t i = 0; i < n_steps; i++) {
            contrast[i] += column[i] - middle;
        }
    }
    for (size_t i = 0; i < n_steps; i++) {
        contrast[i] /= (double)n_rows;
    }
    free(column);
    return contrast;
}

/* Values beyond the borders are found by walking and turning round at each border, which repeats the border value. */
static double reflected(const double *series, long n, long position) {
    while (position < 0 || position >= n) {
        position = position < 0 ? -1 - position : 2 * n - 1 - position;
    }
    return series[position];
}

static double median_filtered(const double *series, size_t n, size_t i) {
    double ten[10];
    for (long j = 0; j < 10; j++) {
        ten[j] = reflected(series, (long)n, (long)i - 5 + j);
    }
    qsort(ten, 10, sizeof *ten, by_value);
    return ten[5];
}

/* | x - median(x) | for x = contrast less its median filter. */
static double *references(const uint8_t *profiles, size_t n_steps, size_t height) {
    double *contrast = contrasts(profiles, n_steps, height), *x = doubles(n_steps);
    for (size_t i = 0; i < n_steps; i++) {
        x[i] = contrast[i] - median_filtered(contrast, n_steps, i);
    }
    double middle = median(x, n_steps);
    for (size_t i = 0; i < n_steps; i++) {
        x[i] = fabs(x[i] - middle);
    }
    free(contrast);
    return x;
}

static void keep_up_to(const double *reference, size_t n, double threshold, struct sparsemed_cleansing *cleansing) {
    cleansing->n_kept = 0;
    for (size_t i = 0; i < n; i++) {
        cleansing->used[i] = reference[i] <= threshold;
        cleansing->n_kept += cleansing->used[i] ? 1 : 0;
    }
}

void naive_cleanse(const uint8_t *profiles, size_t n_steps, size_t height,
                   const struct sparsemed_parameters *parameters, struct sparsemed_cleansing *cleansing) {
    *cleansing = (struct sparsemed_cleansing){.used = malloc(n_steps * sizeof *cleansing->used)};
    assert_non_null(cleansing->used);
    double *reference = references(profiles, n_steps, height);
    double v = variance(reference, n_steps) * 150, q = quantile(reference, n_steps, parameters->frac_cleansing);
    double wanted = parameters->thresh_cleansing;
    if (parameters->frac_cleansing == 1) {
        keep_up_to(reference, n_steps, INFINITY, cleansing);
    } else if (wanted == 0) {
        keep_up_to(reference, n_steps, q, cleansing);
    } else {
        keep_up_to(reference, n_steps, v / wanted, cleansing);
        double removed = (double)(n_steps - cleansing->n_kept) / (double)n_steps;
        if (1 - removed < parameters->frac_cleansing) {
            keep_up_to(reference, n_steps, q, cleansing);
            cleansing->enforced = true;
            cleansing->fraction_removed = removed;
            cleansing->thresh_cleansing = v / q;
        }
    }
    free(reference);
}
