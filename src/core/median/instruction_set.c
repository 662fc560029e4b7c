#include "sparsemed/instruction_set.h"

#include <stdlib.h>
#include <string.h>

#include "core/median/median_kernel.h"

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

bool sm_instruction_set_is_available(enum sm_instruction_set set) {
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
        if (sm_instruction_set_is_available(candidate) && (!wanted || strcmp(wanted, sets[candidate].name) == 0)) {
            *set = candidate;
            return SM_OK;
        }
    }
    return sm_fail(error, SM_USAGE,
                   "%s is \"%s\": neither portable nor an instruction set (avx2, avx512bw) of this processor",
                   SM_INSTRUCTION_SET_VARIABLE, wanted ? wanted : "");
}
