/* Doubles are compared by their bits: bit-equality is the definition of correct. */
#ifndef TESTS_SUPPORT_BITS_H
#define TESTS_SUPPORT_BITS_H

#include <stdint.h>
#include <string.h>

static inline uint64_t bits_of(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline double double_of(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

#define assert_same_double(actual, expected) assert_int_equal(bits_of(actual), bits_of(expected))

#endif
