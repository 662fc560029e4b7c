/* Small deterministic source of random numbers (SplitMix64), so that a failing test fails again. */
#ifndef TESTS_SUPPORT_RANDOM_H
#define TESTS_SUPPORT_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct rng {
    uint64_t state; /* any seed */
};

static inline uint64_t rng_next(struct rng *rng) {
    uint64_t z = rng->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* A number from 0 to n - 1; n >= 1. */
static inline size_t rng_below(struct rng *rng, size_t n) {
    return (size_t)(rng_next(rng) % n);
}

/* A number from 0 up to, but not including, 1. */
static inline double rng_unit(struct rng *rng) {
    return (double)(rng_next(rng) >> 11) * 0x1p-53;
}

#endif
