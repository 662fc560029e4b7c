/* Which frames each background image is the median of.
 *
 * Method: src/core/README.md, "Windows". */
#ifndef SPARSEMED_WINDOWS_H
#define SPARSEMED_WINDOWS_H

#include <stddef.h>
#include <stdint.h>

#include "sparsemed/status.h"
#include "sparsemed/time_axis.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The windows of a measurement. Split points between which no frame was taken share a window; each is listed once. */
struct sparsemed_windows {
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
 * windows       receives the windows; release with sparsemed_windows_free, also after a failure
 *
 * SPARSEMED_INPUT: too many split points. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sparsemed_windows_build(const struct sparsemed_time_axis *axis, int64_t kernel_size,
                                              double split_time, struct sparsemed_windows *windows,
                                              struct sparsemed_error *error);

/* Release what the windows hold; all zero is fine. */
void sparsemed_windows_free(struct sparsemed_windows *windows);

#ifdef __cplusplus
}
#endif

#endif
