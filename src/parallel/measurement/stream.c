/* The one pass over the frames: every slab is decoded once, and feeds the medians and the sums for the offsets. */
#include <stdlib.h>

#include "parallel/measurement/run.h"
#include "parallel/vote.h"
#include "sparsemed/cleansing.h"
#include "sparsemed/offset.h"

/* Frames that are counted at a time, at least: the counts of all pixels pass through the cache every time. */
enum { FEW_FRAMES = 32 };

/* The latest slabs: as many as one window can touch. */
struct ring {
    size_t slab_frames, image_bytes;
    size_t n_slots;
    uint8_t *slots;         /* [n_slots][slab_frames][image_bytes] */
    const uint8_t **frames; /* [2 * kernel_size], to list frames in */
};

/* The window of which the image is made next, as far as its frames have been counted. */
struct window {
    size_t index;        /* among the own ones */
    uint64_t first, end; /* frames that are counted */
    struct sparsemed_moving_median *median;
    uint8_t *image; /* the latest one */
};

static enum sparsemed_status ring_open(struct ring *ring, const struct sm_run *run, struct sparsemed_error *error) {
    const struct sm_stack *stack = &run->input.stack;
    *ring = (struct ring){
        .slab_frames = stack->slab_frames,
        .image_bytes = stack->height * stack->width,
        .n_slots = (run->plan.kernel_size + stack->slab_frames - 2) / stack->slab_frames + 1,
    };
    size_t slot_bytes;
    if (!__builtin_mul_overflow(ring->slab_frames, ring->image_bytes, &slot_bytes)) {
        ring->slots = calloc(ring->n_slots, slot_bytes);
    }
    ring->frames = malloc(2 * run->plan.kernel_size * sizeof *ring->frames);
    return ring->slots && ring->frames ? SPARSEMED_OK
                                       : sparsemed_fail_memory(error, "making room for the frames of a window");
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

/* List some frames. */
static void ring_list(const struct ring *ring, uint64_t first, uint64_t n_frames, const uint8_t **frames) {
    for (uint64_t i = 0; i < n_frames; i++) {
        frames[i] = ring_frame(ring, first + i);
    }
}

static uint64_t slab_end(const struct sm_stack *stack, uint64_t slab) {
    return sm_min((slab + 1) * stack->slab_frames, stack->n_frames);
}

/* Make the window one of the frames from first to end, by letting frames leave or, where that is less work, by counting
 * those that stay anew. All of them are in the ring. As long as there is no image, a frame is the best guess. */
static void move_window(struct window *window, const struct ring *ring, uint64_t first, uint64_t end) {
    uint64_t n_kept = window->end > first ? window->end - first : 0;
    uint64_t n_left = window->end - window->first - n_kept;
    if (window->end == 0 || !sparsemed_moving_median_pays(n_left, n_kept)) {
        sparsemed_moving_median_start(window->median, window->end == 0 ? ring_frame(ring, first) : window->image);
        n_left = n_kept = 0;
    }
    uint64_t n_came = end - first - n_kept;
    ring_list(ring, window->first, n_left, ring->frames);
    ring_list(ring, end - n_came, n_came, ring->frames + n_left);
    sparsemed_moving_median_move(window->median, ring->frames, n_left, ring->frames + n_left, n_came);
    window->first = first;
    window->end = end;
}

/* Compute the image of a window that is complete, and what is kept of it. */
static enum sparsemed_status make_image(struct sm_run *run, const struct window *window, const struct ring *ring,
                                        struct sparsemed_error *error) {
    size_t height = run->input.stack.height, width = run->input.stack.width;
    ring_list(ring, window->first, run->plan.kernel_size, ring->frames);
    sparsemed_moving_median_image(window->median, ring->frames, run->plan.kernel_size, window->image);
    sparsemed_profile(window->image, height, width, run->profile + window->index * height);
    run->image_sum[window->index] = sparsemed_top_sum(window->image, height, width);
    return sm_image_store_add(&run->images, window->image, error);
}

/* Count the frames before the given one, as soon as they are there, and make the images of the windows they complete.
 */
static enum sparsemed_status make_images(struct sm_run *run, struct window *window, const struct ring *ring,
                                         uint64_t end, struct sparsemed_error *error) {
    for (; window->index < run->shares[run->rank].n_windows; window->index++) {
        uint64_t first = run->window_start[window->index], window_end = first + run->plan.kernel_size;
        bool due = window->first != first || window_end <= end || window->end + FEW_FRAMES <= end;
        if (first < end && due) { /* what leaves must do so while it is in the ring */
            move_window(window, ring, first, sm_min(window_end, end));
        }
        if (window_end > end) {
            break;
        }
        if (make_image(run, window, ring, error) != SPARSEMED_OK) {
            return error->status;
        }
    }
    return SPARSEMED_OK;
}

static void sum_frames(struct sm_run *run, const struct ring *ring, uint64_t slab) {
    uint64_t first_own;
    sm_frames_of(run, run->rank, &first_own);
    for (uint64_t frame = slab * ring->slab_frames; frame < slab_end(&run->input.stack, slab); frame++) {
        run->frame_sum[frame - first_own] =
            sparsemed_top_sum(ring_frame(ring, frame), run->input.stack.height, run->input.stack.width);
    }
}

/* Pass over the slabs of the share, and on through those that its last window reaches into. */
static enum sparsemed_status pass(struct sm_run *run, const struct ring *ring, struct window *window,
                                  struct sm_progress *progress, struct sparsemed_error *error) {
    const struct sm_share *share = &run->shares[run->rank];
    for (uint64_t slab = share->first_slab; slab < share->end_slab || window->index < share->n_windows; slab++) {
        bool own = slab < share->end_slab;
        uint64_t end = slab_end(&run->input.stack, slab);
        bool needed = window->index < share->n_windows && run->window_start[window->index] < end;
        if ((needed || (own && run->plan.offset)) &&
            sm_stack_read(&run->input.stack, slab, ring_slot(ring, slab), error) != SPARSEMED_OK) {
            return error->status;
        }
        if (own && run->plan.offset) {
            sum_frames(run, ring, slab);
        }
        if (make_images(run, window, ring, end, error) != SPARSEMED_OK) {
            return error->status;
        }
        if (own) {
            sm_progress_add(progress, end - slab * ring->slab_frames);
        }
        if (sm_attend(run, error) != SPARSEMED_OK) {
            return error->status;
        }
    }
    return SPARSEMED_OK;
}

static enum sparsemed_status allocate(struct sm_run *run, struct sparsemed_error *error) {
    uint64_t first, n_frames = sm_frames_of(run, run->rank, &first);
    size_t n_windows = run->shares[run->rank].n_windows;
    run->frame_sum = malloc((run->plan.offset ? n_frames : 0) * sizeof *run->frame_sum + 1);
    run->image_sum = malloc(n_windows * sizeof *run->image_sum + 1);
    run->profile = malloc(n_windows * run->input.stack.height + 1);
    if (!run->frame_sum || !run->image_sum || !run->profile) {
        return sparsemed_fail_memory(error, "preparing to stream");
    }
    return SPARSEMED_OK;
}

/* This rank's part. Local but for the progress. */
static enum sparsemed_status stream_alone(struct sm_run *run, struct sm_progress *progress,
                                          struct sparsemed_error *error) {
    size_t image_bytes = run->input.stack.height * run->input.stack.width;
    enum sparsemed_instruction_set set;
    struct ring ring = {0};
    struct window window = {.image = calloc(image_bytes, 1)};
    sm_image_store_open(&run->images, image_bytes, run->plan.output);
    if (!window.image) {
        sparsemed_fail_memory(error, "preparing to stream");
    } else if (sparsemed_instruction_set_choose(&set, error) == SPARSEMED_OK && allocate(run, error) == SPARSEMED_OK &&
               ring_open(&ring, run, error) == SPARSEMED_OK &&
               sparsemed_moving_median_create(run->plan.kernel_size, image_bytes, set, &window.median, error) ==
                   SPARSEMED_OK) {
        pass(run, &ring, &window, progress, error);
    }
    sparsemed_moving_median_free(window.median);
    ring_close(&ring);
    free(window.image);
    return error->status;
}

/* What a rank that has done its part attends to while others are at work. */
struct waiting {
    const struct sm_job *job;
    struct sm_progress *progress;
};

static void attend(void *data) {
    const struct waiting *waiting = data;
    sm_progress_add(waiting->progress, 0);
    waiting->job->attend(waiting->job->attend_data);
}

enum sparsemed_status sm_stream(struct sm_run *run, struct sparsemed_error *error) {
    struct sm_progress progress;
    sm_progress_start(&progress, run->comm, run->job->progress, SM_PROGRESS_FRAMES, run->plan.n_frames);
    double begin = MPI_Wtime();
    stream_alone(run, &progress, error);
    run->worked = MPI_Wtime() - begin;
    if (run->job->attend) {
        struct waiting waiting = {run->job, &progress};
        sm_wait_for_all(run->comm, attend, &waiting);
    }
    sm_progress_finish(&progress);
    return sm_vote(run->comm, error);
}
