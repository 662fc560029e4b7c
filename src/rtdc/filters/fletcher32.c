#include "rtdc/filters/fletcher32.h"

#include <string.h>

/* Words are summed in lanes of 32 bits that take two words at a time. A segment is as long as the lanes allow: with B
 * rounds a word's place in them sums up to 65535 * B * (B + 1) / 2. */
typedef uint32_t lanes __attribute__((vector_size(16)));

enum { LANES = sizeof(lanes) / sizeof(uint32_t), ROUND_WORDS = 2 * LANES, ROUNDS = 256 };
enum { SEGMENT_WORDS = ROUNDS * ROUND_WORDS };

/* Which of two words is the lower half of a lane. */
enum { LOWER = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 0 : 1, UPPER = 1 - LOWER };

static const uint64_t modulus = 65535;

/* The two sums of the checksum, both kept below 2^32: first the words, second the first sum after every word. */
struct sums {
    uint64_t first, second;
};

static uint16_t word_at(const uint8_t *data, size_t i) {
    uint16_t word;
    memcpy(&word, data + 2 * i, sizeof word);
    return word;
}

/* Sums of lanes wrap around, but the sums of their upper halves do not, and neither do those of the lower halves, which
 * are the difference of the two. */
static void add_segment(struct sums *sums, const uint8_t *data) {
    lanes first = {0}, second = {0}, first_upper = {0}, second_upper = {0};
    for (size_t round = 0; round < ROUNDS; round++) {
        lanes pairs;
        memcpy(&pairs, data + round * sizeof pairs, sizeof pairs);
        first += pairs;
        first_upper += pairs >> 16;
        second += first;
        second_upper += first_upper;
    }
    lanes first_lower = first - (first_upper << 16), second_lower = second - (second_upper << 16);
    uint64_t sum = 0, weighted = 0, late = 0;
    for (size_t lane = 0; lane < LANES; lane++) {
        sum += (uint64_t)first_lower[lane] + first_upper[lane];
        weighted += (uint64_t)second_lower[lane] + second_upper[lane];
        late += (2 * lane + LOWER) * first_lower[lane] + (2 * lane + UPPER) * first_upper[lane];
    }
    sums->second = (sums->second + SEGMENT_WORDS * sums->first + ROUND_WORDS * weighted - late) % modulus;
    sums->first = (sums->first + sum) % modulus;
}

/* HDF5 folds carries back in, so that only a sum of nothing but zeros is 0, and other multiples of the modulus are the
 * modulus itself. */
static uint32_t fold(uint64_t sum, bool all_zero) {
    uint64_t rest = sum % modulus;
    return (uint32_t)(rest == 0 && !all_zero ? modulus : rest);
}

static uint32_t swap_bytes(uint32_t word) {
    return (word >> 8 | word << 8) & 0xffff;
}

uint32_t sm_fletcher32(const uint8_t *data, size_t n_bytes) {
    size_t n_words = n_bytes / 2, i = 0;
    struct sums sums = {0, 0};
    for (; i + SEGMENT_WORDS <= n_words; i += SEGMENT_WORDS) {
        add_segment(&sums, data + 2 * i);
    }
    for (; i < n_words; i++) {
        sums.first = (sums.first + word_at(data, i)) % modulus;
        sums.second = (sums.second + sums.first) % modulus;
    }
    if (n_bytes % 2) {
        uint8_t last[2] = {data[n_bytes - 1], 0};
        sums.first = (sums.first + word_at(last, 0)) % modulus;
        sums.second = (sums.second + sums.first) % modulus;
    }
    bool all_zero = sums.first == 0 && sums.second == 0;
    for (size_t j = 0; j < n_bytes && all_zero; j++) {
        all_zero = data[j] == 0;
    }
    uint32_t first = fold(sums.first, all_zero), second = fold(sums.second, all_zero);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    /* Modulo 65535 swapping the bytes of every word swaps those of the sums. */
    first = swap_bytes(first);
    second = swap_bytes(second);
#endif
    return second << 16 | first;
}

bool sm_fletcher32_holds(const uint8_t *data, size_t n_bytes) {
    if (n_bytes < SM_FLETCHER32_BYTES) {
        return false;
    }
    const uint8_t *end = data + n_bytes - SM_FLETCHER32_BYTES;
    uint32_t stored = (uint32_t)end[0] | (uint32_t)end[1] << 8 | (uint32_t)end[2] << 16 | (uint32_t)end[3] << 24;
    uint32_t sum = sm_fletcher32(data, n_bytes - SM_FLETCHER32_BYTES);
    uint32_t swapped = swap_bytes(sum >> 16) << 16 | swap_bytes(sum & 0xffff);
    return stored == sum || stored == swapped;
}
