/* Pseudo-random numbers that are the same on every machine (SplitMix64), so that a failing test fails again. The files
 * that make_measurement draws depend on them. */
#ifndef TESTS_SUPPORT_RANDOM_H
#define TESTS_SUPPORT_RANDOM_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

struct rng {
    uint64_t state; /* any seed */
};

/* Any number, all alike. */
static inline uint64_t rng_next(struct rng *rng) {
    uint64_t z = rng->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* A sequence of its own for each seed and purpose. */
static inline struct rng rng_start(uint64_t seed, uint64_t purpose) {
    struct rng rng = {seed};
    rng.state = rng_next(&rng) ^ (purpose * 0xd1342543de82ef95u);
    rng.state = rng_next(&rng);
    return rng;
}

/* A number from 0 to n - 1; n >= 1. */
static inline size_t rng_below(struct rng *rng, size_t n) {
    return (size_t)(rng_next(rng) % n);
}

/* A number from 0 up to, but not including, 1. */
static inline double rng_unit(struct rng *rng) {
    return (double)(rng_next(rng) >> 11) * 0x1p-53;
}

/* Evenly distributed, low < result <= high: a logarithm of rng_between(rng, 0, 1) is finite. */
static inline double rng_between(struct rng *rng, double low, double high) {
    double unit = (double)((rng_next(rng) >> 11) + 1) * 0x1p-53;
    return low + (high - low) * unit;
}

/* Normally distributed with mean 0 and standard deviation 1. */
static inline double rng_normal(struct rng *rng) {
    double length = sqrt(-2 * log(rng_between(rng, 0, 1)));
    return length * cos(rng_between(rng, 0, 2 * 3.14159265358979323846));
}

#endif
