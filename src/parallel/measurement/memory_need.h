/* How much memory a measurement takes, before any of it is taken. */
#ifndef PARALLEL_MEASUREMENT_MEMORY_NEED_H
#define PARALLEL_MEASUREMENT_MEMORY_NEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sparsemed/status.h"

/* What it depends on. */
struct sm_memory_task {
    uint64_t n_frames;
    size_t height, width, slab_frames; /* as of the stack */
    uint64_t kernel_size;              /* as it was asked for */
    uint64_t n_steps;                  /* split points; 0 where they are not known yet, which makes it less */
    bool offset, frame_images;         /* see sm_job */
};

/* About the most bytes that a rank takes, the program itself with MPI and HDF5 included. That is the first one, which
 * holds what is known of all frames and split points; the window is held by all. Logs and tables, which the first rank
 * takes over, come on top.
 *
 * n_ranks   that work on it together, 1 or more; the more, the less it is */
uint64_t sm_memory_need(const struct sm_memory_task *task, size_t n_ranks);

/* Refuse what takes more than a rank may take.
 *
 * allowed   bytes; 0 or UINT64_MAX: any
 * path      of the measurement, for the message
 *
 * SPARSEMED_TOO_LARGE: it does; the message tells how much, and what would help. */
enum sparsemed_status sm_memory_check(const struct sm_memory_task *task, size_t n_ranks, uint64_t allowed,
                                      const char *path, struct sparsemed_error *error);

#endif
