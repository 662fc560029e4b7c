#define VECTOR_BYTES  64
#define MEDIAN_KERNEL sm_median_avx512bw
#include "core/median_template.h"
