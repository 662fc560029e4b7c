/* The dispatcher: which kernels there are, and which of them this processor can run. They are chosen by name or ability
 * when the program runs, so that one binary serves all processors, and tests can walk through the sets. */
#include "sparsemed/instruction_set.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/median/median_kernel.h"

static const struct {
    const char *name;
    const struct sparsemed_median_kernels *kernels;
} sets[SPARSEMED_N_INSTRUCTION_SETS] = {
    [SPARSEMED_PORTABLE] = {"portable", &sparsemed_median_portable},
#if SPARSEMED_X86_KERNELS
    [SPARSEMED_AVX2] = {"avx2", &sparsemed_median_avx2},
    [SPARSEMED_AVX512BW] = {"avx512bw", &sparsemed_median_avx512bw},
#else
    [SPARSEMED_AVX2] = {"avx2", NULL},
    [SPARSEMED_AVX512BW] = {"avx512bw", NULL},
#endif
};

const struct sparsemed_median_kernels *sparsemed_median_kernels_of(enum sparsemed_instruction_set set) {
    assert(sparsemed_instruction_set_is_available(set));
    return sets[set].kernels;
}

const char *sparsemed_instruction_set_name(enum sparsemed_instruction_set set) {
    assert(set >= SPARSEMED_PORTABLE && set < SPARSEMED_N_INSTRUCTION_SETS);
    return sets[set].name;
}

bool sparsemed_instruction_set_is_available(enum sparsemed_instruction_set set) {
#if SPARSEMED_X86_KERNELS
    switch (set) {
    case SPARSEMED_AVX2:
        return __builtin_cpu_supports("avx2");
    case SPARSEMED_AVX512BW:
        return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
    default:
        break;
    }
#endif
    return set == SPARSEMED_PORTABLE;
}

enum sparsemed_status sparsemed_instruction_set_choose(enum sparsemed_instruction_set *set,
                                                       struct sparsemed_error *error) {
    const char *wanted = getenv(SPARSEMED_INSTRUCTION_SET_VARIABLE);
    for (int i = SPARSEMED_N_INSTRUCTION_SETS - 1; i >= 0; i--) {
        enum sparsemed_instruction_set candidate = (enum sparsemed_instruction_set)i;
        if (sparsemed_instruction_set_is_available(candidate) &&
            (!wanted || strcmp(wanted, sets[candidate].name) == 0)) {
            *set = candidate;
            return SPARSEMED_OK;
        }
    }
    return sparsemed_fail(error, SPARSEMED_USAGE,
                          "%s is \"%s\": neither portable nor an instruction set (avx2, avx512bw) of this processor",
                          SPARSEMED_INSTRUCTION_SET_VARIABLE, wanted ? wanted : "");
}
