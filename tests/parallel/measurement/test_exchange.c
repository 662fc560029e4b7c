/* Images and sums travel from the ranks that made them to those that write them, whatever the order of the two. */
#include <stdlib.h>
#include <string.h>

#include "parallel/measurement/exchange.h"
#include "support/mpi_test.h"

enum { HEIGHT = 3, WIDTH = 7, IMAGE_BYTES = HEIGHT * WIDTH, WINDOWS_A_RANK = 11 };

static void draw_image(uint64_t window, uint8_t *image) {
    for (size_t i = 0; i < IMAGE_BYTES; i++) {
        image[i] = (uint8_t)(window * 31 + i * (window + 1));
    }
}

/* A run in which every rank but the second has made some images. */
static void set_up(struct sm_run *run, bool shuffled) {
    *run = (struct sm_run){.comm = MPI_COMM_WORLD, .rank = this_rank(), .n_ranks = count_ranks()};
    run->shares = calloc((size_t)run->n_ranks, sizeof *run->shares);
    uint64_t n_windows = 0;
    for (int rank = 0; rank < run->n_ranks; rank++) {
        run->shares[rank].first_window = n_windows;
        run->shares[rank].n_windows = rank == 1 ? 0 : WINDOWS_A_RANK;
        n_windows += run->shares[rank].n_windows;
    }
    sm_image_store_open(&run->images, IMAGE_BYTES, "/tmp/x");
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    for (uint64_t i = 0; i < run->shares[run->rank].n_windows; i++) {
        uint8_t image[IMAGE_BYTES];
        draw_image(run->shares[run->rank].first_window + i, image);
        sm_image_store_add(&run->images, image, &error);
    }
    run->n_kept = 2 * n_windows; /* every window is kept twice */
    run->kept_window = calloc(run->n_kept, sizeof *run->kept_window);
    for (uint64_t k = 0; k < run->n_kept; k++) {
        run->kept_window[k] = (uint32_t)(shuffled ? k * 7 % n_windows : k / 2);
    }
}

static void tear_down(struct sm_run *run) {
    sm_image_store_close(&run->images);
    free(run->kept_window);
    free(run->shares);
}

/* How the kept images are divided among the ranks. */
enum division { EVENLY, TO_LAST, PARTS };

static struct sm_range divide_images(const struct sm_run *run, enum division division, int rank) {
    uint64_t n = run->n_kept, n_ranks = (uint64_t)run->n_ranks, number = (uint64_t)rank;
    switch (division) {
    case EVENLY:
        return (struct sm_range){n * number / n_ranks, n * (number + 1) / n_ranks};
    case TO_LAST:
        return (struct sm_range){0, number + 1 == n_ranks ? n : 0};
    default: /* of its part each rank gets some in the middle */
        return (struct sm_range){n * number / n_ranks + 1, n * (number + 1) / n_ranks - 1};
    }
}

static void exchange_images(bool shuffled, enum division division) {
    struct sm_run run;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    set_up(&run, shuffled);
    struct sm_range *ranges = calloc((size_t)run.n_ranks, sizeof *ranges), *own = ranges + run.rank;
    for (int rank = 0; rank < run.n_ranks; rank++) {
        ranges[rank] = divide_images(&run, division, rank);
    }
    uint64_t n = own->end - own->first;
    uint8_t *images = malloc(n * IMAGE_BYTES + 1);
    bool right = sm_exchange_images(&run, ranges, images, &error) == SPARSEMED_OK;
    for (uint64_t i = 0; i < n; i++) {
        uint8_t expected[IMAGE_BYTES];
        draw_image(run.kept_window[own->first + i], expected);
        right = right && memcmp(images + i * IMAGE_BYTES, expected, IMAGE_BYTES) == 0;
    }
    free(images);
    free(ranges);
    tear_down(&run);
    assert_everywhere(right);
}

static void images_arrive_where_they_are_kept_in_order(void **state) {
    (void)state;
    exchange_images(false, EVENLY);
}

static void images_arrive_where_they_are_kept_out_of_order(void **state) {
    (void)state;
    exchange_images(true, EVENLY);
}

static void one_rank_may_take_all_images(void **state) {
    (void)state;
    exchange_images(true, TO_LAST);
}

static void images_may_be_left_out(void **state) {
    (void)state;
    exchange_images(false, PARTS);
    exchange_images(true, PARTS);
}

/* A rank whose images cannot be read back tells so, and nobody waits for it. */
static void an_unreadable_image_is_told_and_holds_nobody_up(void **state) {
    (void)state;
    struct sm_run run;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    set_up(&run, false);
    if (run.rank == 0) {
        run.images.n_in_memory = 0; /* the store now looks for a file that is not there */
    }
    struct sm_range *ranges = calloc((size_t)run.n_ranks, sizeof *ranges);
    ranges[run.n_ranks - 1].end = run.n_kept;
    uint8_t *images = malloc(run.n_kept * IMAGE_BYTES);
    sm_exchange_images(&run, ranges, images, &error);
    bool right = (error.status == SPARSEMED_OUTPUT) == (run.rank == 0);
    free(images);
    free(ranges);
    tear_down(&run);
    assert_everywhere(right);
}

static uint32_t draw_sum(uint64_t frame) {
    return (uint32_t)(frame * 2654435761U);
}

/* A run in which every rank but the second has the sums of some slabs of frames; the last slab is not full. */
static void set_up_sums(struct sm_run *run, size_t slab_frames, uint64_t n_slabs) {
    uint64_t n_ranks = (uint64_t)count_ranks();
    *run = (struct sm_run){.comm = MPI_COMM_WORLD, .rank = this_rank(), .n_ranks = count_ranks()};
    run->input.stack.slab_frames = slab_frames;
    run->input.stack.n_frames = n_slabs * slab_frames - 1;
    run->shares = calloc(n_ranks, sizeof *run->shares);
    for (uint64_t rank = 0; rank < n_ranks; rank++) {
        run->shares[rank].first_slab = n_slabs * (rank == 1 && n_ranks > 2 ? 2 : rank) / n_ranks;
        run->shares[rank].end_slab =
            rank + 1 == n_ranks ? n_slabs : n_slabs * (rank == 0 && n_ranks > 2 ? 2 : rank + 1) / n_ranks;
    }
    uint64_t first, n = sm_frames_of(run, run->rank, &first);
    run->frame_sum = malloc(n * sizeof *run->frame_sum + 1);
    for (uint64_t i = 0; i < n; i++) {
        run->frame_sum[i] = draw_sum(first + i);
    }
}

/* Frame at which those of a rank are to begin. */
typedef uint64_t begin_of(const struct sm_run *run, int rank);

/* As the features of an output are written: with the first multiple of some frames in its share. */
static uint64_t multiple;

static uint64_t next_multiple(const struct sm_run *run, int rank) {
    uint64_t first;
    sm_frames_of(run, rank, &first);
    return (first + multiple - 1) / multiple * multiple;
}

static uint64_t all_to_last(const struct sm_run *run, int rank) {
    (void)run;
    (void)rank;
    return 0;
}

static uint64_t few_to_first(const struct sm_run *run, int rank) {
    return rank == 0 ? 0 : run->input.stack.n_frames * (uint64_t)(rank + 1) / (uint64_t)(run->n_ranks + 1) / 2;
}

static void exchange_sums(size_t slab_frames, uint64_t n_slabs, begin_of *begin) {
    struct sm_run run;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    set_up_sums(&run, slab_frames, n_slabs);
    struct sm_range *ranges = calloc((size_t)run.n_ranks, sizeof *ranges), *own = ranges + run.rank;
    uint64_t end = run.input.stack.n_frames;
    for (int rank = run.n_ranks - 1; rank >= 0; rank--) {
        uint64_t first = begin(&run, rank);
        ranges[rank] = (struct sm_range){first < end ? first : end, end};
        end = ranges[rank].first;
    }
    bool right = sm_exchange_sums(&run, ranges, &error) == SPARSEMED_OK;
    for (uint64_t frame = own->first; frame < own->end; frame++) {
        right = right && run.frame_sum[frame - own->first] == draw_sum(frame);
    }
    free(ranges);
    free(run.frame_sum);
    free(run.shares);
    assert_everywhere(right);
}

static void sums_arrive_at_the_rank_of_their_chunk(void **state) {
    (void)state;
    multiple = 100;
    exchange_sums(10, 100, next_multiple);
    multiple = 10;
    exchange_sums(7, 31, next_multiple);
}

static void chunks_may_be_larger_than_shares(void **state) {
    (void)state;
    multiple = 20;
    exchange_sums(3, 12, next_multiple);
    multiple = 1000;
    exchange_sums(1, 5, next_multiple);
}

static void sums_go_either_way(void **state) {
    (void)state;
    exchange_sums(4, 25, few_to_first);
    exchange_sums(4, 25, all_to_last);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(images_arrive_where_they_are_kept_in_order),
        cmocka_unit_test(images_arrive_where_they_are_kept_out_of_order),
        cmocka_unit_test(one_rank_may_take_all_images),
        cmocka_unit_test(images_may_be_left_out),
        cmocka_unit_test(an_unreadable_image_is_told_and_holds_nobody_up),
        cmocka_unit_test(sums_arrive_at_the_rank_of_their_chunk),
        cmocka_unit_test(chunks_may_be_larger_than_shares),
        cmocka_unit_test(sums_go_either_way),
    };
    mpi_test_start(&argc, &argv);
    return mpi_test_finish(cmocka_run_group_tests(tests, NULL, NULL));
}
