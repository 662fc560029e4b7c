/* The floor of a job: seconds to read and decode every image chunk of some files once, in a bare loop, without any
 * check. With -s only the chunks that windows of 200 frames need, one every so many seconds: a job that computes no
 * offsets reads no others. Usage: bench_floor [-s SECONDS] MEASUREMENT... */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bare_chunks.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/input.h"
#include "sparsemed/windows.h"
#include "support/clock.h"

enum { KERNEL_SIZE = 200 };

/* Whether windows need each of the slabs of a file, to be released with free. All are where split_time is 0. */
static bool *find_needed(const char *path, double split_time, hsize_t n_frames, hsize_t slab_frames) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    const struct sm_input_options options = {0};
    struct sm_input input;
    struct sparsemed_time_axis axis = {0};
    struct sparsemed_windows windows = {0};
    enum sm_timing timing;
    hsize_t n_slabs = (n_frames + slab_frames - 1) / slab_frames;
    bool *needed = malloc(n_slabs * sizeof *needed);
    if (!needed || split_time <= 0) {
        return needed ? memset(needed, true, n_slabs * sizeof *needed) : NULL;
    }
    memset(needed, false, n_slabs * sizeof *needed);
    if (sm_input_open(path, &options, &input, &error) == SPARSEMED_OK &&
        sm_input_timing(&input, &axis, &timing, &error) == SPARSEMED_OK) {
        sparsemed_windows_build(&axis, KERNEL_SIZE, split_time, &windows, &error);
    }
    for (size_t i = 0; i < windows.n_windows; i++) {
        hsize_t last = (windows.start[i] + windows.kernel_size - 1) / slab_frames;
        for (hsize_t slab = windows.start[i] / slab_frames; slab <= last; slab++) {
            needed[slab] = true;
        }
    }
    sparsemed_windows_free(&windows);
    sparsemed_time_axis_free(&axis);
    sm_input_close(&input);
    return needed;
}

/* Returns the bytes that were read. */
static unsigned long long decode_needed(struct chunks *chunks, const bool *needed, unsigned char *decoded) {
    unsigned long long total = 0;
    hsize_t o[3];
    for (o[0] = 0; o[0] < chunks->extent[0]; o[0] += chunks->chunk[0]) {
        if (!needed[o[0] / chunks->chunk[0]]) {
            continue;
        }
        for (o[1] = 0; o[1] < chunks->extent[1]; o[1] += chunks->chunk[1]) {
            for (o[2] = 0; o[2] < chunks->extent[2]; o[2] += chunks->chunk[2]) {
                total += chunks_decode(chunks, o, decoded);
            }
        }
    }
    return total;
}

static bool read_file(const char *path, double split_time) {
    struct chunks chunks;
    unsigned long long n_bytes = 0;
    if (chunks_open(&chunks, path, "events/image")) {
        unsigned char *decoded = malloc(chunks.chunk_bytes + 1024);
        bool *needed = find_needed(path, split_time, chunks.extent[0], chunks.chunk[0]);
        n_bytes = decoded && needed ? decode_needed(&chunks, needed, decoded) : 0;
        free(needed);
        free(decoded);
    }
    chunks_close(&chunks);
    return n_bytes > 0;
}

int main(int argc, char **argv) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    bool has_time = argc > 3 && strcmp(argv[1], "-s") == 0;
    int first = has_time ? 3 : 1;
    if (argc <= first || sm_hdf5_start(&error) != SPARSEMED_OK) {
        fputs("Usage: bench_floor [-s SECONDS] MEASUREMENT...\n", stderr);
        return 2;
    }
    double begin = now(), split_time = has_time ? atof(argv[2]) : 0;
    bool read = true;
    for (int i = first; i < argc; i++) {
        read = read_file(argv[i], split_time) && read;
    }
    printf("%.6f\n", now() - begin);
    return read ? 0 : 3;
}
