/* The median kernel, written once with the vector extension of GNU C and compiled once an instruction set. The file
 * that includes it defines VECTOR_BYTES (16, 32 or 64) and MEDIAN_KERNEL, the name of the function. */
#include <stdbool.h>
#include <string.h>

#include "core/median_kernel.h"

/* Frames that a counter of 8 bits can count. */
enum { BLOCK_FRAMES = 255 };

typedef uint8_t bytes __attribute__((vector_size(VECTOR_BYTES)));

/* For each pixel of a vector: how many of its values are <= and >= the candidate. */
struct counts {
    bytes up_to, from;
};

static inline bytes splat(uint8_t value) {
    return (bytes){0} + value;
}

static inline struct counts count_block(const uint8_t *column, size_t n_frames, size_t stride, bytes candidate) {
    struct counts counts = {{0}, {0}};
    for (size_t i = 0; i < n_frames; i++) {
        bytes value = *(const bytes *)(column + i * stride);
        counts.up_to -= (bytes)(value <= candidate); /* a comparison gives -1 where it holds */
        counts.from -= (bytes)(value >= candidate);
    }
    return counts;
}

/* Pixels whose median lies above or below the candidate: bytes of all ones. */
struct verdict {
    bytes above, below;
};

static inline struct verdict judge_short(const uint8_t *column, size_t n_frames, size_t stride, bytes candidate) {
    uint8_t rank = (uint8_t)(n_frames / 2);
    struct counts counts = count_block(column, n_frames, stride, candidate);
    return (struct verdict){
        .above = (bytes)(counts.up_to <= splat(rank)),
        .below = (bytes)(counts.from < splat((uint8_t)(n_frames - rank))),
    };
}

/* The same for more frames than 8 bits can count: sums of blocks. */
static struct verdict judge_long(const uint8_t *column, size_t n_frames, size_t stride, bytes candidate) {
    uint32_t up_to[VECTOR_BYTES] = {0}, from[VECTOR_BYTES] = {0};
    for (size_t begin = 0; begin < n_frames; begin += BLOCK_FRAMES) {
        size_t n = n_frames - begin < BLOCK_FRAMES ? n_frames - begin : BLOCK_FRAMES;
        struct counts counts = count_block(column + begin * stride, n, stride, candidate);
        for (size_t x = 0; x < VECTOR_BYTES; x++) {
            up_to[x] += counts.up_to[x];
            from[x] += counts.from[x];
        }
    }
    struct verdict verdict;
    size_t rank = n_frames / 2;
    for (size_t x = 0; x < VECTOR_BYTES; x++) {
        verdict.above[x] = up_to[x] <= rank ? 0xff : 0;
        verdict.below[x] = from[x] < n_frames - rank ? 0xff : 0;
    }
    return verdict;
}

static inline bool any(bytes mask) {
    uint64_t words[VECTOR_BYTES / sizeof(uint64_t)], all = 0;
    memcpy(words, &mask, sizeof words);
    for (size_t i = 0; i < VECTOR_BYTES / sizeof *words; i++) {
        all |= words[i];
    }
    return all != 0;
}

static inline bytes select_bytes(bytes mask, bytes yes, bytes no) {
    return (yes & mask) | (no & ~mask);
}

static inline bytes lesser(bytes a, bytes b) {
    return select_bytes((bytes)(a < b), a, b);
}

/* Search from the guess. Each pixel keeps the range [low, high] its median can lie in, and tries the end of it that is
 * nearer to where it came from, plus a stride that doubles: near the guess that is faster than bisection, and never
 * takes more than half of the range at once. A verdict never empties the range, as the median exists. */
static inline bytes search(const uint8_t *column, size_t n_frames, size_t stride, bytes candidate) {
    bytes low = splat(0), high = splat(255);
    for (unsigned leap = 0;; leap = leap < 64 ? 2 * leap + 1 : 255) {
        struct verdict verdict = n_frames <= BLOCK_FRAMES ? judge_short(column, n_frames, stride, candidate)
                                                          : judge_long(column, n_frames, stride, candidate);
        if (!any(verdict.above | verdict.below)) {
            return candidate;
        }
        low = select_bytes(verdict.above, candidate + 1, low);
        high = select_bytes(verdict.below, candidate - 1, high);
        bytes step = lesser((high - low) >> 1, splat((uint8_t)leap));
        candidate = select_bytes(verdict.above, low + step, candidate);
        candidate = select_bytes(verdict.below, high - step, candidate);
    }
}

void MEDIAN_KERNEL(const uint8_t *tile, size_t n_frames, size_t stride, size_t width, uint8_t *median) {
    for (size_t x = 0; x < width; x += VECTOR_BYTES) {
        bytes *result = (bytes *)(median + x);
        *result = search(tile + x, n_frames, stride, *result);
    }
}
