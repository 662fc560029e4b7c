/* A rank reads the slabs of its share in order, and on through those that its last window reaches into. The latest
 * slabs are kept in a ring that is as large as a window can need. A window moves on by the frames that leave and enter
 * it, and they are counted while they are in the cache, so that the median is nearly done when its last frame is there.
 */
#include "parallel/measurement/stream.h"

#include <assert.h>
#include <stdlib.h>

#include "core/numbers.h"
#include "parallel/headway.h"
#include "parallel/vote.h"
#include "sparsemed/cleansing.h"
#include "sparsemed/moving_median.h"
#include "sparsemed/offset.h"

/* Frames that are counted at a time, at least: the counts of all pixels pass through the cache every time. */
enum { FEW_FRAMES = 32 };

/* The latest slabs: as many as one window can touch. */
struct ring {
    const struct sm_stack *stack;
    size_t image_bytes;
    size_t n_slots;
    uint8_t *slots;         /* [n_slots][slab_frames][image_bytes] */
    const uint8_t **frames; /* [2 * kernel_size], to list frames in */
};

/* The window of which the image is made next, as far as its frames have been counted. */
struct window {
    size_t index;        /* among the own ones */
    uint64_t first, end; /* frames that are counted */
    struct sparsemed_moving_median *median;
    uint8_t *image;    /* the latest one */
    double brightness; /* its */
};

/* What a rank needs while it passes over its share. */
struct pass {
    const struct sm_team *team;
    struct sm_plan *plan;
    const struct sm_share *share;
    struct sm_stack *stack;
    bool offset;
    struct sm_series *series;
    struct ring ring;
    struct window window;
    struct sm_progress *progress;
};

static enum sparsemed_status ring_open(struct ring *ring, const struct sm_stack *stack, uint64_t kernel_size,
                                       struct sparsemed_error *error) {
    *ring = (struct ring){
        .stack = stack,
        .image_bytes = stack->height * stack->width,
        .n_slots = sm_divide_up(kernel_size - 1, stack->slab_frames) + 1,
    };
    size_t slot_bytes;
    if (!__builtin_mul_overflow(stack->slab_frames, ring->image_bytes, &slot_bytes)) {
        ring->slots = calloc(ring->n_slots, slot_bytes);
    }
    ring->frames = malloc(2 * kernel_size * sizeof *ring->frames);
    return ring->slots && ring->frames ? SPARSEMED_OK
                                       : sparsemed_fail_memory(error, "making room for the frames of a window");
}

static void ring_close(struct ring *ring) {
    free(ring->slots);
    free(ring->frames);
}

static uint8_t *ring_slot(const struct ring *ring, uint64_t slab) {
    return ring->slots + slab % ring->n_slots * ring->stack->slab_frames * ring->image_bytes;
}

static const uint8_t *ring_frame(const struct ring *ring, uint64_t frame) {
    return ring_slot(ring, sm_stack_slab(ring->stack, frame)) + sm_stack_place(ring->stack, frame) * ring->image_bytes;
}

/* List some frames. */
static void ring_list(const struct ring *ring, uint64_t first, uint64_t n_frames, const uint8_t **frames) {
    for (uint64_t i = 0; i < n_frames; i++) {
        frames[i] = ring_frame(ring, first + i);
    }
}

/* Make the window one of the frames from first to end, by letting frames leave or, where that is less work, by counting
 * those that stay anew. All of them are in the ring. As long as there is no image, a frame is the best guess. */
static void move_window(struct window *window, const struct ring *ring, uint64_t first, uint64_t end) {
    uint64_t n_kept = window->end > first ? window->end - first : 0;
    uint64_t n_leaving = window->end - window->first - n_kept;
    if (window->end == 0 || !sparsemed_moving_median_pays(n_leaving, n_kept)) {
        sparsemed_moving_median_start(window->median, window->end == 0 ? ring_frame(ring, first) : window->image);
        n_leaving = n_kept = 0;
    }
    uint64_t n_entering = end - first - n_kept;
    ring_list(ring, window->first, n_leaving, ring->frames);
    ring_list(ring, end - n_entering, n_entering, ring->frames + n_leaving);
    sparsemed_moving_median_move(window->median, ring->frames, n_leaving, ring->frames + n_leaving, n_entering);
    window->first = first;
    window->end = end;
}

/* Compute the image of the window, which is complete, and what is kept of it. */
static enum sparsemed_status make_image(struct pass *pass, struct sparsemed_error *error) {
    struct sm_series *series = pass->series;
    struct window *window = &pass->window;
    const struct ring *ring = &pass->ring;
    size_t height = pass->stack->height, width = pass->stack->width;
    ring_list(ring, window->first, pass->plan->kernel_size, ring->frames);
    sparsemed_moving_median_image(window->median, ring->frames, pass->plan->kernel_size, window->image);
    sparsemed_profile(window->image, height, width, series->profile + window->index * height);
    series->image_sum[window->index] = sparsemed_top_sum(window->image, height, width);
    window->brightness = sparsemed_brightness(window->image, height * width, window->brightness);
    series->impressions[window->index] = (struct sparsemed_impression){
        .brightness = window->brightness,
        .activity = sparsemed_activity(ring->frames, pass->plan->kernel_size, window->image, height, width),
    };
    return sm_image_store_add(&series->images, window->image, error);
}

/* Count the frames before the given one, as soon as they are there, and make the images of the windows they complete.
 */
static enum sparsemed_status make_images(struct pass *pass, uint64_t end, struct sparsemed_error *error) {
    struct window *window = &pass->window;
    for (; window->index < pass->share->n_windows; window->index++) {
        uint64_t first = pass->plan->window_start[window->index], window_end = first + pass->plan->kernel_size;
        bool due = window->first != first || window_end <= end || window->end + FEW_FRAMES <= end;
        if (first < end && due) { /* what leaves must do so while it is in the ring */
            move_window(window, &pass->ring, first, sm_min(window_end, end));
        }
        if (window_end > end) {
            break;
        }
        if (make_image(pass, error) != SPARSEMED_OK) {
            return error->status;
        }
    }
    return SPARSEMED_OK;
}

static void sum_frames(struct pass *pass, uint64_t first, uint64_t end) {
    struct sm_frame_sums *sums = &pass->series->frame_sums;
    for (uint64_t frame = first; frame < end; frame++) {
        sums->sum[frame - sums->frames.first] =
            sparsemed_top_sum(ring_frame(&pass->ring, frame), pass->stack->height, pass->stack->width);
    }
}

/* Read a slab, where anything needs it, and do what can be done with its frames. */
static enum sparsemed_status pass_slab(struct pass *pass, uint64_t slab, struct sparsemed_error *error) {
    bool own = slab < pass->share->end_slab;
    uint64_t first = sm_stack_slab_first(pass->stack, slab), end = sm_stack_slab_first(pass->stack, slab + 1);
    bool in_window = pass->window.index < pass->share->n_windows && pass->plan->window_start[pass->window.index] < end;
    sm_headway("reading frames");
    if ((in_window || (own && pass->offset)) &&
        sm_stack_read(pass->stack, slab, ring_slot(&pass->ring, slab), error) != SPARSEMED_OK) {
        return error->status;
    }
    if (own && pass->offset) {
        sum_frames(pass, first, end);
    }
    if (make_images(pass, end, error) != SPARSEMED_OK) {
        return error->status;
    }
    if (own) {
        sm_progress_add(pass->progress, end - first);
        if (pass->team->job->count) {
            pass->team->job->count(end - first, pass->team->job->poll_data);
        }
    }
    return sm_team_poll(pass->team, error);
}

static enum sparsemed_status pass_slabs(struct pass *pass, struct sparsemed_error *error) {
    for (uint64_t slab = pass->share->first_slab;
         slab < pass->share->end_slab || pass->window.index < pass->share->n_windows; slab++) {
        if (pass_slab(pass, slab, error) != SPARSEMED_OK) {
            return error->status;
        }
    }
    return SPARSEMED_OK;
}

static enum sparsemed_status series_open(const struct pass *pass, struct sm_series *series,
                                         struct sparsemed_error *error) {
    const struct sm_share *share = pass->share;
    uint64_t n_frames = pass->offset ? share->frames.end - share->frames.first : 0;
    sm_image_store_open(&series->images, pass->stack->height * pass->stack->width, pass->plan->claim.path);
    series->frame_sums = (struct sm_frame_sums){
        .frames = {share->frames.first, share->frames.first + n_frames},
        .sum = malloc(n_frames * sizeof *series->frame_sums.sum + 1),
    };
    series->image_sum = malloc(share->n_windows * sizeof *series->image_sum + 1);
    series->profile = malloc(share->n_windows * pass->stack->height + 1);
    series->impressions = malloc(share->n_windows * sizeof *series->impressions + 1);
    if (!series->frame_sums.sum || !series->image_sum || !series->profile || !series->impressions) {
        return sparsemed_fail_memory(error, "preparing to stream");
    }
    return SPARSEMED_OK;
}

/* This rank's part. Local but for the progress. */
static enum sparsemed_status stream_alone(struct pass *pass, struct sparsemed_error *error) {
    uint64_t kernel_size = pass->plan->kernel_size;
    size_t image_bytes = pass->stack->height * pass->stack->width;
    enum sparsemed_instruction_set set;
    pass->window.image = calloc(image_bytes, 1);
    if (!pass->window.image) {
        sparsemed_fail_memory(error, "preparing to stream");
    } else if (sparsemed_instruction_set_choose(&set, error) == SPARSEMED_OK &&
               series_open(pass, pass->series, error) == SPARSEMED_OK &&
               ring_open(&pass->ring, pass->stack, kernel_size, error) == SPARSEMED_OK &&
               sparsemed_moving_median_create(kernel_size, image_bytes, set, &pass->window.median, error) ==
                   SPARSEMED_OK) {
        pass_slabs(pass, error);
    }
    sparsemed_moving_median_free(pass->window.median);
    ring_close(&pass->ring);
    free(pass->window.image);
    return error->status;
}

/* What a rank that has done its part does while others are at work. */
static void poll_while_waiting(void *data) {
    const struct pass *pass = data;
    const struct sm_job *job = pass->team->job;
    sm_progress_add(pass->progress, 0);
    job->poll(job->poll_data);
}

enum sparsemed_status sm_stream(const struct sm_team *team, struct sm_plan *plan, struct sm_series *series,
                                struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct sm_progress progress;
    struct pass pass = {
        .team = team,
        .plan = plan,
        .share = &plan->shares[team->rank],
        .stack = &plan->input.stack,
        .offset = plan->parameters.offset_correction,
        .series = series,
        .progress = &progress,
    };
    *series = SM_NO_SERIES;
    sm_progress_start(&progress, team->comm, team->job->progress, SM_PROGRESS_FRAMES, plan->n_frames);
    double begin = MPI_Wtime();
    stream_alone(&pass, error);
    series->worked = MPI_Wtime() - begin;
    sm_headway_wait("waiting for all");
    if (team->job->poll) {
        sm_wait_for_all(team->comm, poll_while_waiting, &pass);
    }
    sm_progress_finish(&progress);
    return sm_vote(team->comm, error);
}

void sm_series_free(struct sm_series *series) {
    sm_image_store_close(&series->images);
    free(series->impressions);
    free(series->profile);
    free(series->image_sum);
    free(series->frame_sums.sum);
    *series = SM_NO_SERIES;
}
