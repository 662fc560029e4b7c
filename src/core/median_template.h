/* The median kernels, written once with the vector extension of GNU C and compiled once an instruction set. The file
 * that includes it defines VECTOR_BYTES (16, 32 or 64), VECTORS_AT_ONCE, MEDIAN_KERNELS, the name of the set, and what
 * that extension lacks: the lesser of unsigned bytes, LESSER(a, b), and their difference or 0 where that is negative,
 * EXCESS(a, b). */
#include <stdbool.h>
#include <string.h>

#include "core/median_kernel.h"

/* Frames that a counter of 8 bits can count. */
enum { BLOCK_FRAMES = 255 };

/* How far ahead frames are fetched while they are counted: they lie too far apart for the processor to do it by itself.
 */
enum { PREFETCH_BYTES = 2 * SM_GROUP };

/* Least and greatest base: below the first threshold lies the grey value 0, the last one is 255. */
enum { MIN_BASE = 1, MAX_BASE = 255 - (SM_THRESHOLDS - 1) };

typedef uint8_t bytes __attribute__((vector_size(VECTOR_BYTES)));

/* For each pixel: all ones where the median is at least the threshold. */
struct verdict {
    bytes reaches[SM_THRESHOLDS];
};

/* ---- small things ---- */

static inline bytes splat(unsigned value) {
    return (bytes){0} + (uint8_t)value;
}

static inline bytes choose(bytes mask, bytes yes, bytes no) {
    return (yes & mask) | (no & ~mask);
}

static inline bytes lesser(bytes a, bytes b) {
    return (bytes)LESSER(a, b);
}

static inline bytes excess(bytes a, bytes b) {
    return (bytes)EXCESS(a, b);
}

static inline bytes greater(bytes a, bytes b) {
    return b + excess(a, b);
}

/* Frames may lie anywhere. */
static inline bytes load(const uint8_t *pixels) {
    bytes value;
    memcpy(&value, pixels, sizeof value);
    return value;
}

static inline bool any(bytes mask) {
    uint64_t parts[VECTOR_BYTES / sizeof(uint64_t)], all = 0;
    memcpy(parts, &mask, sizeof parts);
    for (size_t i = 0; i < VECTOR_BYTES / sizeof *parts; i++) {
        all |= parts[i];
    }
    return all != 0;
}

static inline bytes within_bases(bytes base) {
    return lesser(greater(base, splat(MIN_BASE)), splat(MAX_BASE));
}

/* Pixels whose median lies above, or below, what their thresholds bracket. */
static inline bytes is_above(const struct verdict *verdict, bytes base) {
    return verdict->reaches[SM_THRESHOLDS - 1] & (bytes)(base < MAX_BASE);
}

static inline bytes is_below(const struct verdict *verdict, bytes base) {
    return ~verdict->reaches[0] & (bytes)(base > MIN_BASE);
}

/* Medians within their brackets: one for each threshold that is reached above the grey value below the first. */
static inline bytes median_of(const struct verdict *verdict, bytes base) {
    bytes minus_reached = verdict->reaches[0] + verdict->reaches[1] + verdict->reaches[2] + verdict->reaches[3];
    return base - 1 - minus_reached; /* all ones are -1 */
}

/* Sums over frames of how far values reach into the thresholds, modulo 256: of the lesser of their excess over the base
 * and 1, 2, 3, 4. Two operations a threshold, and the counts are the differences of neighbours. */
struct reach_sums {
    bytes up_to[SM_THRESHOLDS];
};

static inline void add_frame(struct reach_sums *sums, bytes value, bytes base) {
    bytes reach = excess(value, base - 1);
    for (int j = 0; j < SM_THRESHOLDS; j++) {
        sums->up_to[j] += lesser(reach, splat((unsigned)j + 1));
    }
}

/* Values from threshold j on. */
static inline bytes count_from(const struct reach_sums *sums, int j) {
    return j == 0 ? sums->up_to[0] : sums->up_to[j] - sums->up_to[j - 1];
}

/* ---- counting a window ---- */

/* Sum up to BLOCK_FRAMES frames. */
static inline struct reach_sums sum_block(const uint8_t *column, size_t n_frames, bytes base) {
    struct reach_sums sums = {{{0}, {0}, {0}, {0}}};
    for (size_t i = 0; i < n_frames; i++) {
        add_frame(&sums, *(const bytes *)(column + i * SM_GROUP), base);
    }
    return sums;
}

/* Counts of up to BLOCK_FRAMES frames. */
static inline struct verdict judge_short(const uint8_t *column, size_t n_frames, bytes base) {
    struct reach_sums sums = sum_block(column, n_frames, base);
    struct verdict verdict;
    for (int j = 0; j < SM_THRESHOLDS; j++) {
        bytes from = count_from(&sums, j);
        verdict.reaches[j] = (bytes)(from >= splat((unsigned)(n_frames - n_frames / 2)));
    }
    return verdict;
}

/* Counts of more frames: sums of blocks. */
static struct verdict judge_long(const uint8_t *column, size_t n_frames, bytes base) {
    uint32_t totals[SM_THRESHOLDS][VECTOR_BYTES] = {{0}};
    for (size_t begin = 0; begin < n_frames; begin += BLOCK_FRAMES) {
        size_t n = n_frames - begin < BLOCK_FRAMES ? n_frames - begin : BLOCK_FRAMES;
        struct reach_sums sums = sum_block(column + begin * SM_GROUP, n, base);
        for (int j = 0; j < SM_THRESHOLDS; j++) {
            bytes from = count_from(&sums, j);
            for (size_t x = 0; x < VECTOR_BYTES; x++) {
                totals[j][x] += from[x];
            }
        }
    }
    struct verdict verdict;
    for (int j = 0; j < SM_THRESHOLDS; j++) {
        for (size_t x = 0; x < VECTOR_BYTES; x++) {
            verdict.reaches[j][x] = totals[j][x] >= n_frames - n_frames / 2 ? 0xff : 0;
        }
    }
    return verdict;
}

/* Search from a guess; returns the medians. Each pixel keeps the range [low, high] its median can lie in. The next
 * thresholds begin at the end of it that is nearer to the guess, plus a leap that doubles but never takes more than
 * half of the range: near the guess that is faster than bisection, and elsewhere not much slower.
 *
 * base   on return where the thresholds begin */
static inline bytes search(const uint8_t *column, size_t n_frames, bytes *base) {
    bytes low = splat(0), high = splat(255);
    for (unsigned leap = 0;; leap = leap < 64 ? 2 * leap + 1 : 255) {
        struct verdict verdict =
            n_frames <= BLOCK_FRAMES ? judge_short(column, n_frames, *base) : judge_long(column, n_frames, *base);
        bytes above = is_above(&verdict, *base), below = is_below(&verdict, *base);
        if (!any(above | below)) {
            return median_of(&verdict, *base);
        }
        low = choose(above, *base + (SM_THRESHOLDS - 1), low);
        high = choose(below, *base - 1, high);
        bytes step = lesser((high - low) >> 1, splat(leap));
        bytes upward = low + step, downward = greater(low, excess(high - step, splat(SM_THRESHOLDS - 2)));
        *base = within_bases(choose(above, upward, choose(below, downward, *base)));
    }
}

static void gather(const uint8_t *const *frames, size_t n_frames, size_t first, uint8_t *column) {
    for (size_t i = 0; i < n_frames; i++) {
        for (size_t x = 0; x < SM_GROUP; x += VECTOR_BYTES) {
            *(bytes *)(column + i * SM_GROUP + x) = load(frames[i] + first + x);
        }
    }
}

/* Add the counts of a block to those of a vector, from pixel x of the group on, or subtract them. */
static inline void add_counts(struct sm_group_state *state, size_t x, const struct reach_sums *sums, bool subtract) {
    for (int j = 0; j < SM_THRESHOLDS; j++) {
        bytes *low = (bytes *)(state->low[j] + x), *high = (bytes *)(state->high[j] + x);
        bytes change = count_from(sums, j);
        if (subtract) {
            *high += (bytes)(*low < change); /* all ones are -1: the borrow */
            *low -= change;
        } else {
            *low += change;
            *high -= (bytes)(*low < change); /* the carry */
        }
    }
}

static void find(const uint8_t *column, size_t n_frames, uint8_t *median, struct sm_group_state *state) {
    for (size_t x = 0; x < SM_GROUP; x += VECTOR_BYTES) {
        bytes *result = (bytes *)(median + x);
        bytes base = within_bases(excess(*result, splat(1)));
        *result = search(column + x, n_frames, &base);
        if (state) {
            *(bytes *)(state->base + x) = base;
        }
    }
    for (size_t x = 0; x < SM_GROUP && state; x += VECTOR_BYTES) {
        for (int j = 0; j < SM_THRESHOLDS; j++) {
            *(bytes *)(state->low[j] + x) = *(bytes *)(state->high[j] + x) = splat(0);
        }
        for (size_t begin = 0; begin < n_frames; begin += BLOCK_FRAMES) {
            size_t n = n_frames - begin < BLOCK_FRAMES ? n_frames - begin : BLOCK_FRAMES;
            struct reach_sums sums = sum_block(column + begin * SM_GROUP + x, n, *(const bytes *)(state->base + x));
            add_counts(state, x, &sums, false);
        }
    }
}

/* ---- moving a window ---- */

/* Count up to BLOCK_FRAMES frames for VECTORS_AT_ONCE vectors of a group, from pixel x of it on. */
static inline void count_vectors(const uint8_t *const *frames, size_t n_frames, size_t first, bool leaving,
                                 struct sm_group_state *state, size_t x) {
    struct reach_sums sums[VECTORS_AT_ONCE];
    bytes base[VECTORS_AT_ONCE];
    memset(sums, 0, sizeof sums);
    memcpy(base, state->base + x, sizeof base);
    for (size_t i = 0; i < n_frames; i++) {
        const uint8_t *pixels = frames[i] + first;
        if (x == 0) {
            __builtin_prefetch(pixels + PREFETCH_BYTES, 0, 1); /* not into the first level, whose sets would overflow */
        }
        for (size_t v = 0; v < VECTORS_AT_ONCE; v++) {
            add_frame(&sums[v], load(pixels + x + v * VECTOR_BYTES), base[v]);
        }
    }
    for (size_t v = 0; v < VECTORS_AT_ONCE; v++) {
        add_counts(state, x + v * VECTOR_BYTES, &sums[v], leaving);
    }
}

static void count(const uint8_t *const *frames, size_t n_frames, size_t first, bool leaving,
                  struct sm_group_state *state) {
    for (size_t begin = 0; begin < n_frames; begin += BLOCK_FRAMES) {
        size_t n = n_frames - begin < BLOCK_FRAMES ? n_frames - begin : BLOCK_FRAMES;
        for (size_t x = 0; x < SM_GROUP; x += VECTORS_AT_ONCE * VECTOR_BYTES) {
            count_vectors(frames + begin, n, first, leaving, state, x);
        }
    }
}

static bool resolve(const struct sm_group_state *state, size_t n_frames, uint8_t *median) {
    size_t needed = n_frames - n_frames / 2;
    const bytes needed_low = splat((unsigned)needed % 256), needed_high = splat((unsigned)needed / 256);
    bytes outside = splat(0);
    for (size_t x = 0; x < SM_GROUP; x += VECTOR_BYTES) {
        bytes base = *(const bytes *)(state->base + x);
        struct verdict verdict;
        for (int j = 0; j < SM_THRESHOLDS; j++) {
            bytes low = *(const bytes *)(state->low[j] + x), high = *(const bytes *)(state->high[j] + x);
            verdict.reaches[j] =
                (bytes)(high > needed_high) | ((bytes)(high == needed_high) & (bytes)(low >= needed_low));
        }
        outside |= is_above(&verdict, base) | is_below(&verdict, base);
        *(bytes *)(median + x) = median_of(&verdict, base);
    }
    return !any(outside);
}

static void start(const uint8_t *guess, struct sm_group_state *state) {
    *state = (struct sm_group_state){0};
    for (size_t x = 0; x < SM_GROUP; x += VECTOR_BYTES) {
        *(bytes *)(state->base + x) = within_bases(excess(*(const bytes *)(guess + x), splat(1)));
    }
}

const struct sm_median_kernels MEDIAN_KERNELS = {start, count, resolve, gather, find};
