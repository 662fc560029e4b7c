/* The median kernels, written once with the vector extension of GNU C and compiled once an instruction set. The file
 * that includes it defines VECTOR_BYTES (16 or 32), VECTORS_AT_ONCE, MEDIAN_KERNELS, the name of the set, and what
 * that extension lacks: the lesser of unsigned bytes, LESSER(a, b), and their difference or 0 where that is negative,
 * EXCESS(a, b). */
#include <stdbool.h>
#include <string.h>

#include "core/median/median_kernel.h"

/* Frames that come, or leave, between two changes of the counts: a change has 8 bits, one of them the sign. */
enum { BLOCK_FRAMES = 127 };

/* How far ahead frames are fetched while they are counted: they lie too far apart for the processor to do it by itself.
 */
enum { PREFETCH_BYTES = 2 * SPARSEMED_GROUP };

typedef uint8_t bytes __attribute__((vector_size(VECTOR_BYTES)));

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

/* ---- counting ---- */

/* Sums over frames of how far values reach into the thresholds, modulo 256: of the lesser of their excess over the base
 * and 1, 2, 3, 4; frames that leave are subtracted. Two operations a threshold, and the counts are the differences of
 * neighbours. */
struct reach_sums {
    bytes up_to[SPARSEMED_THRESHOLDS];
};

static inline void sum_frame(struct reach_sums *sums, bytes value, bytes base, bool leaving) {
    bytes reach = excess(value, base - 1);
    for (int j = 0; j < SPARSEMED_THRESHOLDS; j++) {
        bytes up_to = lesser(reach, splat((unsigned)j + 1));
        sums->up_to[j] += leaving ? -up_to : up_to;
    }
}

/* Sum over a block of frames for VECTORS_AT_ONCE vectors, from pixel x of the group on. */
static inline void sum_block(struct reach_sums *sums, const struct sparsemed_frame_list *list, size_t begin,
                             bool leaving, size_t first, size_t x, const bytes *base) {
    for (size_t i = begin; i < list->n_frames && i < begin + BLOCK_FRAMES; i++) {
        const uint8_t *pixels = list->frames[i] + first;
        if (x == 0) {
            __builtin_prefetch(pixels + PREFETCH_BYTES, 0, 1); /* not into the first level, whose sets would overflow */
        }
        for (size_t v = 0; v < VECTORS_AT_ONCE; v++) {
            sum_frame(&sums[v], load(pixels + x + v * VECTOR_BYTES), base[v], leaving);
        }
    }
}

/* Change in the number of values from threshold j on, -127 .. 127. */
static inline bytes change_from(const struct reach_sums *sums, int j) {
    return j == 0 ? sums->up_to[0] : sums->up_to[j] - sums->up_to[j - 1];
}

/* Change the counts of a vector, from pixel x of the group on. */
static inline void change_counts(struct sparsemed_group_state *state, size_t x, const struct reach_sums *sums,
                                 int n_planes) {
    for (int j = 0; j < SPARSEMED_THRESHOLDS; j++) {
        bytes change = change_from(sums, j);
        for (int plane = 0; plane < n_planes; plane++) {
            bytes *count = (bytes *)(state->count[plane][j] + x), before = *count;
            bytes fewer = (bytes)(change > 127);
            *count += change;
            change = choose(fewer, (bytes)(*count > before), (bytes)(*count < before) & 1); /* the borrow, the carry */
        }
    }
}

static inline void count_group(const struct sparsemed_frame_list *leaving, const struct sparsemed_frame_list *entering,
                               size_t first, int n_planes, struct sparsemed_group_state *state) {
    for (size_t begin = 0; begin < leaving->n_frames || begin < entering->n_frames; begin += BLOCK_FRAMES) {
        for (size_t x = 0; x < SPARSEMED_GROUP; x += VECTORS_AT_ONCE * VECTOR_BYTES) {
            struct reach_sums sums[VECTORS_AT_ONCE];
            bytes base[VECTORS_AT_ONCE];
            memset(sums, 0, sizeof sums);
            memcpy(base, state->base + x, sizeof base);
            sum_block(sums, leaving, begin, true, first, x, base);
            sum_block(sums, entering, begin, false, first, x, base);
            for (size_t v = 0; v < VECTORS_AT_ONCE; v++) {
                change_counts(state, x + v * VECTOR_BYTES, &sums[v], n_planes);
            }
        }
    }
}

static inline void count_groups(const struct sparsemed_frame_list *leaving, const struct sparsemed_frame_list *entering,
                                size_t first, size_t n_groups, int n_planes, struct sparsemed_group_state *states) {
    for (size_t group = 0; group < n_groups; group++, first += SPARSEMED_GROUP) {
        count_group(leaving, entering, first, n_planes, &states[group]);
    }
}

static void count(const struct sparsemed_frame_list *leaving, const struct sparsemed_frame_list *entering, size_t first,
                  size_t n_groups, int n_planes, struct sparsemed_group_state *states) {
    if (n_planes == 1) { /* most windows: worth code of its own */
        count_groups(leaving, entering, first, n_groups, 1, states);
    } else {
        count_groups(leaving, entering, first, n_groups, n_planes, states);
    }
}

/* ---- judging what was counted ---- */

/* For each pixel: all ones where the median is at least the threshold. */
struct verdict {
    bytes reaches[SPARSEMED_THRESHOLDS];
};

static inline struct verdict judge(const struct sparsemed_group_state *state, size_t x, size_t n_frames, int n_planes) {
    size_t needed = n_frames - n_frames / 2;
    struct verdict verdict;
    for (int j = 0; j < SPARSEMED_THRESHOLDS; j++) {
        bytes enough = splat(0xff);
        for (int plane = 0; plane < n_planes; plane++) {
            bytes count = *(const bytes *)(state->count[plane][j] + x);
            bytes limit = splat((unsigned)(needed >> 8 * plane) % 256);
            enough = (bytes)(count > limit) | ((bytes)(count == limit) & enough);
        }
        verdict.reaches[j] = enough;
    }
    return verdict;
}

/* Pixels whose median lies above, or below, what their thresholds bracket. */
static inline bytes is_above(const struct verdict *verdict, bytes base) {
    return verdict->reaches[SPARSEMED_THRESHOLDS - 1] & (bytes)(base < SPARSEMED_MAX_BASE);
}

static inline bytes is_below(const struct verdict *verdict, bytes base) {
    return ~verdict->reaches[0] & (bytes)(base > SPARSEMED_MIN_BASE);
}

/* Medians within their brackets: one more than the grey value below the first threshold for each that is reached. */
static inline bytes median_of(const struct verdict *verdict, bytes base) {
    bytes minus_reached = verdict->reaches[0] + verdict->reaches[1] + verdict->reaches[2] + verdict->reaches[3];
    return base - 1 - minus_reached; /* all ones are -1 */
}

static inline bool resolve_group(const struct sparsemed_group_state *state, size_t n_frames, int n_planes,
                                 uint8_t *medians) {
    bytes outside = splat(0);
    for (size_t x = 0; x < SPARSEMED_GROUP; x += VECTOR_BYTES) {
        bytes base = *(const bytes *)(state->base + x);
        struct verdict verdict = judge(state, x, n_frames, n_planes);
        bytes median = median_of(&verdict, base);
        memcpy(medians + x, &median, sizeof median);
        outside |= is_above(&verdict, base) | is_below(&verdict, base);
    }
    return !any(outside);
}

static inline size_t resolve_groups(const struct sparsemed_group_state *states, size_t n_groups, size_t n_frames,
                                    int n_planes, uint8_t *medians) {
    size_t group = 0;
    while (group < n_groups && resolve_group(&states[group], n_frames, n_planes, medians + group * SPARSEMED_GROUP)) {
        group++;
    }
    return group;
}

static size_t resolve(const struct sparsemed_group_state *states, size_t n_groups, size_t n_frames, int n_planes,
                      uint8_t *medians) {
    return n_planes == 1 ? resolve_groups(states, n_groups, n_frames, 1, medians)
                         : resolve_groups(states, n_groups, n_frames, n_planes, medians);
}

static void shift(struct sparsemed_group_state *state, size_t n_frames, int n_planes, unsigned leap,
                  struct sparsemed_group_range *range) {
    for (size_t x = 0; x < SPARSEMED_GROUP; x += VECTOR_BYTES) {
        bytes *base = (bytes *)(state->base + x), *low = (bytes *)(range->low + x), *high = (bytes *)(range->high + x);
        struct verdict verdict = judge(state, x, n_frames, n_planes);
        bytes above = is_above(&verdict, *base), below = is_below(&verdict, *base);
        *low = choose(above, *base + (SPARSEMED_THRESHOLDS - 1), *low);
        *high = choose(below, *base - 1, *high);
        bytes step = lesser((*high - *low) >> 1, splat(leap));
        bytes middle = choose(above, *low + step, choose(below, *high - step, median_of(&verdict, *base)));
        *base = lesser(greater(excess(middle, splat(1)), splat(SPARSEMED_MIN_BASE)), splat(SPARSEMED_MAX_BASE));
    }
}

const struct sparsemed_median_kernels MEDIAN_KERNELS = {count, resolve, shift};
