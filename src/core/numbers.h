/* Small arithmetic that all layers do. */
#ifndef CORE_NUMBERS_H
#define CORE_NUMBERS_H

#include <assert.h>
#include <stdint.h>

static inline uint64_t sm_min(uint64_t a, uint64_t b) {
    return a < b ? a : b;
}

static inline uint64_t sm_max(uint64_t a, uint64_t b) {
    return a > b ? a : b;
}

/* n / by, rounded up; by >= 1. */
static inline uint64_t sm_divide_up(uint64_t n, uint64_t by) {
    assert(by >= 1);
    return n / by + (n % by > 0);
}

#endif
