#include "bench/bare_chunks.h"

#include <stdio.h>
#include <stdlib.h>

#include "rtdc/filters/filters.h"
#include "rtdc/hdf5/changed_calls.h"
#include "rtdc/hdf5/hdf5.h"

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
        chunks->checked = chunks->checked || filter == H5Z_FILTER_FLETCHER32;
    }
    chunks->checked = chunks->checked && chunks->compressor != NONE;
    sm_hdf5_release(space);
    sm_hdf5_release(creation);
}

bool chunks_open(struct chunks *chunks, const char *path, const char *dataset) {
    *chunks = (struct chunks){.file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT)};
    chunks->dataset = H5Dopen2(chunks->file, dataset, H5P_DEFAULT);
    if (chunks->dataset < 0) {
        fprintf(stderr, "%s: %s cannot be read\n", path, dataset);
        return false;
    }
    describe(chunks);
    chunks->zstd = ZSTD_createDCtx();
    chunks->deflate = libdeflate_alloc_decompressor();
    chunks->raw = malloc(2 * chunks->chunk_bytes + 1024);
    return chunks->zstd && chunks->deflate && chunks->raw;
}

void chunks_close(struct chunks *chunks) {
    free(chunks->raw);
    if (chunks->deflate) {
        libdeflate_free_decompressor(chunks->deflate);
    }
    ZSTD_freeDCtx(chunks->zstd);
    sm_hdf5_release(chunks->dataset);
    sm_hdf5_release(chunks->file);
}

size_t chunks_decode(struct chunks *chunks, const hsize_t origin[3], unsigned char *decoded) {
    hsize_t n_bytes = 0;
    unsigned mask;
    H5Dget_chunk_storage_size(chunks->dataset, origin, &n_bytes);
    unsigned char *raw = chunks->compressor == NONE ? decoded : chunks->raw;
    sm_hdf5_read_chunk(chunks->dataset, origin, &mask, raw, n_bytes);
    if (chunks->compressor == ZSTD) {
        size_t compressed = ZSTD_findFrameCompressedSize(raw, n_bytes);
        ZSTD_decompressDCtx(chunks->zstd, decoded, chunks->chunk_bytes, raw, compressed);
    } else if (chunks->compressor == DEFLATE) {
        libdeflate_zlib_decompress(chunks->deflate, raw, n_bytes, decoded, chunks->chunk_bytes, NULL);
    }
    return n_bytes;
}
