/* Order statistics and moments, rounded as NumPy rounds them. */
#ifndef CORE_STATISTICS_H
#define CORE_STATISTICS_H

#include <stddef.h>

/* Sort values[n], none of them NaN, in ascending order. */
void sparsemed_sort(double *values, size_t n);

/* Median of sorted values[n], n >= 1: the mean of the two middle ones where n is even. */
double sparsemed_sorted_median(const double *sorted, size_t n);

/* Median of n >= 1 grey values of which histogram[v] have the value v. */
double sparsemed_histogram_median(const size_t histogram[256], size_t n);

/* Quantile of sorted values[n], n >= 1, interpolated linearly; 0 <= fraction <= 1. */
double sparsemed_sorted_quantile(const double *sorted, size_t n, double fraction);

/* Population variance of values[n], n >= 1, by pairwise summation. scratch[n] is working memory. */
double sparsemed_variance(const double *values, size_t n, double *scratch);

#endif
