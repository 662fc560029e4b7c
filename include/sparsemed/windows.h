/* Which frames each background image is the median of.
 *
 * Method: sparse median background of dcnum, section "window of a split point". */
#ifndef SPARSEMED_WINDOWS_H
#define SPARSEMED_WINDOWS_H

#include <stddef.h>
#include <stdint.h>

#include "sparsemed/status.h"
#include "sparsemed/time_axis.h"

/* The windows of a measurement. Split points between which no frame was taken share a window; each is listed once. */
struct sm_windows {
    size_t kernel_size;       /* frames in a window: the kernel size, clamped to the number of frames */
    size_t n_steps;           /* split points */
    size_t n_windows;         /* distinct windows, <= n_steps */
    size_t *start;            /* [n_windows], first frame of a window, strictly ascending */
    uint32_t *window_of_step; /* [n_steps], index into start */
};

/* Build the windows.
 *
 * kernel_size   frames, >= 1
 * split_time    seconds, > 0
 * windows       receives the windows; release with sm_windows_free, also after a failure
 *
 * SM_INPUT: too many split points. SM_INTERNAL: out of memory. */
enum sm_status sm_windows_build(const struct sm_time_axis *axis, int64_t kernel_size, double split_time,
                                struct sm_windows *windows, struct sm_error *error);

/* Release what the windows hold; all zero is fine. */
void sm_windows_free(struct sm_windows *windows);

#endif
