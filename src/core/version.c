#include "sparsemed/version.h"

const char *sparsemed_version(void) {
    return SPARSEMED_VERSION;
}
