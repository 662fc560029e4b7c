#include <immintrin.h>
#define VECTOR_BYTES    64
#define VECTORS_AT_ONCE 1
#define MEDIAN_KERNELS  sm_median_avx512bw
#define LESSER(a, b)    _mm512_min_epu8((__m512i)(a), (__m512i)(b))
#define EXCESS(a, b)    _mm512_subs_epu8((__m512i)(a), (__m512i)(b))
#include "core/median_template.h"
