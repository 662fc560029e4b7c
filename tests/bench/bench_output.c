/* What the images of an output cost, however they come about: seconds to compress their chunks once, in a bare loop
 * with one context, and to decode them once, as reading back does. Prints the two.
 * Usage: bench_output OUTPUT */
#include <stdio.h>
#include <stdlib.h>

#include "bench/bare_chunks.h"
#include "rtdc/hdf5/hdf5.h"
#include "support/clock.h"

enum { LEVEL = 5 }; /* that of an output that is made without options */

/* Returns false where a chunk cannot be compressed. */
static bool run(struct chunks *chunks, unsigned char *decoded, unsigned char *compressed, size_t capacity,
                ZSTD_CCtx *zstd) {
    double compression = 0, decoding = 0;
    for (hsize_t o[3] = {0}; o[0] < chunks->extent[0]; o[0] += chunks->chunk[0]) {
        double begin = now();
        chunks_decode(chunks, o, decoded);
        double decode_end = now();
        size_t n_bytes = ZSTD_compressCCtx(zstd, compressed, capacity, decoded, chunks->chunk_bytes, LEVEL);
        if (ZSTD_isError(n_bytes)) {
            return false;
        }
        compression += now() - decode_end;
        decoding += decode_end - begin;
    }
    printf("%.6f %.6f\n", compression, decoding);
    return true;
}

int main(int argc, char **argv) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct chunks chunks;
    if (argc != 2 || sm_hdf5_start(&error) != SPARSEMED_OK) {
        fputs("Usage: bench_output OUTPUT\n", stderr);
        return 2;
    }
    bool done = false;
    if (chunks_open(&chunks, argv[1], "basin_events/image_bg")) {
        size_t capacity = ZSTD_compressBound(chunks.chunk_bytes);
        unsigned char *decoded = malloc(chunks.chunk_bytes), *compressed = malloc(capacity);
        ZSTD_CCtx *zstd = ZSTD_createCCtx();
        done = decoded && compressed && zstd && run(&chunks, decoded, compressed, capacity, zstd);
        ZSTD_freeCCtx(zstd);
        free(compressed);
        free(decoded);
    }
    chunks_close(&chunks);
    return done ? 0 : 3;
}
