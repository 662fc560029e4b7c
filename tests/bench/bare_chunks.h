/* The chunks of a dataset of images, read and decoded in a bare loop, without any check. */
#ifndef TESTS_BENCH_BARE_CHUNKS_H
#define TESTS_BENCH_BARE_CHUNKS_H

#include <hdf5.h>
#include <libdeflate.h>
#include <stdbool.h>
#include <zstd.h>

enum compressor { NONE, ZSTD, DEFLATE };

struct chunks {
    hid_t file, dataset;
    hsize_t extent[3], chunk[3];
    size_t chunk_bytes;
    enum compressor compressor;
    bool checked; /* compressed chunks end with a checksum */
    ZSTD_DCtx *zstd;
    struct libdeflate_decompressor *deflate;
    unsigned char *raw;
};

/* Open those of a dataset of a file; explains a failure on standard error. Close them in any case. */
bool chunks_open(struct chunks *chunks, const char *path, const char *dataset);
void chunks_close(struct chunks *chunks);

/* Read the chunk at an origin and decode it to decoded[chunk_bytes]; where nothing is compressed it is read there.
 * Returns the bytes that it has in the file, which are in chunks->raw where something is compressed. */
size_t chunks_decode(struct chunks *chunks, const hsize_t origin[3], unsigned char *decoded);

#endif
