/* The inner loops of the median, of which there is one set an instruction set.
 *
 * The median of rank n / 2 (from 0) is at least t where at least n - n / 2 values are. Every loop counts, for a vector
 * of pixels at once, the values from four consecutive thresholds on, which brackets medians within three grey values;
 * where one lies outside, its thresholds are moved. */
#ifndef CORE_MEDIAN_KERNEL_H
#define CORE_MEDIAN_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sparsemed/median.h"

/* Pixels are handled in groups of so many. */
enum { SM_GROUP = 64, SM_THRESHOLDS = 4 };

/* Most frames of a window that is counted: counts have 16 bits. */
enum { SM_MAX_COUNTED = 65535 };

/* What is known of the window of a group of pixels: the counts of values from base + j on, their lower and upper eight
 * bits apart, so that all arithmetic is on bytes. */
struct sm_group_state {
    uint8_t base[SM_GROUP];
    uint8_t low[SM_THRESHOLDS][SM_GROUP], high[SM_THRESHOLDS][SM_GROUP];
} __attribute__((aligned(SM_GROUP)));

/* A column is what the frames of a window have at one group of pixels: [n_frames][SM_GROUP], aligned to SM_GROUP. */
struct sm_median_kernels {
    /* Begin to count an empty window.
     *
     * guess   [SM_GROUP], aligned to it; the thresholds are laid around it */
    void (*start)(const uint8_t *guess, struct sm_group_state *state);

    /* Count frames that come into a window, or leave it.
     *
     * frames   [n_frames] pointers
     * first    of the pixels; the frames must have SM_GROUP from there on */
    void (*count)(const uint8_t *const *frames, size_t n_frames, size_t first, bool leaving,
                  struct sm_group_state *state);

    /* Medians of a window that has been counted.
     *
     * n_frames   in the window, 1 .. SM_MAX_COUNTED
     * median     [SM_GROUP], aligned to it; receives the result
     *
     * Returns false where a median lies outside of the thresholds: find it then. */
    bool (*resolve)(const struct sm_group_state *state, size_t n_frames, uint8_t *median);

    /* Copy a column out of frames; arguments as of count. */
    void (*gather)(const uint8_t *const *frames, size_t n_frames, size_t first, uint8_t *column);

    /* Medians of a column.
     *
     * n_frames   1 .. 2^31 - 1
     * median     [SM_GROUP], aligned to it; on entry a guess, on return the result
     * state      receives the counts; NULL: they are not wanted; n_frames <= SM_MAX_COUNTED otherwise */
    void (*find)(const uint8_t *column, size_t n_frames, uint8_t *median, struct sm_group_state *state);
};

extern const struct sm_median_kernels sm_median_portable;
#if SM_X86_KERNELS
extern const struct sm_median_kernels sm_median_avx2, sm_median_avx512bw;
#endif

/* The kernels of an instruction set. */
const struct sm_median_kernels *sm_median_kernels_of(enum sm_instruction_set set);

#endif
