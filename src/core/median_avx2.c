#define VECTOR_BYTES  32
#define MEDIAN_KERNEL sm_median_avx2
#include "core/median_template.h"
