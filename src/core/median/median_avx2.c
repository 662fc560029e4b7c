#include <immintrin.h>
#define VECTOR_BYTES    32
#define VECTORS_AT_ONCE 2
#define MEDIAN_KERNELS  sparsemed_median_avx2
#define LESSER(a, b)    _mm256_min_epu8((__m256i)(a), (__m256i)(b))
#define EXCESS(a, b)    _mm256_subs_epu8((__m256i)(a), (__m256i)(b))
#include "core/median/median_template.h"
