#include "parallel/measurement/rounds.h"

#include <assert.h>
#include <stdlib.h>

#include "core/numbers.h"
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
    return rounds->n_chunks * (uint64_t)rank / (uint64_t)rounds->team->n_ranks;
}

static enum sparsemed_status fill_images(struct sm_rounds *rounds, uint64_t round, struct sparsemed_error *error) {
    const struct sm_team *team = rounds->team;
    struct sm_column *images = &rounds->columns[SM_IMAGES];
    uint64_t n_kept = rounds->selection->n_kept;
    for (int rank = 0; rank < team->n_ranks; rank++) {
        uint64_t end = first_chunk_of(rounds, rank + 1);
        uint64_t first = sm_min(first_chunk_of(rounds, rank) + round * rounds->round_chunks, end);
        end = sm_min(first + rounds->round_chunks, end);
        rounds->image_ranges[rank] = (struct sm_range){
            sm_min(first * rounds->chunk_images, n_kept),
            sm_min(end * rounds->chunk_images, n_kept),
        };
    }
    const struct sm_range *own = &rounds->image_ranges[team->rank];
    images->blocks[round] = (struct sm_block){.first = own->first, .n = own->end - own->first};
    return sm_exchange_images(team, rounds->plan, rounds->selection, rounds->series, rounds->image_ranges,
                              images->values, error);
}

/* The frames of this rank in a round. */
static void lay_frames(const struct sm_rounds *rounds, uint64_t round, struct sm_block *block) {
    const struct sm_range *own = &rounds->frame_ranges[rounds->team->rank];
    block->first = sm_min(own->first + round * ROUND_FRAMES, own->end);
    block->n = sm_min(ROUND_FRAMES, own->end - block->first);
}

static void fill_map(struct sm_rounds *rounds, uint64_t round) {
    struct sm_column *map = &rounds->columns[SM_MAP];
    struct sm_block *block = &map->blocks[round];
    lay_frames(rounds, round, block);
    sparsemed_attribution_map(&rounds->selection->attribution, block->first, block->n, map->values);
}

static void fill_offsets(struct sm_rounds *rounds, uint64_t round) {
    const struct sm_stack *stack = &rounds->plan->input.stack;
    const struct sm_frame_sums *sums = &rounds->series->frame_sums;
    const uint32_t *kept_sum = rounds->selection->kept_sum;
    struct sm_column *column = &rounds->columns[SM_OFFSETS];
    struct sm_block *block = &column->blocks[round];
    int64_t *map = rounds->columns[SM_MAP].values;
    double *offsets = column->values;
    lay_frames(rounds, round, block);
    sparsemed_attribution_map(&rounds->selection->attribution, block->first, block->n, map);
    const uint32_t *frame_sum = sums->sum + (block->first - sums->frames.first);
    for (uint64_t j = 0; j < block->n; j++) {
        offsets[j] = sparsemed_offset(frame_sum[j], kept_sum[map[j]], stack->height, stack->width);
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
static uint64_t divide_frames(const struct sm_rounds *rounds) {
    const struct sm_plan *plan = rounds->plan;
    uint64_t most = 0, end = plan->n_frames;
    for (int rank = rounds->team->n_ranks - 1; rank >= 0; rank--) {
        uint64_t first = sm_divide_up(plan->shares[rank].frames.first, SM_FEATURE_CHUNK) * SM_FEATURE_CHUNK;
        first = sm_min(first, plan->n_frames);
        rounds->frame_ranges[rank] = (struct sm_range){first, end};
        most = sm_max(most, end - first);
        end = first;
    }
    return sm_divide_up(most, ROUND_FRAMES);
}

static void plan_images(struct sm_rounds *rounds) {
    const struct sm_stack *stack = &rounds->plan->input.stack;
    size_t image_bytes = stack->height * stack->width;
    bool frame_images = rounds->team->job->frame_images; /* they are written before */
    rounds->chunk_images = sm_output_chunk_images(stack->height, stack->width);
    uint64_t fitting = ROUND_BYTES / (rounds->chunk_images * image_bytes);
    rounds->n_chunks = sm_divide_up(rounds->selection->n_kept, rounds->chunk_images);
    uint64_t most_chunks = sm_divide_up(rounds->n_chunks, (uint64_t)rounds->team->n_ranks);
    rounds->round_chunks = frame_images ? 0 : sm_min(sm_max(fitting, 1), most_chunks);
    rounds->columns[SM_IMAGES] = (struct sm_column){
        .path = SM_PATH_IMAGE_BG,
        .type = H5T_NATIVE_UINT8,
        .n_dimensions = 3,
        .extent = {0, stack->height, stack->width},
        .element_bytes = image_bytes,
        .n_rounds = frame_images ? 0 : sm_divide_up(most_chunks, rounds->round_chunks),
    };
}

static void plan_features(struct sm_rounds *rounds, const struct sm_output_map *map) {
    uint64_t n_rounds = divide_frames(rounds);
    rounds->columns[SM_MAP] = (struct sm_column){
        .path = map->path,
        .type = H5T_NATIVE_INT64,
        .n_dimensions = 1,
        .element_bytes = sizeof(int64_t),
        .n_rounds = map->is_there ? 0 : n_rounds,
    };
    rounds->columns[SM_OFFSETS] = (struct sm_column){
        .path = SM_PATH_BG_OFF,
        .type = H5T_NATIVE_DOUBLE,
        .n_dimensions = 1,
        .element_bytes = sizeof(double),
        .n_rounds = rounds->plan->parameters.offset_correction ? n_rounds : 0,
    };
}

static enum sparsemed_status allocate(struct sm_rounds *rounds, struct sparsemed_error *error) {
    const struct sm_range *own = &rounds->frame_ranges[rounds->team->rank];
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

enum sparsemed_status sm_rounds_open(struct sm_rounds *rounds, const struct sm_team *team, const struct sm_plan *plan,
                                     const struct sm_selection *selection, const struct sm_output_map *map,
                                     struct sm_series *series, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    size_t n_ranks = (size_t)team->n_ranks;
    *rounds = (struct sm_rounds){
        .team = team,
        .plan = plan,
        .selection = selection,
        .series = series,
        .image_ranges = malloc(n_ranks * sizeof *rounds->image_ranges),
        .frame_ranges = malloc(n_ranks * sizeof *rounds->frame_ranges),
    };
    if (!rounds->image_ranges || !rounds->frame_ranges) {
        sparsemed_fail_memory(error, "preparing to write");
    } else {
        plan_images(rounds);
        plan_features(rounds, map);
        const struct sm_column *images = &rounds->columns[SM_IMAGES];
        if (allocate(rounds, error) == SPARSEMED_OK && n_ranks == 1 && images->n_rounds > 0) {
            sm_encoder_create(team->job->zstd_level, rounds->chunk_images * images->element_bytes, &rounds->encoder,
                              error);
        }
    }
    if (sm_vote(team->comm, error) == SPARSEMED_OK && plan->parameters.offset_correction) {
        sm_exchange_sums(team, plan, rounds->frame_ranges, &series->frame_sums, error);
    }
    return error->status;
}

void sm_rounds_close(struct sm_rounds *rounds) {
    for (int i = 0; i < SM_N_COLUMNS; i++) {
        free(rounds->columns[i].values);
        free(rounds->columns[i].blocks);
    }
    sm_encoder_free(rounds->encoder);
    free(rounds->frame_ranges);
    free(rounds->image_ranges);
}
