/* Chunks of images of frames, whatever order the frames show the kept images in, and however far these are apart. */
#include "parallel/measurement/frame_chunks.h"

#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "rtdc/outputs/output.h"
#include "support/mpi_test.h"
#include "support/random.h"

enum { HEIGHT = 1 << 8, WIDTH = 1 << 9, IMAGE_BYTES = HEIGHT * WIDTH, CHUNK = 10, MOST_FRAMES = 1000 };

/* Kept image k is all one grey value. */
static uint8_t grey_of(uint64_t k) {
    return (uint8_t)(k * 7 + 3);
}

/* Which kept image each frame shows. */
struct order {
    uint64_t n_frames, n_kept;
    uint64_t image[MOST_FRAMES];
};

/* What the phases before have made of it: images of the last rank, and runs of frames. */
struct phases {
    struct path output; /* beside which the images are kept */
    struct sm_job job;
    struct sm_team team;
    struct sm_plan plan;
    struct sm_series series;
    struct sm_selection selection;
};

static void begin_phases(struct phases *made, const struct order *order) {
    *made = (struct phases){.output = scratch_path("x"), .plan = SM_NO_PLAN, .series = SM_NO_SERIES};
    made->team =
        (struct sm_team){.comm = MPI_COMM_WORLD, .rank = this_rank(), .n_ranks = count_ranks(), .job = &made->job};
    made->plan.shares = calloc((size_t)made->team.n_ranks, sizeof *made->plan.shares);
    made->plan.n_frames = order->n_frames;
    made->plan.input.stack.height = HEIGHT;
    made->plan.input.stack.width = WIDTH;
    sm_image_store_open(&made->series.images, IMAGE_BYTES, made->output.text);
    uint8_t *image = malloc(IMAGE_BYTES);
    for (uint64_t k = 0; k < order->n_kept && made->team.rank == made->team.n_ranks - 1; k++) {
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        memset(image, grey_of(k), IMAGE_BYTES);
        sm_image_store_add(&made->series.images, image, &error);
    }
    free(image);
    struct sm_selection *selection = &made->selection;
    selection->n_kept = order->n_kept;
    selection->kept_window = calloc(order->n_kept, sizeof *selection->kept_window);
    for (uint64_t k = 0; k < order->n_kept; k++) {
        selection->kept_window[k] = (uint32_t)k;
    }
    selection->attribution.run = calloc(order->n_frames, sizeof *selection->attribution.run);
    for (uint64_t frame = 0; frame < order->n_frames; frame++) {
        if (frame == 0 || order->image[frame] != order->image[frame - 1]) {
            selection->attribution.run[selection->attribution.n_runs++] =
                (struct sparsemed_frame_run){frame, order->image[frame]};
        }
    }
}

static void end_phases(struct phases *made) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    sm_selection_free(&made->selection);
    sm_series_free(&made->series);
    sm_plan_free(&made->plan, &ignored);
}

/* Whether a chunk, stored without compression, shows the images that it should, and zeros behind the last frame. */
static bool is_right(const struct order *order, const struct sm_chunk_row *row, uint64_t chunk) {
    bool right = row->raw_bytes == CHUNK * IMAGE_BYTES + 4;
    for (uint64_t i = 0; i < CHUNK && right; i++) {
        uint64_t frame = chunk * CHUNK + i;
        uint8_t grey = frame < order->n_frames ? grey_of(order->image[frame]) : 0;
        const uint8_t *image = row->bytes + i * IMAGE_BYTES;
        right = *image == grey && memcmp(image, image + 1, IMAGE_BYTES - 1) == 0;
    }
    return right;
}

/* Make all chunks. Returns whether every rank made what is its own, all together everything, and no more often than
 * told: chunks that are the same are made once.
 *
 * most_made   of a rank */
static bool makes(const struct order *order, uint64_t most_made) {
    struct phases made;
    struct sm_frame_chunks chunks;
    struct sm_chunk_row row;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    begin_phases(&made, order);
    bool right =
        sm_output_chunk_images(HEIGHT, WIDTH) == CHUNK &&
        sm_frame_chunks_open(&chunks, &made.team, &made.plan, &made.selection, &made.series, &error) == SPARSEMED_OK;
    uint64_t next = chunks.first, n_made = 0, n_all = chunks.end - chunks.first;
    while (sm_frame_chunks_bring(&chunks, &error)) {
        while (sm_frame_chunks_make(&chunks, &row, &error)) {
            for (uint64_t i = 0; i < row.n; i++) {
                right = right && is_right(order, &row, row.first + i);
            }
            right = right && row.first == next;
            next += row.n;
            n_made++;
        }
    }
    right = right && error.status == SPARSEMED_OK && next == chunks.end && n_made <= most_made;
    MPI_Allreduce(MPI_IN_PLACE, &n_all, 1, MPI_UINT64_T, MPI_SUM, MPI_COMM_WORLD);
    sm_frame_chunks_close(&chunks);
    end_phases(&made);
    return right && n_all == sm_divide_up(order->n_frames, CHUNK);
}

static void one_image_is_made_into_one_chunk(void **state) {
    (void)state;
    static struct order order = {.n_kept = 1};
    for (order.n_frames = 1; order.n_frames < 60; order.n_frames += 7) {
        assert_everywhere(makes(&order, order.n_frames % CHUNK ? 2 : 1));
    }
    order.n_frames = MOST_FRAMES;
    assert_everywhere(makes(&order, 1));
}

static void chunks_repeat_between_changes(void **state) {
    (void)state;
    static struct order order = {.n_frames = MOST_FRAMES, .n_kept = 5};
    for (uint64_t frame = 0; frame < order.n_frames; frame++) {
        order.image[frame] = frame / 203; /* changes within a chunk */
    }
    assert_everywhere(makes(&order, 9));
    for (uint64_t frame = 0; frame < order.n_frames; frame++) {
        order.image[frame] = frame / 200; /* and at its end */
    }
    assert_everywhere(makes(&order, 5));
}

/* More images in a chunk than fit on their way, all of them far apart. */
static void gaps_leave_images_without_frames(void **state) {
    (void)state;
    static struct order order = {.n_frames = 33, .n_kept = 100};
    for (uint64_t frame = 0; frame < order.n_frames; frame++) {
        order.image[frame] = frame * 3;
    }
    assert_everywhere(makes(&order, 4));
    for (uint64_t frame = 0; frame < order.n_frames; frame++) {
        order.image[frame] = frame < 15 ? 0 : 99;
    }
    assert_everywhere(makes(&order, 4));
}

static void frames_need_not_be_in_order(void **state) {
    (void)state;
    static struct order order = {.n_frames = 137, .n_kept = 40};
    struct rng rng = {1};
    for (uint64_t frame = 0; frame < order.n_frames; frame++) {
        order.image[frame] = frame < 60 ? rng_below(&rng, 40) : 39 - frame / 4;
    }
    assert_everywhere(makes(&order, 14));
}

/* Compressed, too, it is all the same to the others when one rank fails. */
static void an_unreadable_image_is_told_and_holds_nobody_up(void **state) {
    (void)state;
    static struct order order = {.n_frames = 50, .n_kept = 2};
    struct phases made;
    struct sm_frame_chunks chunks;
    struct sm_chunk_row row = {0};
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    begin_phases(&made, &order);
    bool last = made.team.rank == made.team.n_ranks - 1;
    made.series.images.n_in_memory = 0; /* the store now looks for a file that is not there */
    sm_frame_chunks_open(&chunks, &made.team, &made.plan, &made.selection, &made.series, &error);
    bool any = sm_frame_chunks_bring(&chunks, &error);
    bool right = any && (error.status == SPARSEMED_OUTPUT) == last;
    right = right && (!last || !sm_frame_chunks_make(&chunks, &row, &error));
    sm_frame_chunks_close(&chunks);
    end_phases(&made);
    assert_everywhere(right);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_image_is_made_into_one_chunk),
        cmocka_unit_test(chunks_repeat_between_changes),
        cmocka_unit_test(gaps_leave_images_without_frames),
        cmocka_unit_test(frames_need_not_be_in_order),
        cmocka_unit_test(an_unreadable_image_is_told_and_holds_nobody_up),
    };
    mpi_test_start(&argc, &argv);
    return mpi_test_finish(cmocka_run_group_tests(tests, mpi_scratch_create, mpi_scratch_remove));
}
