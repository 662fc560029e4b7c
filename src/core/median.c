#include "sparsemed/median.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/median_kernel.h"

/* A tile is copied out of the frames before it is searched: it then stays in the second-level cache, and its rows do
 * not lie a power of two apart, which would crowd them into a few sets of the first-level cache. */
enum { TILE_PIXELS = 1024, TILE_BYTES = 256 * 1024 };

struct sm_median {
    sm_median_kernel *kernel;
    size_t tile_pixels; /* most pixels of a tile, a multiple of SM_VECTOR_BYTES */
    size_t stride;      /* bytes from one frame of the tile to the next */
    uint8_t *tile;      /* [max_frames][stride] */
};

static const struct {
    const char *name;
    sm_median_kernel *kernel;
} kernels[SM_N_INSTRUCTION_SETS] = {
    [SM_PORTABLE] = {"portable", sm_median_portable},
#if SM_X86_KERNELS
    [SM_AVX2] = {"avx2", sm_median_avx2},
    [SM_AVX512BW] = {"avx512bw", sm_median_avx512bw},
#else
    [SM_AVX2] = {"avx2", NULL},
    [SM_AVX512BW] = {"avx512bw", NULL},
#endif
};

const char *sm_instruction_set_name(enum sm_instruction_set set) {
    return kernels[set].name;
}

static bool has(enum sm_instruction_set set) {
#if SM_X86_KERNELS
    switch (set) {
    case SM_AVX2:
        return __builtin_cpu_supports("avx2");
    case SM_AVX512BW:
        return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
    default:
        break;
    }
#endif
    return set == SM_PORTABLE;
}

enum sm_status sm_instruction_set_choose(enum sm_instruction_set *set, struct sm_error *error) {
    const char *wanted = getenv(SM_INSTRUCTION_SET_VARIABLE);
    for (int i = SM_N_INSTRUCTION_SETS - 1; i >= 0; i--) {
        enum sm_instruction_set candidate = (enum sm_instruction_set)i;
        if (has(candidate) && (!wanted || strcmp(wanted, kernels[i].name) == 0)) {
            *set = candidate;
            return SM_OK;
        }
    }
    return sm_fail(error, SM_USAGE,
                   "%s is \"%s\": neither portable nor an instruction set (avx2, avx512bw) of this processor",
                   SM_INSTRUCTION_SET_VARIABLE, wanted ? wanted : "");
}

enum sm_status sm_median_create(size_t max_frames, enum sm_instruction_set set, struct sm_median **median,
                                struct sm_error *error) {
    size_t tile_pixels = TILE_BYTES / max_frames / SM_VECTOR_BYTES * SM_VECTOR_BYTES;
    tile_pixels = tile_pixels < SM_VECTOR_BYTES ? SM_VECTOR_BYTES : tile_pixels;
    tile_pixels = tile_pixels > TILE_PIXELS ? TILE_PIXELS : tile_pixels;
    size_t stride = tile_pixels > SM_VECTOR_BYTES ? tile_pixels + SM_VECTOR_BYTES : tile_pixels;
    struct sm_median *created = malloc(sizeof *created);
    uint8_t *tile = aligned_alloc(SM_VECTOR_BYTES, max_frames * stride);
    if (!created || !tile) {
        free(created);
        free(tile);
        return sm_fail_memory(error, "preparing the median");
    }
    *created = (struct sm_median){kernels[set].kernel, tile_pixels, stride, tile};
    *median = created;
    return SM_OK;
}

void sm_median_free(struct sm_median *median) {
    if (median) {
        free(median->tile);
        free(median);
    }
}

void sm_median_image(struct sm_median *median, const uint8_t *const *frames, size_t n_frames, size_t n_pixels,
                     uint8_t *image) {
    _Alignas(SM_VECTOR_BYTES) uint8_t result[TILE_PIXELS];
    for (size_t begin = 0; begin < n_pixels; begin += median->tile_pixels) {
        size_t n = n_pixels - begin < median->tile_pixels ? n_pixels - begin : median->tile_pixels;
        size_t padded = (n + SM_VECTOR_BYTES - 1) / SM_VECTOR_BYTES * SM_VECTOR_BYTES;
        for (size_t i = 0; i < n_frames; i++) {
            uint8_t *row = median->tile + i * median->stride;
            memcpy(row, frames[i] + begin, n);
            memset(row + n, 0, padded - n);
        }
        memcpy(result, image + begin, n);
        memset(result + n, 0, padded - n);
        median->kernel(median->tile, n_frames, median->stride, padded, result);
        memcpy(image + begin, result, n);
    }
}
