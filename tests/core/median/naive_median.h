/* Median images by sorting, and frames and guesses that are hard on a faster way to compute them. */
#ifndef TESTS_CORE_MEDIAN_NAIVE_MEDIAN_H
#define TESTS_CORE_MEDIAN_NAIVE_MEDIAN_H

#include <stddef.h>
#include <stdint.h>

#include "support/random.h"

/* What the values of a pixel look like from frame to frame. */
enum content {
    UNIFORM,
    NARROW,     /* both sides of the sign bit */
    TWO_VALUED, /* at random */
    EXTREMES,   /* 0 and 255 at random */
    ALL_0,
    ALL_255,
    BRIGHTER, /* from frame to frame */
    DARKER,   /* from frame to frame */
    HALVES,   /* as many of one value as makes the other just the median, or just not */
    N_CONTENTS
};

/* Value of a pixel in frame i of n. */
uint8_t grey_value(struct rng *rng, enum content content, size_t i, size_t n);

/* Kinds of guesses, from right to as wrong as can be. */
enum { N_GUESSES = 6 };

/* A guess of the given kind for a pixel whose median is known. */
uint8_t guess(struct rng *rng, int kind, uint8_t result);

/* For each pixel the element of rank n_frames / 2 of its sorted values. */
void naive_median(const uint8_t *const *frames, size_t n_frames, size_t n_pixels, uint8_t *image);

#endif
