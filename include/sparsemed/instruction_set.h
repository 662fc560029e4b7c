/* Which instructions of the processor the median uses. */
#ifndef SPARSEMED_INSTRUCTION_SET_H
#define SPARSEMED_INSTRUCTION_SET_H

#include <stdbool.h>

#include "sparsemed/status.h"

/* Instruction sets the median is built for, from the least to the best. */
enum sm_instruction_set { SM_PORTABLE, SM_AVX2, SM_AVX512BW, SM_N_INSTRUCTION_SETS };

/* Environment variable that names the instruction set: "portable", "avx2" or "avx512bw". Naming one that this processor
 * lacks is an error, as is any other word: a test must never believe that it ran what it did not. */
#define SM_INSTRUCTION_SET_VARIABLE "SPARSEMED_INSTRUCTION_SET"

/* Name of an instruction set, as the environment variable takes it. */
const char *sm_instruction_set_name(enum sm_instruction_set set);

/* Whether this processor has an instruction set, and the library is built for it. */
bool sm_instruction_set_is_available(enum sm_instruction_set set);

/* The instruction set that the environment variable names; without it the best that can be had here. SM_USAGE where the
 * variable names none of those. */
enum sm_status sm_instruction_set_choose(enum sm_instruction_set *set, struct sm_error *error);

#endif
