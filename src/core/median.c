#include "sparsemed/median.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/median_kernel.h"

/* Pixels are handled in groups as wide as a cache line: the column of a group is copied out of the frames, each line of
 * which is thus read once, and then searched in the first-level cache. */
struct sm_median {
    const struct sm_median_kernels *kernels;
    uint8_t *column; /* [max_frames][SM_GROUP] */
};

static const struct {
    const char *name;
    const struct sm_median_kernels *kernels;
} sets[SM_N_INSTRUCTION_SETS] = {
    [SM_PORTABLE] = {"portable", &sm_median_portable},
#if SM_X86_KERNELS
    [SM_AVX2] = {"avx2", &sm_median_avx2},
    [SM_AVX512BW] = {"avx512bw", &sm_median_avx512bw},
#else
    [SM_AVX2] = {"avx2", NULL},
    [SM_AVX512BW] = {"avx512bw", NULL},
#endif
};

const struct sm_median_kernels *sm_median_kernels_of(enum sm_instruction_set set) {
    return sets[set].kernels;
}

const char *sm_instruction_set_name(enum sm_instruction_set set) {
    return sets[set].name;
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
        if (has(candidate) && (!wanted || strcmp(wanted, sets[i].name) == 0)) {
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
    struct sm_median *created = malloc(sizeof *created);
    uint8_t *column = aligned_alloc(SM_GROUP, max_frames * SM_GROUP);
    if (!created || !column) {
        free(created);
        free(column);
        return sm_fail_memory(error, "preparing the median");
    }
    *created = (struct sm_median){sets[set].kernels, column};
    *median = created;
    return SM_OK;
}

void sm_median_free(struct sm_median *median) {
    if (median) {
        free(median->column);
        free(median);
    }
}

/* The column of the last pixels, n of them, where that is no whole group. */
static void gather_rest(const uint8_t *const *frames, size_t n_frames, size_t first, size_t n, uint8_t *column) {
    for (size_t i = 0; i < n_frames; i++) {
        memcpy(column + i * SM_GROUP, frames[i] + first, n);
        memset(column + i * SM_GROUP + n, 0, SM_GROUP - n);
    }
}

/* Medians of one group of pixels: by one pass over the frames where the guess is good, and else by a search. */
static void group_median(struct sm_median *median, const uint8_t *const *frames, size_t n_frames, size_t first,
                         uint8_t *result) {
    const struct sm_median_kernels *kernels = median->kernels;
    struct sm_group_state state;
    if (n_frames <= SM_MAX_COUNTED) {
        kernels->start(result, &state);
        kernels->count(frames, n_frames, first, false, &state);
        if (kernels->resolve(&state, n_frames, result)) {
            return;
        }
    }
    kernels->gather(frames, n_frames, first, median->column);
    kernels->find(median->column, n_frames, result, NULL);
}

void sm_median_image(struct sm_median *median, const uint8_t *const *frames, size_t n_frames, size_t n_pixels,
                     uint8_t *image) {
    for (size_t first = 0; first < n_pixels; first += SM_GROUP) {
        _Alignas(SM_GROUP) uint8_t result[SM_GROUP] = {0};
        size_t n = n_pixels - first < SM_GROUP ? n_pixels - first : SM_GROUP;
        memcpy(result, image + first, n);
        if (n == SM_GROUP) {
            group_median(median, frames, n_frames, first, result);
        } else {
            gather_rest(frames, n_frames, first, n, median->column);
            median->kernels->find(median->column, n_frames, result, NULL);
        }
        memcpy(image + first, result, n);
    }
}
