/* Compilers use NEON for the portable form, too, but do not see these two operations in it. */
#include <arm_neon.h>
#define VECTOR_BYTES    16
#define VECTORS_AT_ONCE 2
#define MEDIAN_KERNELS  sparsemed_median_neon
#define LESSER(a, b)    vminq_u8((uint8x16_t)(a), (uint8x16_t)(b))
#define EXCESS(a, b)    vqsubq_u8((uint8x16_t)(a), (uint8x16_t)(b))
#include "core/median/median_template.h"
