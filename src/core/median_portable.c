#define VECTOR_BYTES  16
#define MEDIAN_KERNEL sm_median_portable
#include "core/median_template.h"
