/* Images and sums travel from the ranks that made them to those that write them, whatever the order of the two. */
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "parallel/measurement/exchange.h"
#include "support/mpi_test.h"

enum { HEIGHT = 3, WIDTH = 7, IMAGE_BYTES = HEIGHT * WIDTH, WINDOWS_A_RANK = 11 };

static void draw_image(uint64_t window, uint8_t *image) {
    for (size_t i = 0; i < IMAGE_BYTES; i++) {
        image[i] = (uint8_t)(window * 31 + i * (window + 1));
    }
}

/* What the phases before the exchange make, as far as it looks at that. */
struct phases {
    struct sm_team team;
    struct sm_plan plan;
    struct sm_series series;
    struct sm_selection selection;
};

static struct phases begin_phases(void) {
    struct phases made = {.plan = SM_NO_PLAN, .series = SM_NO_SERIES};
    made.team = (struct sm_team){.comm = MPI_COMM_WORLD, .rank = this_rank(), .n_ranks = count_ranks()};
    made.plan.shares = calloc((size_t)made.team.n_ranks, sizeof *made.plan.shares);
    return made;
}

static void end_phases(struct phases *made) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    sm_selection_free(&made->selection);
    sm_series_free(&made->series);
    sm_plan_free(&made->plan, &ignored);
}

/* Every rank but the second has made some images. */
static struct phases make_images(bool shuffled) {
    struct phases made = begin_phases();
    struct sm_share *shares = made.plan.shares, *own = &shares[made.team.rank];
    uint64_t n_windows = 0;
    for (int rank = 0; rank < made.team.n_ranks; rank++) {
        shares[rank].first_window = n_windows;
        shares[rank].n_windows = rank == 1 ? 0 : WINDOWS_A_RANK;
        n_windows += shares[rank].n_windows;
    }
    sm_image_store_open(&made.series.images, IMAGE_BYTES, "/tmp/x");
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    for (uint64_t i = 0; i < own->n_windows; i++) {
        uint8_t image[IMAGE_BYTES];
        draw_image(own->first_window + i, image);
        sm_image_store_add(&made.series.images, image, &error);
    }
    struct sm_selection *selection = &made.selection;
    selection->n_kept = 2 * n_windows; /* every window is kept twice */
    selection->kept_window = calloc(selection->n_kept, sizeof *selection->kept_window);
    for (uint64_t k = 0; k < selection->n_kept; k++) {
        selection->kept_window[k] = (uint32_t)(shuffled ? k * 7 % n_windows : k / 2);
    }
    return made;
}

/* How the kept images are divided among the ranks. */
enum division { EVENLY, TO_LAST, PARTS };

static struct sm_range divide_images(const struct phases *made, enum division division, int rank) {
    uint64_t n = made->selection.n_kept, n_ranks = (uint64_t)made->team.n_ranks, number = (uint64_t)rank;
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
    struct phases made = make_images(shuffled);
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_range *ranges = calloc((size_t)made.team.n_ranks, sizeof *ranges), *own = ranges + made.team.rank;
    for (int rank = 0; rank < made.team.n_ranks; rank++) {
        ranges[rank] = divide_images(&made, division, rank);
    }
    uint64_t n = own->end - own->first;
    uint8_t *images = malloc(n * IMAGE_BYTES + 1);
    bool right = sm_exchange_images(&made.team, &made.plan, &made.selection, &made.series, ranges, images, &error) ==
                 SPARSEMED_OK;
    for (uint64_t i = 0; i < n; i++) {
        uint8_t expected[IMAGE_BYTES];
        draw_image(made.selection.kept_window[own->first + i], expected);
        right = right && memcmp(images + i * IMAGE_BYTES, expected, IMAGE_BYTES) == 0;
    }
    free(images);
    free(ranges);
    end_phases(&made);
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
    struct phases made = make_images(false);
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    if (made.team.rank == 0) {
        made.series.images.n_in_memory = 0; /* the store now looks for a file that is not there */
    }
    struct sm_range *ranges = calloc((size_t)made.team.n_ranks, sizeof *ranges);
    ranges[made.team.n_ranks - 1].end = made.selection.n_kept;
    uint8_t *images = malloc(made.selection.n_kept * IMAGE_BYTES);
    sm_exchange_images(&made.team, &made.plan, &made.selection, &made.series, ranges, images, &error);
    bool right = (error.status == SPARSEMED_OUTPUT) == (made.team.rank == 0);
    free(images);
    free(ranges);
    end_phases(&made);
    assert_everywhere(right);
}

/* A rank that has failed before takes part, and all others learn of it. */
static void a_failure_before_the_exchange_is_that_of_all(void **state) {
    (void)state;
    struct phases made = make_images(false);
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    if (made.team.rank == made.team.n_ranks - 1) {
        sparsemed_fail(&error, SPARSEMED_OUTPUT, "the disk is full");
    }
    struct sm_range *ranges = calloc((size_t)made.team.n_ranks, sizeof *ranges);
    uint8_t image;
    bool right = sm_exchange_images(&made.team, &made.plan, &made.selection, &made.series, ranges, &image, &error) ==
                     SPARSEMED_OUTPUT &&
                 strcmp(error.message, "the disk is full") == 0;
    free(ranges);
    end_phases(&made);
    assert_everywhere(right);
}

static uint32_t draw_sum(uint64_t frame) {
    return (uint32_t)(frame * 2654435761U);
}

/* Every rank but the second has the sums of some slabs of frames; the last slab is not full. */
static struct phases make_sums(size_t slab_frames, uint64_t n_slabs) {
    struct phases made = begin_phases();
    uint64_t n_ranks = (uint64_t)made.team.n_ranks;
    made.plan.n_frames = n_slabs * slab_frames - 1;
    for (uint64_t rank = 0; rank < n_ranks; rank++) {
        uint64_t first_slab = n_slabs * (rank == 1 && n_ranks > 2 ? 2 : rank) / n_ranks;
        uint64_t end_slab =
            rank + 1 == n_ranks ? n_slabs : n_slabs * (rank == 0 && n_ranks > 2 ? 2 : rank + 1) / n_ranks;
        made.plan.shares[rank].frames = (struct sm_range){
            sm_min(first_slab * slab_frames, made.plan.n_frames),
            sm_min(end_slab * slab_frames, made.plan.n_frames),
        };
    }
    struct sm_frame_sums *sums = &made.series.frame_sums;
    sums->frames = made.plan.shares[made.team.rank].frames;
    sums->sum = malloc((sums->frames.end - sums->frames.first) * sizeof *sums->sum + 1);
    for (uint64_t frame = sums->frames.first; frame < sums->frames.end; frame++) {
        sums->sum[frame - sums->frames.first] = draw_sum(frame);
    }
    return made;
}

/* Frame at which those of a rank are to begin. */
typedef uint64_t begin_of(const struct phases *made, int rank);

/* As the features of an output are written: with the first multiple of some frames in its share. */
static uint64_t multiple;

static uint64_t next_multiple(const struct phases *made, int rank) {
    return sm_divide_up(made->plan.shares[rank].frames.first, multiple) * multiple;
}

static uint64_t all_to_last(const struct phases *made, int rank) {
    (void)made;
    (void)rank;
    return 0;
}

static uint64_t few_to_first(const struct phases *made, int rank) {
    return rank == 0 ? 0 : made->plan.n_frames * (uint64_t)(rank + 1) / (uint64_t)(made->team.n_ranks + 1) / 2;
}

static void exchange_sums(size_t slab_frames, uint64_t n_slabs, begin_of *begin) {
    struct phases made = make_sums(slab_frames, n_slabs);
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_range *ranges = calloc((size_t)made.team.n_ranks, sizeof *ranges), *own = ranges + made.team.rank;
    uint64_t end = made.plan.n_frames;
    for (int rank = made.team.n_ranks - 1; rank >= 0; rank--) {
        uint64_t first = begin(&made, rank);
        ranges[rank] = (struct sm_range){first < end ? first : end, end};
        end = ranges[rank].first;
    }
    struct sm_frame_sums *sums = &made.series.frame_sums;
    bool right = sm_exchange_sums(&made.team, &made.plan, ranges, sums, &error) == SPARSEMED_OK &&
                 sums->frames.first == own->first && sums->frames.end == own->end;
    for (uint64_t frame = own->first; frame < own->end; frame++) {
        right = right && sums->sum[frame - own->first] == draw_sum(frame);
    }
    free(ranges);
    end_phases(&made);
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
        cmocka_unit_test(a_failure_before_the_exchange_is_that_of_all),
        cmocka_unit_test(sums_arrive_at_the_rank_of_their_chunk),
        cmocka_unit_test(chunks_may_be_larger_than_shares),
        cmocka_unit_test(sums_go_either_way),
    };
    mpi_test_start(&argc, &argv);
    return mpi_test_finish(cmocka_run_group_tests(tests, NULL, NULL));
}
