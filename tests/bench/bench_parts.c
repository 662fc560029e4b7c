/* What a job does with the frames beside reading and decoding them: seconds of the checksums of the chunks, of the sums
 * of top rows, and of the medians. As in a job each part follows the decoding of a chunk, the frames of a window are in
 * a ring of chunks, and windows have 200 frames. Prints the three.
 * Usage: bench_parts MEASUREMENT MOVE      MOVE: frames from one window to the next */
#include <stdio.h>
#include <stdlib.h>

#include "bench/bare_chunks.h"
#include "rtdc/filters/fletcher32.h"
#include "rtdc/hdf5/hdf5.h"
#include "sparsemed/moving_median.h"
#include "sparsemed/offset.h"
#include "support/clock.h"

enum { KERNEL = 200 };

struct bench {
    struct chunks chunks;
    size_t frame_bytes, n_slots, move;
    unsigned char *ring, *image; /* [n_slots][chunk_bytes] */
    struct sparsemed_moving_median *median;
    size_t next, first, end; /* window that is made next; frames that are counted */
    double checksum, sums, medians;
    unsigned result; /* so that nothing is left out */
};

static const unsigned char *frame_at(const struct bench *bench, size_t frame) {
    size_t slab_frames = bench->chunks.chunk[0];
    return bench->ring + frame / slab_frames % bench->n_slots * bench->chunks.chunk_bytes +
           frame % slab_frames * bench->frame_bytes;
}

static void move_to(struct bench *bench, size_t first, size_t end) {
    const unsigned char *left[2 * KERNEL], *came[KERNEL];
    size_t n_kept = bench->end > first ? bench->end - first : 0, n_left = bench->end - bench->first - n_kept;
    if (n_left > n_kept) {
        sparsemed_moving_median_start(bench->median, bench->image);
        n_left = n_kept = 0;
    }
    for (size_t i = 0; i < n_left; i++) {
        left[i] = frame_at(bench, bench->first + i);
    }
    for (size_t i = first + n_kept; i < end; i++) {
        came[i - first - n_kept] = frame_at(bench, i);
    }
    sparsemed_moving_median_move(bench->median, left, n_left, came, end - first - n_kept);
    bench->first = first;
    bench->end = end;
}

/* Medians of the windows that end before a frame. */
static void make_images(struct bench *bench, size_t end) {
    const unsigned char *frames[KERNEL];
    for (; bench->next + KERNEL <= end; bench->next += bench->move) {
        move_to(bench, bench->next, bench->next + KERNEL);
        for (size_t i = 0; i < KERNEL; i++) {
            frames[i] = frame_at(bench, bench->next + i);
        }
        sparsemed_moving_median_image(bench->median, frames, KERNEL, bench->image);
    }
    if (bench->next < end) {
        move_to(bench, bench->next, end);
    }
}

static void run(struct bench *bench) {
    struct chunks *chunks = &bench->chunks;
    for (hsize_t o[3] = {0}; o[0] < chunks->extent[0]; o[0] += chunks->chunk[0]) {
        unsigned char *slab = bench->ring + o[0] / chunks->chunk[0] % bench->n_slots * chunks->chunk_bytes;
        size_t raw_bytes = chunks_decode(chunks, o, slab);
        hsize_t left = chunks->extent[0] - o[0], n_frames = left < chunks->chunk[0] ? left : chunks->chunk[0];
        double begin = now();
        if (chunks->checked) {
            bench->result += sm_fletcher32(chunks->raw, raw_bytes);
        }
        double checked = now();
        for (size_t i = 0; i < n_frames; i++) {
            bench->result += sparsemed_top_sum(slab + i * bench->frame_bytes, chunks->extent[1], chunks->extent[2]);
        }
        double summed = now();
        make_images(bench, o[0] + n_frames);
        bench->checksum += checked - begin;
        bench->sums += summed - checked;
        bench->medians += now() - summed;
    }
}

int main(int argc, char **argv) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct bench bench = {.move = argc == 3 ? (size_t)atol(argv[2]) : 0};
    enum sparsemed_instruction_set set;
    if (bench.move == 0 || sm_hdf5_start(&error) != SPARSEMED_OK ||
        sparsemed_instruction_set_choose(&set, &error) != SPARSEMED_OK) {
        fputs("Usage: bench_parts MEASUREMENT MOVE\n", stderr);
        return 2;
    }
    if (chunks_open(&bench.chunks, argv[1], "events/image")) {
        bench.frame_bytes = bench.chunks.extent[1] * bench.chunks.extent[2];
        bench.n_slots = (KERNEL + bench.chunks.chunk[0] - 2) / bench.chunks.chunk[0] + 1;
        bench.ring = calloc(bench.n_slots, bench.chunks.chunk_bytes);
        bench.image = calloc(bench.frame_bytes, 1);
        if (bench.ring && bench.image &&
            sparsemed_moving_median_create(KERNEL, bench.frame_bytes, set, &bench.median, &error) == SPARSEMED_OK) {
            sparsemed_moving_median_start(bench.median, bench.image);
            run(&bench);
            printf("%.6f %.6f %.6f %u\n", bench.checksum, bench.sums, bench.medians, bench.result + bench.image[0]);
        }
    }
    sparsemed_moving_median_free(bench.median);
    free(bench.image);
    free(bench.ring);
    chunks_close(&bench.chunks);
    return bench.next > 0 ? 0 : 3;
}
