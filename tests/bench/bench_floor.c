/* The floor of a job: seconds to read and decode every image chunk of a file once, in a bare loop, without any check.
 * Usage: bench_floor MEASUREMENT */
#include <hdf5.h>
#include <libdeflate.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <zstd.h>

#include "rtdc/filters.h"
#include "rtdc/hdf5.h"

enum compressor { NONE, ZSTD, DEFLATE };

struct chunks {
    hid_t dataset;
    hsize_t extent[3], chunk[3];
    size_t chunk_bytes;
    enum compressor compressor;
};

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void describe(struct chunks *chunks) {
    hid_t creation = H5Dget_create_plist(chunks->dataset), space = H5Dget_space(chunks->dataset);
    H5Sget_simple_extent_dims(space, chunks->extent, NULL);
    H5Pget_chunk(creation, 3, chunks->chunk);
    chunks->chunk_bytes = chunks->chunk[0] * chunks->chunk[1] * chunks->chunk[2];
    for (int i = 0; i < H5Pget_nfilters(creation); i++) {
        unsigned flags, configuration;
        size_t n = 0;
        H5Z_filter_t filter = H5Pget_filter2(creation, (unsigned)i, &flags, &n, NULL, 0, NULL, &configuration);
        chunks->compressor = filter == SM_FILTER_ZSTD       ? ZSTD
                             : filter == H5Z_FILTER_DEFLATE ? DEFLATE
                                                            : chunks->compressor;
    }
    sm_hdf5_release(space);
    sm_hdf5_release(creation);
}

/* Returns the bytes that were read. */
static unsigned long long decode_all(const struct chunks *chunks, unsigned char *raw, unsigned char *decoded) {
    ZSTD_DCtx *zstd = ZSTD_createDCtx();
    struct libdeflate_decompressor *deflate = libdeflate_alloc_decompressor();
    unsigned long long total = 0;
    hsize_t o[3];
    for (o[0] = 0; o[0] < chunks->extent[0]; o[0] += chunks->chunk[0]) {
        for (o[1] = 0; o[1] < chunks->extent[1]; o[1] += chunks->chunk[1]) {
            for (o[2] = 0; o[2] < chunks->extent[2]; o[2] += chunks->chunk[2]) {
                hsize_t n_bytes = 0;
                unsigned mask;
                H5Dget_chunk_storage_size(chunks->dataset, o, &n_bytes);
                H5Dread_chunk(chunks->dataset, H5P_DEFAULT, o, &mask, raw);
                if (chunks->compressor == ZSTD) {
                    size_t compressed = ZSTD_findFrameCompressedSize(raw, n_bytes);
                    ZSTD_decompressDCtx(zstd, decoded, chunks->chunk_bytes, raw, compressed);
                } else if (chunks->compressor == DEFLATE) {
                    libdeflate_zlib_decompress(deflate, raw, n_bytes, decoded, chunks->chunk_bytes, NULL);
                }
                total += n_bytes;
            }
        }
    }
    libdeflate_free_decompressor(deflate);
    ZSTD_freeDCtx(zstd);
    return total;
}

int main(int argc, char **argv) {
    struct sm_error error = SM_NO_ERROR;
    if (argc != 2 || sm_hdf5_start(&error) != SM_OK) {
        fputs("Usage: bench_floor MEASUREMENT\n", stderr);
        return 2;
    }
    double begin = now();
    hid_t file = H5Fopen(argv[1], H5F_ACC_RDONLY, H5P_DEFAULT);
    struct chunks chunks = {.dataset = H5Dopen2(file, "events/image", H5P_DEFAULT)};
    if (chunks.dataset < 0) {
        fprintf(stderr, "%s: cannot be read\n", argv[1]);
        return 3;
    }
    describe(&chunks);
    unsigned char *raw = malloc(2 * chunks.chunk_bytes + 1024), *decoded = malloc(chunks.chunk_bytes);
    unsigned long long n_bytes = raw && decoded ? decode_all(&chunks, raw, decoded) : 0;
    free(decoded);
    free(raw);
    sm_hdf5_release(chunks.dataset);
    H5Fclose(file);
    printf("%.6f\n", now() - begin);
    return n_bytes > 0 ? 0 : 3;
}
