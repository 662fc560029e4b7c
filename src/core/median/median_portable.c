#define VECTOR_BYTES    16
#define VECTORS_AT_ONCE 1
#define MEDIAN_KERNELS  sparsemed_median_portable
#if defined(__SSE2__)
#include <emmintrin.h>
#define LESSER(a, b) _mm_min_epu8((__m128i)(a), (__m128i)(b))
#define EXCESS(a, b) _mm_subs_epu8((__m128i)(a), (__m128i)(b))
#else
#define LESSER(a, b) choose((bytes)((a) < (b)), (a), (b))
#define EXCESS(a, b) (((a) - (b)) & (bytes)((a) > (b)))
#endif
#include "core/median/median_template.h"
