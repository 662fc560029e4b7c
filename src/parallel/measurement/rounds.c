#include "parallel/measurement/rounds.h"

#include <stdlib.h>

#include "parallel/vote.h"
#include "sparsemed/offset.h"

enum {
    ROUND_BYTES = 1 << 20,               /* of images, a rank; but at least one chunk */
    ROUND_FRAMES = 32 * SM_FEATURE_CHUNK /* of the other features, a rank */
};

/* ---- the values of a round ---- */

/* First chunk of images that a rank writes: they are divided evenly, in their order, so that a rank mostly writes
 * images that it made. */
static uint64_t first_chunk_of(const struct sm_rounds *rounds, int rank) {
    return rounds->n_chunks * (uint64_t)rank / (uint64_t)rounds->run->n_ranks;
}

static enum sparsemed_status fill_images(struct sm_rounds *rounds, uint64_t round, struct sparsemed_error *error) {
    struct sm_run *run = rounds->run;
    struct sm_column *images = &rounds->columns[SM_IMAGES];
    for (int rank = 0; rank < run->n_ranks; rank++) {
        uint64_t end = first_chunk_of(rounds, rank + 1);
        uint64_t first = sm_min(first_chunk_of(rounds, rank) + round * rounds->round_chunks, end);
        end = sm_min(first + rounds->round_chunks, end);
        rounds->image_ranges[rank] = (struct sm_range){
            sm_min(first * rounds->chunk_images, run->n_kept),
            sm_min(end * rounds->chunk_images, run->n_kept),
        };
    }
    const struct sm_range *own = &rounds->image_ranges[run->rank];
    images->blocks[round] = (struct sm_block){.first = own->first, .n = own->end - own->first};
    return sm_exchange_images(run, rounds->image_ranges, images->values, error);
}

/* The frames of this rank in a round. */
static void lay_frames(const struct sm_rounds *rounds, uint64_t round, struct sm_block *block) {
    const struct sm_range *own = &rounds->frame_ranges[rounds->run->rank];
    block->first = sm_min(own->first + round * ROUND_FRAMES, own->end);
    block->n = sm_min(ROUND_FRAMES, own->end - block->first);
}

static void fill_map(struct sm_rounds *rounds, uint64_t round) {
    struct sm_column *map = &rounds->columns[SM_MAP];
    struct sm_block *block = &map->blocks[round];
    lay_frames(rounds, round, block);
    sparsemed_attribution_map(&rounds->run->attribution, block->first, block->n, map->values);
}

static void fill_offsets(struct sm_rounds *rounds, uint64_t round) {
    const struct sm_run *run = rounds->run;
    struct sm_column *column = &rounds->columns[SM_OFFSETS];
    struct sm_block *block = &column->blocks[round];
    int64_t *map = rounds->columns[SM_MAP].values;
    double *offsets = column->values;
    lay_frames(rounds, round, block);
    sparsemed_attribution_map(&run->attribution, block->first, block->n, map);
    const uint32_t *frame_sum = run->frame_sum + (block->first - rounds->frame_ranges[run->rank].first);
    for (uint64_t j = 0; j < block->n; j++) {
        offsets[j] =
            sparsemed_offset(frame_sum[j], run->kept_sum[map[j]], run->input.stack.height, run->input.stack.width);
    }
}

enum sparsemed_status sm_rounds_fill(struct sm_rounds *rounds, int column, uint64_t round,
                                     struct sparsemed_error *error) {
    switch (column) {
    case SM_IMAGES:
        return fill_images(rounds, round, error);
    case SM_MAP:
        fill_map(rounds, round);
        break;
    default:
        fill_offsets(rounds, round);
    }
    return error->status;
}

/* ---- planning ---- */

/* Each rank writes the features of the frames from the first whole chunk of its share on. Returns how many rounds that
 * takes. */
static uint64_t divide_frames(const struct sm_run *run, uint64_t n_frames, struct sm_range *ranges) {
    uint64_t most = 0, end = n_frames;
    for (int rank = run->n_ranks - 1; rank >= 0; rank--) {
        uint64_t first;
        sm_frames_of(run, rank, &first);
        first = sm_min(sm_divide_up(first, SM_FEATURE_CHUNK) * SM_FEATURE_CHUNK, n_frames);
        ranges[rank] = (struct sm_range){first, end};
        most = most > end - first ? most : end - first;
        end = first;
    }
    return sm_divide_up(most, ROUND_FRAMES);
}

static void plan_columns(struct sm_rounds *rounds, const struct sm_output *output, uint64_t frame_rounds) {
    size_t image_bytes = output->height * output->width;
    rounds->chunk_images = sm_output_chunk_images(output->height, output->width);
    uint64_t fitting = ROUND_BYTES / (rounds->chunk_images * image_bytes);
    rounds->n_chunks = sm_divide_up(output->n_images, rounds->chunk_images);
    uint64_t most_chunks = sm_divide_up(rounds->n_chunks, (uint64_t)rounds->run->n_ranks);
    rounds->round_chunks = sm_min(fitting ? fitting : 1, most_chunks);
    rounds->columns[SM_IMAGES] = (struct sm_column){
        .path = SM_PATH_IMAGE_BG,
        .type = H5T_NATIVE_UINT8,
        .n_dimensions = 3,
        .extent = {0, output->height, output->width},
        .element_bytes = image_bytes,
        .n_rounds = sm_divide_up(most_chunks, rounds->round_chunks),
    };
    rounds->columns[SM_MAP] = (struct sm_column){
        .path = output->map_path,
        .type = H5T_NATIVE_INT64,
        .n_dimensions = 1,
        .element_bytes = sizeof(int64_t),
        .n_rounds = output->map_is_there ? 0 : frame_rounds,
    };
    rounds->columns[SM_OFFSETS] = (struct sm_column){
        .path = SM_PATH_BG_OFF,
        .type = H5T_NATIVE_DOUBLE,
        .n_dimensions = 1,
        .element_bytes = sizeof(double),
        .n_rounds = output->offset ? frame_rounds : 0,
    };
}

static enum sparsemed_status allocate(struct sm_rounds *rounds, struct sparsemed_error *error) {
    const struct sm_range *own = &rounds->frame_ranges[rounds->run->rank];
    bool complete = true;
    for (int i = 0; i < SM_N_COLUMNS; i++) {
        struct sm_column *column = &rounds->columns[i];
        uint64_t n =
            i == SM_IMAGES ? rounds->round_chunks * rounds->chunk_images : sm_min(own->end - own->first, ROUND_FRAMES);
        column->blocks = calloc(column->n_rounds + 1, sizeof *column->blocks);
        column->values = malloc(n * column->element_bytes + 1);
        complete = complete && column->blocks && column->values;
    }
    return complete ? SPARSEMED_OK : sparsemed_fail_memory(error, "preparing to write");
}

enum sparsemed_status sm_rounds_open(struct sm_rounds *rounds, struct sm_run *run, const struct sm_output *output,
                                     struct sparsemed_error *error) {
    size_t n_ranks = (size_t)run->n_ranks;
    *rounds = (struct sm_rounds){
        .run = run,
        .image_ranges = malloc(n_ranks * sizeof *rounds->image_ranges),
        .frame_ranges = malloc(n_ranks * sizeof *rounds->frame_ranges),
    };
    if (!rounds->image_ranges || !rounds->frame_ranges) {
        sparsemed_fail_memory(error, "preparing to write");
    } else {
        plan_columns(rounds, output, divide_frames(run, output->n_frames, rounds->frame_ranges));
        allocate(rounds, error);
    }
    if (sm_vote(run->comm, error) == SPARSEMED_OK && output->offset) {
        sm_exchange_sums(run, rounds->frame_ranges, error);
    }
    return error->status;
}

void sm_rounds_close(struct sm_rounds *rounds) {
    for (int i = 0; i < SM_N_COLUMNS; i++) {
        free(rounds->columns[i].values);
        free(rounds->columns[i].blocks);
    }
    free(rounds->frame_ranges);
    free(rounds->image_ranges);
}
