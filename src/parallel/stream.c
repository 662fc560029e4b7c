/* The one pass over the frames: every slab is decoded once, and feeds the medians and the sums for the offsets. */
#include <stdlib.h>
#include <time.h>

#include "parallel/run.h"
#include "parallel/vote.h"
#include "sparsemed/cleansing.h"
#include "sparsemed/offset.h"

/* The latest slabs: as many as one window can touch, and the frames that the window before it had and it has not, where
 * it moves on over overlapping frames. */
struct ring {
    size_t slab_frames, image_bytes;
    size_t n_slots;
    uint8_t *slots;         /* [n_slots][slab_frames][image_bytes] */
    const uint8_t **frames; /* [n_moved + kernel_size], of the window, and before it those that it left behind */
};

/* Frames by which a window moves on where counting those that come and go is less work than counting it anew; 0 where
 * it is not, as for the first window. */
static size_t moved_on(const struct sm_run *run, size_t window) {
    uint64_t moved = window > 0 ? run->window_start[window] - run->window_start[window - 1] : 0;
    return sm_moving_median_pays(moved, run->plan.kernel_size) ? moved : 0;
}

/* The most frames by which a window of this rank moves on. */
static size_t farthest_move(const struct sm_run *run) {
    size_t farthest = 0;
    for (size_t i = 0; i < run->shares[run->rank].n_windows; i++) {
        size_t moved = moved_on(run, i);
        farthest = moved > farthest ? moved : farthest;
    }
    return farthest;
}

static enum sm_status ring_open(struct ring *ring, const struct sm_run *run, struct sm_error *error) {
    const struct sm_stack *stack = &run->input.stack;
    size_t n_frames = run->plan.kernel_size + farthest_move(run);
    *ring = (struct ring){
        .slab_frames = stack->slab_frames,
        .image_bytes = stack->height * stack->width,
        .n_slots = (n_frames + stack->slab_frames - 2) / stack->slab_frames + 1,
    };
    size_t slot_bytes;
    if (!__builtin_mul_overflow(ring->slab_frames, ring->image_bytes, &slot_bytes)) {
        ring->slots = calloc(ring->n_slots, slot_bytes);
    }
    ring->frames = malloc(n_frames * sizeof *ring->frames);
    return ring->slots && ring->frames ? SM_OK : sm_fail_memory(error, "making room for the frames of a window");
}

static void ring_close(struct ring *ring) {
    free(ring->slots);
    free(ring->frames);
}

static uint8_t *ring_slot(const struct ring *ring, uint64_t slab) {
    return ring->slots + slab % ring->n_slots * ring->slab_frames * ring->image_bytes;
}

static const uint8_t *ring_frame(const struct ring *ring, uint64_t frame) {
    return ring_slot(ring, frame / ring->slab_frames) + frame % ring->slab_frames * ring->image_bytes;
}

static uint64_t slab_end(const struct sm_stack *stack, uint64_t slab) {
    uint64_t end = (slab + 1) * stack->slab_frames;
    return end < stack->n_frames ? end : stack->n_frames;
}

/* Compute the image of one window whose frames are all in the ring, and what is kept of it.
 *
 * image   the previous one on entry */
static enum sm_status make_image(struct sm_run *run, struct ring *ring, struct sm_moving_median *median, size_t window,
                                 uint8_t *image, struct sm_error *error) {
    size_t height = run->input.stack.height, width = run->input.stack.width, moved = moved_on(run, window);
    for (size_t i = 0; i < moved + run->plan.kernel_size; i++) {
        ring->frames[i] = ring_frame(ring, run->window_start[window] - moved + i);
    }
    if (moved > 0) {
        sm_moving_median_move(median, ring->frames, moved, ring->frames + moved, image);
    } else {
        sm_moving_median_start(median, ring->frames, image);
    }
    sm_profile(image, height, width, run->profile + window * height);
    run->image_sum[window] = sm_top_sum(image, height, width);
    return sm_image_store_add(&run->images, image, error);
}

static void sum_frames(struct sm_run *run, const struct ring *ring, uint64_t slab) {
    uint64_t first_own;
    sm_own_frames(run, &first_own);
    for (uint64_t frame = slab * ring->slab_frames; frame < slab_end(&run->input.stack, slab); frame++) {
        run->frame_sum[frame - first_own] =
            sm_top_sum(ring_frame(ring, frame), run->input.stack.height, run->input.stack.width);
    }
}

/* Pass over the slabs of the share, and on through those that its last window reaches into. */
static enum sm_status pass(struct sm_run *run, struct ring *ring, struct sm_moving_median *median, uint8_t *image,
                           struct sm_progress *progress, struct sm_error *error) {
    const struct sm_share *share = &run->shares[run->rank];
    size_t next = 0; /* window */
    for (uint64_t slab = share->first_slab; slab < share->end_slab || next < share->n_windows; slab++) {
        bool own = slab < share->end_slab;
        uint64_t end = slab_end(&run->input.stack, slab);
        bool needed = next < share->n_windows && run->window_start[next] < end;
        if ((needed || (own && run->plan.offset)) &&
            sm_stack_read(&run->input.stack, slab, ring_slot(ring, slab), error) != SM_OK) {
            return error->status;
        }
        if (own && run->plan.offset) {
            sum_frames(run, ring, slab);
        }
        for (; next < share->n_windows && run->window_start[next] + run->plan.kernel_size <= end; next++) {
            if (make_image(run, ring, median, next, image, error) != SM_OK) {
                return error->status;
            }
        }
        if (own) {
            sm_progress_add(progress, end - slab * ring->slab_frames);
        }
        if (sm_attend(run, error) != SM_OK) {
            return error->status;
        }
    }
    return SM_OK;
}

static enum sm_status allocate(struct sm_run *run, struct sm_error *error) {
    uint64_t first, n_frames = sm_own_frames(run, &first);
    size_t n_windows = run->shares[run->rank].n_windows;
    run->frame_sum = malloc((run->plan.offset ? n_frames : 0) * sizeof *run->frame_sum + 1);
    run->image_sum = malloc(n_windows * sizeof *run->image_sum + 1);
    run->profile = malloc(n_windows * run->input.stack.height + 1);
    if (!run->frame_sum || !run->image_sum || !run->profile) {
        return sm_fail_memory(error, "preparing to stream");
    }
    return SM_OK;
}

/* This rank's part. Local but for the progress. */
static enum sm_status stream_alone(struct sm_run *run, struct sm_progress *progress, struct sm_error *error) {
    size_t image_bytes = run->input.stack.height * run->input.stack.width;
    enum sm_instruction_set set;
    struct sm_moving_median *median = NULL;
    struct ring ring = {0};
    uint8_t *image = calloc(image_bytes, 1);
    sm_image_store_open(&run->images, image_bytes, run->plan.output);
    if (!image) {
        sm_fail_memory(error, "preparing to stream");
    } else if (sm_instruction_set_choose(&set, error) == SM_OK && allocate(run, error) == SM_OK &&
               ring_open(&ring, run, error) == SM_OK &&
               sm_moving_median_create(run->plan.kernel_size, image_bytes, set, &median, error) == SM_OK) {
        pass(run, &ring, median, image, progress, error);
    }
    sm_moving_median_free(median);
    ring_close(&ring);
    free(image);
    return error->status;
}

/* Wait until all ranks have come here, and attend to the progress and to what the job asks for meanwhile. */
static void wait_for_others(const struct sm_run *run, struct sm_progress *progress) {
    MPI_Request barrier;
    int all_here = 0;
    MPI_Ibarrier(run->comm, &barrier);
    for (MPI_Test(&barrier, &all_here, MPI_STATUS_IGNORE); !all_here;
         MPI_Test(&barrier, &all_here, MPI_STATUS_IGNORE)) {
        const struct timespec moment = {0, 100000};
        nanosleep(&moment, NULL);
        sm_progress_add(progress, 0);
        run->job->attend(run->job->attend_data);
    }
}

enum sm_status sm_stream(struct sm_run *run, struct sm_error *error) {
    struct sm_progress progress;
    sm_progress_start(&progress, run->comm, run->job->progress, SM_PROGRESS_FRAMES, run->plan.n_frames);
    double begin = MPI_Wtime();
    stream_alone(run, &progress, error);
    run->worked = MPI_Wtime() - begin;
    if (run->job->attend) {
        wait_for_others(run, &progress);
    }
    sm_progress_finish(&progress);
    return sm_vote(run->comm, error);
}
