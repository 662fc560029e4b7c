/* Each rank goes along its frames. In every round it says which kept images it needs next, all ranks bring them to each
 * other, and it makes chunks of them.
 *
 * Mostly the images of one round make many chunks. Where the images of a chunk are far apart among those that are kept,
 * as after a gap in time that left thousands of them without a frame, or where time stamps are not in order, a chunk
 * takes several rounds: each brings no more images than a chunk has, so that neither memory nor messages grow with what
 * lies between. */
#include "parallel/measurement/frame_chunks.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "rtdc/outputs/output.h"

/* First chunk of a rank. */
static uint64_t first_chunk_of(uint64_t n_chunks, int rank, int n_ranks) {
    return n_chunks * (uint64_t)rank / (uint64_t)n_ranks;
}

enum sparsemed_status sm_frame_chunks_open(struct sm_frame_chunks *chunks, const struct sm_team *team,
                                           const struct sm_plan *plan, const struct sm_selection *selection,
                                           const struct sm_series *series, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    const struct sm_stack *stack = &plan->input.stack;
    size_t chunk_images = sm_output_chunk_images(stack->height, stack->width);
    size_t image_bytes = stack->height * stack->width;
    uint64_t n_chunks = sm_divide_up(plan->n_frames, chunk_images);
    *chunks = (struct sm_frame_chunks){
        .team = team,
        .plan = plan,
        .selection = selection,
        .series = series,
        .chunk_images = chunk_images,
        .image_bytes = image_bytes,
        .first = first_chunk_of(n_chunks, team->rank, team->n_ranks),
        .end = first_chunk_of(n_chunks, team->rank + 1, team->n_ranks),
        .chunk = malloc(chunk_images * image_bytes),
        .images = malloc(chunk_images * image_bytes),
        .ranges = malloc((size_t)team->n_ranks * sizeof *chunks->ranges),
    };
    chunks->frame = sm_min(chunks->first * chunk_images, plan->n_frames);
    if (!chunks->chunk || !chunks->images || !chunks->ranges) {
        return sparsemed_fail_memory(error, "preparing images of frames");
    }
    return sm_encoder_create(team->job->zstd_level, chunk_images * image_bytes, &chunks->encoder, error);
}

void sm_frame_chunks_close(struct sm_frame_chunks *chunks) {
    sm_encoder_free(chunks->encoder);
    free(chunks->ranges);
    free(chunks->images);
    free(chunks->chunk);
    *chunks = (struct sm_frame_chunks){0};
}

/* ---- runs of frames that show one image ---- */

static uint64_t end_of_run(const struct sm_frame_chunks *chunks, size_t run) {
    const struct sparsemed_attribution *attribution = &chunks->selection->attribution;
    return run + 1 < attribution->n_runs ? attribution->run[run + 1].first_frame : chunks->plan->n_frames;
}

static uint64_t image_of(const struct sm_frame_chunks *chunks, size_t run) {
    return chunks->selection->attribution.run[run].image;
}

/* Come to the run that has the next frame. */
static void find_run(struct sm_frame_chunks *chunks) {
    while (end_of_run(chunks, chunks->run) <= chunks->frame && chunks->frame < chunks->plan->n_frames) {
        chunks->run++;
    }
}

/* ---- a round ---- */

/* The chunk that the next frame is in. */
static uint64_t chunk_at(const struct sm_frame_chunks *chunks) {
    return chunks->frame / chunks->chunk_images;
}

static uint64_t end_of_chunk(const struct sm_frame_chunks *chunks) {
    return sm_min((chunk_at(chunks) + 1) * chunks->chunk_images, chunks->plan->n_frames);
}

/* The end of the frames of this rank. */
static uint64_t end_of_share(const struct sm_frame_chunks *chunks) {
    return sm_min(chunks->end * chunks->chunk_images, chunks->plan->n_frames);
}

static bool is_over(const struct sm_frame_chunks *chunks) {
    return chunks->frame == end_of_share(chunks);
}

/* The kept images that are needed next: of as many runs as have theirs close to each other. */
static struct sm_range images_needed(struct sm_frame_chunks *chunks) {
    if (is_over(chunks)) {
        return (struct sm_range){0, 0};
    }
    find_run(chunks);
    uint64_t image = image_of(chunks, chunks->run), end = end_of_share(chunks);
    struct sm_range range = {image, image + 1};
    for (size_t run = chunks->run + 1; run < chunks->selection->attribution.n_runs && end_of_run(chunks, run - 1) < end;
         run++) {
        image = image_of(chunks, run);
        struct sm_range wider = {sm_min(range.first, image), sm_max(range.end, image + 1)};
        if (wider.end - wider.first > chunks->chunk_images) {
            break;
        }
        range = wider;
    }
    return range;
}

/* Show the images that are here, up to the end of the chunk. What is behind the last frame of all is zero, as HDF5
 * would have it. */
static void show(struct sm_frame_chunks *chunks) {
    const struct sm_range here = chunks->here;
    uint64_t begin = chunk_at(chunks) * chunks->chunk_images, end = end_of_chunk(chunks);
    for (find_run(chunks); chunks->frame < end; chunks->frame++, find_run(chunks)) {
        uint64_t image = image_of(chunks, chunks->run);
        if (image < here.first || image >= here.end) {
            return;
        }
        memcpy(chunks->chunk + (chunks->frame - begin) * chunks->image_bytes,
               chunks->images + (image - here.first) * chunks->image_bytes, chunks->image_bytes);
    }
    memset(chunks->chunk + (end - begin) * chunks->image_bytes, 0,
           (begin + chunks->chunk_images - end) * chunks->image_bytes);
}

/* How many chunks from a complete one on are the same: those of frames that show nothing but its only image. */
static uint64_t count_same(struct sm_frame_chunks *chunks, uint64_t chunk) {
    uint64_t begin = chunk * chunks->chunk_images, end = chunks->frame;
    size_t run = chunks->run; /* of the last frame of the chunk, or the one behind it */
    if (chunks->selection->attribution.run[run].first_frame > begin) {
        return 1;
    }
    end = sm_max(end, end_of_run(chunks, run));
    return sm_max(sm_min((end - begin) / chunks->chunk_images, chunks->end - chunk), 1);
}

/* Encode the chunk, once it is complete, and pass over those that are the same. */
static void complete(struct sm_frame_chunks *chunks, uint64_t chunk, struct sm_chunk_row *row,
                     struct sparsemed_error *error) {
    size_t raw_bytes;
    row->bytes = sm_encode(chunks->encoder, chunks->chunk, &raw_bytes);
    if (!row->bytes) {
        sparsemed_fail_memory(error, "compressing images");
        return;
    }
    row->first = chunk;
    row->n = count_same(chunks, chunk);
    row->raw_bytes = raw_bytes;
    chunks->frame = sm_max(chunks->frame, sm_min((chunk + row->n) * chunks->chunk_images, chunks->plan->n_frames));
}

bool sm_frame_chunks_bring(struct sm_frame_chunks *chunks, struct sparsemed_error *error) {
    const struct sm_team *team = chunks->team;
    struct sm_range own = images_needed(chunks);
    bool any = false;
    MPI_Allgather(&own, 2, MPI_UINT64_T, chunks->ranges, 2, MPI_UINT64_T, team->comm);
    for (int rank = 0; rank < team->n_ranks; rank++) {
        any = any || chunks->ranges[rank].end > chunks->ranges[rank].first;
    }
    chunks->here = (struct sm_range){0, 0};
    if (any && sm_exchange_images(team, chunks->plan, chunks->selection, chunks->series, chunks->ranges, chunks->images,
                                  error) == SPARSEMED_OK) {
        chunks->here = own;
    }
    return any;
}

bool sm_frame_chunks_make(struct sm_frame_chunks *chunks, struct sm_chunk_row *row, struct sparsemed_error *error) {
    *row = (struct sm_chunk_row){0};
    if (is_over(chunks)) {
        return false;
    }
    uint64_t chunk = chunk_at(chunks), end = end_of_chunk(chunks);
    show(chunks);
    if (chunks->frame < end) {
        return false;
    }
    complete(chunks, chunk, row, error);
    return error->status == SPARSEMED_OK;
}
