/* The vocabulary of .rtdc files. */
#ifndef RTDC_LAYOUT_H
#define RTDC_LAYOUT_H

#include "sparsemed/version.h"

/* How this program names itself in a file. */
#define SM_SOFTWARE "sparsemed " SPARSEMED_VERSION

#endif
