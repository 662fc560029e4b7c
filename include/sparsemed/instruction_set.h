/* Which instructions of the processor the median uses. */
#ifndef SPARSEMED_INSTRUCTION_SET_H
#define SPARSEMED_INSTRUCTION_SET_H

#include <stdbool.h>

#include "sparsemed/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Instruction sets the median is built for, from the least to the best of a processor: AVX on x86-64, NEON on arm64. */
enum sparsemed_instruction_set {
    SPARSEMED_PORTABLE,
    SPARSEMED_AVX2,
    SPARSEMED_AVX512BW,
    SPARSEMED_NEON,
    SPARSEMED_N_INSTRUCTION_SETS
};

/* Environment variable that names the instruction set: "portable", "avx2", "avx512bw" or "neon". Naming one that this
 * processor lacks is an error, as is any other word: a test must never believe that it ran what it did not. */
#define SPARSEMED_INSTRUCTION_SET_VARIABLE "SPARSEMED_INSTRUCTION_SET"

/* Name of an instruction set, as the environment variable takes it. Static. */
const char *sparsemed_instruction_set_name(enum sparsemed_instruction_set set);

/* Whether this processor has an instruction set, and the library is built for it. */
bool sparsemed_instruction_set_is_available(enum sparsemed_instruction_set set);

/* The instruction set that the environment variable names; without it the best that can be had here.
 *
 * SPARSEMED_USAGE: the variable names none that can be had here. */
enum sparsemed_status sparsemed_instruction_set_choose(enum sparsemed_instruction_set *set,
                                                       struct sparsemed_error *error);

#ifdef __cplusplus
}
#endif

#endif
