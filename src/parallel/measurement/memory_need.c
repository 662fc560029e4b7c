/* The sum of what each phase holds at a time. Phases follow each other, and what is large is given back at once, so the
 * one that takes most counts. Bytes in comments are those of a frame (F), a window (W: at most one a split point) and
 * an image (I). */
#include "parallel/measurement/memory_need.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "core/numbers.h"
#include "rtdc/files/memory_file.h"
#include "rtdc/layout.h"
#include "rtdc/outputs/output.h"

/* What the program, MPI and HDF5 take by themselves, in bytes. */
static const double base_bytes = 36 << 20;

static const double mega = 1e6;

/* In bytes; doubles do not overflow, whatever a file claims. */
struct sizes {
    double frames, steps, image, slab; /* numbers of the first two */
    double own_frames, own_steps;      /* of a rank */
    double height;
    bool alone; /* one rank */
};

static struct sizes sizes_of(const struct sm_memory_task *task, size_t n_ranks) {
    double image = (double)task->height * (double)task->width;
    return (struct sizes){
        .frames = (double)task->n_frames,
        .steps = (double)task->n_steps,
        .image = image,
        .slab = image * (double)sm_min(task->slab_frames, task->n_frames),
        .own_frames = (double)task->n_frames / (double)n_ranks,
        .own_steps = (double)task->n_steps / (double)n_ranks,
        .height = (double)task->height,
        .alone = n_ranks == 1,
    };
}

/* Plan: the time stamps as they are stored and as they count (16 F); windows while they are sorted and sent (28 W); a
 * slab, where it looks for flicker. */
static double of_plan(const struct sizes *sizes) {
    return 16 * sizes->frames + 28 * sizes->steps + sizes->slab;
}

/* What is there from the plan to the end: the time stamps (8 F) and windows (12 W); what the rank has made: sums of its
 * frames (4 F), of each of its windows a profile, a sum and an impression (height + 20 W), and the images that are kept
 * in memory. */
static double of_results(const struct sizes *sizes, bool offset) {
    const double store = 1 << 20;
    return 8 * sizes->frames + 12 * sizes->steps + (offset ? 4 : 0) * sizes->own_frames +
           (sizes->height + 20) * sizes->own_steps + fmin(store, sizes->own_steps * sizes->image);
}

/* Stream: the ring of slabs that a window can touch, and what leads to its frames (16 of each in the window); a slab as
 * it is stored; the counts of the median (17 I), the image, and one on its way. */
static double of_stream(const struct sm_memory_task *task, const struct sizes *sizes) {
    uint64_t kernel_size = sm_min(task->kernel_size, task->n_frames);
    uint64_t n_slabs =
        sm_min(sm_divide_up(kernel_size - 1, task->slab_frames) + 1, sm_divide_up(task->n_frames, task->slab_frames));
    return ((double)n_slabs + 1) * sizes->slab + 16 * (double)kernel_size + 19 * sizes->image;
}

/* Select: of all windows a profile, a sum and an impression; cleansing, its work, and the figures of the quality (50
 * W); the table of split points (48 W); kept images, their sums and runs of frames (24 W); the map of the frames (4 F).
 */
static double of_selection(const struct sizes *sizes) {
    return (sizes->height + 20 + 50 + 48 + 24) * sizes->steps + 4 * sizes->frames;
}

/* Write: what selection leaves (cleansing, table, runs: 90 W); the sums of the frames once more, on their way to who
 * writes them (4 F); a round of images, once more on their way, and a chunk within HDF5, as it is and encoded; map and
 * offsets of a round. With an image a frame: a chunk, its images, one encoded, and what two ranks have made. A small
 * output of one rank is kept in memory, twice as it is read back. */
static double of_writing(const struct sm_memory_task *task, const struct sizes *sizes) {
    const double features = 16.0 * 32 * SM_FEATURE_CHUNK, bundle = 4 << 20;
    double chunk = sizes->image * (double)sm_output_chunk_images(task->height, task->width);
    double round = fmin(fmax(chunk, SM_IMAGE_CHUNK_BYTES), fmax(chunk, sizes->steps * sizes->image));
    double images = task->frame_images ? 3 * chunk + 2 * (chunk + bundle) : 2 * round + 2 * chunk;
    double kept = sizes->alone ? 2 * fmin(SM_MEMORY_FILE_MOST, 12 * sizes->frames + sizes->steps * sizes->image) : 0;
    return kept + 90 * sizes->steps + (task->offset ? 4 : 0) * sizes->own_frames + features + images;
}

uint64_t sm_memory_need(const struct sm_memory_task *task, size_t n_ranks) {
    assert(n_ranks >= 1 && task->slab_frames >= 1 && task->kernel_size >= 1 && task->n_frames >= 1);
    const struct sizes sizes = sizes_of(task, n_ranks);
    double later = fmax(fmax(of_stream(task, &sizes), of_selection(&sizes)), of_writing(task, &sizes));
    double most = base_bytes + fmax(of_plan(&sizes), of_results(&sizes, task->offset) + later);
    return most < (double)UINT64_MAX ? (uint64_t)most : UINT64_MAX;
}

/* ---- what would help ---- */

/* The least number of ranks at which it fits, or 0. */
static size_t find_ranks(const struct sm_memory_task *task, uint64_t allowed) {
    size_t low = 0, high = 1 << 20;
    if (sm_memory_need(task, high) > allowed) {
        return 0;
    }
    while (high - low > 1) { /* it fits at high, and not at low */
        size_t middle = low + (high - low) / 2;
        if (sm_memory_need(task, middle) > allowed) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return high;
}

/* The greatest kernel with which it fits, or 0. */
static uint64_t find_kernel_size(struct sm_memory_task task, size_t n_ranks, uint64_t allowed) {
    uint64_t low = 0, high = sm_min(task.kernel_size, task.n_frames);
    while (high - low > 1) { /* it does not fit at high */
        uint64_t middle = task.kernel_size = low + (high - low) / 2;
        if (sm_memory_need(&task, n_ranks) > allowed) {
            high = middle;
        } else {
            low = middle;
        }
    }
    return low;
}

enum sparsemed_status sm_memory_check(const struct sm_memory_task *task, size_t n_ranks, uint64_t allowed,
                                      const char *path, struct sparsemed_error *error) {
    uint64_t needed = sm_memory_need(task, n_ranks);
    if (allowed == 0 || needed <= allowed) {
        return SPARSEMED_OK;
    }
    char help[128] = "";
    size_t enough = find_ranks(task, allowed);
    uint64_t kernel_size = find_kernel_size(*task, n_ranks, allowed);
    if (enough > 0) {
        snprintf(help, sizeof help, "%zu ranks that may take as much would do, or ", enough);
    } else if (kernel_size > 0) {
        snprintf(help, sizeof help, "a kernel of %llu frames would do, or ", (unsigned long long)kernel_size);
    }
    return sparsemed_fail(error, SPARSEMED_TOO_LARGE,
                          "%s: needs about %.0f MB of memory a rank, at %zu of them, and one may take %.0f MB; %sfewer "
                          "ranks on a node, or a larger --max-memory",
                          path, ceil((double)needed / mega), n_ranks, floor((double)allowed / mega), help);
}
