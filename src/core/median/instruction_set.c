/* Which instruction sets this processor can run. They are chosen by name or ability when the program runs, so that one
 * binary serves all processors, and tests can walk through the sets. median_group.c has the kernels of each. */
#include "sparsemed/instruction_set.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[SPARSEMED_N_INSTRUCTION_SETS] = {
    [SPARSEMED_PORTABLE] = "portable",
    [SPARSEMED_AVX2] = "avx2",
    [SPARSEMED_AVX512BW] = "avx512bw",
    [SPARSEMED_NEON] = "neon",
};

const char *sparsemed_instruction_set_name(enum sparsemed_instruction_set set) {
    assert(set >= SPARSEMED_PORTABLE && set < SPARSEMED_N_INSTRUCTION_SETS);
    return names[set];
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
#elif SPARSEMED_ARM64_KERNELS
    if (set == SPARSEMED_NEON) { /* every such processor has it */
        return true;
    }
#endif
    return set == SPARSEMED_PORTABLE;
}

enum sparsemed_status sparsemed_instruction_set_choose(enum sparsemed_instruction_set *set,
                                                       struct sparsemed_error *error) {
    const char *wanted = getenv(SPARSEMED_INSTRUCTION_SET_VARIABLE);
    for (int i = SPARSEMED_N_INSTRUCTION_SETS - 1; i >= 0; i--) {
        enum sparsemed_instruction_set candidate = (enum sparsemed_instruction_set)i;
        if (sparsemed_instruction_set_is_available(candidate) && (!wanted || strcmp(wanted, names[candidate]) == 0)) {
            *set = candidate;
            return SPARSEMED_OK;
        }
    }
    char others[128] = "";
    for (int i = SPARSEMED_PORTABLE + 1; i < SPARSEMED_N_INSTRUCTION_SETS; i++) {
        size_t length = strlen(others);
        snprintf(others + length, sizeof others - length, "%s%s", length > 0 ? ", " : "", names[i]);
    }
    return sparsemed_fail(error, SPARSEMED_USAGE,
                          "%s is \"%s\": neither portable nor an instruction set (%s) of this processor",
                          SPARSEMED_INSTRUCTION_SET_VARIABLE, wanted ? wanted : "", others);
}
