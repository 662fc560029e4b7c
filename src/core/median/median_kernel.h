/* The inner loops of the median, of which there is one set an instruction set.
 *
 * The median of rank n / 2 (from 0) is at least t where at least n - n / 2 values are. For each pixel the values from
 * four consecutive thresholds on are counted, which brackets medians within three grey values; where one lies outside,
 * its thresholds are moved. */
#ifndef CORE_MEDIAN_MEDIAN_KERNEL_H
#define CORE_MEDIAN_MEDIAN_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Pixels are handled in groups as wide as a cache line. */
enum { SPARSEMED_GROUP = 64, SPARSEMED_THRESHOLDS = 4 };

/* Bytes of the longest count. */
enum { SPARSEMED_PLANES = 4 };

/* Least and greatest base: below the first threshold lies the grey value 0, the last one is 255. */
enum { SPARSEMED_MIN_BASE = 1, SPARSEMED_MAX_BASE = 255 - (SPARSEMED_THRESHOLDS - 1) };

/* What is known of the window of a group of pixels: the counts of values from base + j on. The bytes of a count, the
 * lowest first, are apart, so that all arithmetic is on bytes; a window uses as many planes of them as it needs. */
struct sparsemed_group_state {
    uint8_t base[SPARSEMED_GROUP]; /* SPARSEMED_MIN_BASE .. SPARSEMED_MAX_BASE */
    uint8_t count[SPARSEMED_PLANES][SPARSEMED_THRESHOLDS][SPARSEMED_GROUP];
} __attribute__((aligned(SPARSEMED_GROUP)));

/* The values that the medians of a group can have, while they are searched. */
struct sparsemed_group_range {
    uint8_t low[SPARSEMED_GROUP], high[SPARSEMED_GROUP];
} __attribute__((aligned(SPARSEMED_GROUP)));

/* Some frames: [n_frames] pointers, borrowed. */
struct sparsemed_frame_list {
    const uint8_t *const *frames;
    size_t n_frames;
};

struct sparsemed_median_kernels {
    /* Count frames that leave a window and frames that come into it, for neighbouring groups.
     *
     * first      pixel of the first group; the frames must have n_groups * SPARSEMED_GROUP from there on
     * n_planes   of the counts
     * states     [n_groups] */
    void (*count)(const struct sparsemed_frame_list *leaving, const struct sparsemed_frame_list *entering, size_t first,
                  size_t n_groups, int n_planes, struct sparsemed_group_state *states);

    /* Medians of a window that has been counted, up to a group of which one lies outside of the thresholds.
     *
     * states     [n_groups]
     * n_frames   in the window
     * medians    [n_groups * SPARSEMED_GROUP]; receives the results. Those of the group at which it stops may be wrong
     *
     * Returns how many groups have theirs. */
    size_t (*resolve)(const struct sparsemed_group_state *states, size_t n_groups, size_t n_frames, int n_planes,
                      uint8_t *medians);

    /* Lay the thresholds anew, around the medians that are known, and for those that lie outside up to so many grey
     * values into the range that is left for them, after narrowing it. The counts are to be taken anew. */
    void (*shift)(struct sparsemed_group_state *state, size_t n_frames, int n_planes, unsigned leap,
                  struct sparsemed_group_range *range);
};

extern const struct sparsemed_median_kernels sparsemed_median_portable;
#if SPARSEMED_X86_KERNELS
extern const struct sparsemed_median_kernels sparsemed_median_avx2, sparsemed_median_avx512bw;
#elif SPARSEMED_ARM64_KERNELS
extern const struct sparsemed_median_kernels sparsemed_median_neon;
#endif

#endif
