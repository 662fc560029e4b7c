/* The floor of a job: seconds to read and decode every image chunk of some files once, in a bare loop, without any
 * check. Usage: bench_floor MEASUREMENT... */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/bare_chunks.h"
#include "rtdc/hdf5/hdf5.h"
#include "support/clock.h"

/* Returns the bytes that were read. */
static unsigned long long decode_all(struct chunks *chunks, unsigned char *decoded) {
    unsigned long long total = 0;
    hsize_t o[3];
    for (o[0] = 0; o[0] < chunks->extent[0]; o[0] += chunks->chunk[0]) {
        for (o[1] = 0; o[1] < chunks->extent[1]; o[1] += chunks->chunk[1]) {
            for (o[2] = 0; o[2] < chunks->extent[2]; o[2] += chunks->chunk[2]) {
                total += chunks_decode(chunks, o, decoded);
            }
        }
    }
    return total;
}

static bool read_file(const char *path) {
    struct chunks chunks;
    unsigned long long n_bytes = 0;
    if (chunks_open(&chunks, path, "events/image")) {
        unsigned char *decoded = malloc(chunks.chunk_bytes + 1024);
        n_bytes = decoded ? decode_all(&chunks, decoded) : 0;
        free(decoded);
    }
    chunks_close(&chunks);
    return n_bytes > 0;
}

int main(int argc, char **argv) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    if (argc < 2 || sm_hdf5_start(&error) != SPARSEMED_OK) {
        fputs("Usage: bench_floor MEASUREMENT...\n", stderr);
        return 2;
    }
    double begin = now();
    bool read = true;
    for (int i = 1; i < argc; i++) {
        read = read_file(argv[i]) && read;
    }
    printf("%.6f\n", now() - begin);
    return read ? 0 : 3;
}
