#include "parallel/sources/globs.h"

#include <fnmatch.h>
#include <string.h>

#include "rtdc/files/path.h"

static const char *const outputs[] = {"*_bg.rtdc", "*_dcn.rtdc"};

static bool matches(const char *const *patterns, size_t n, const char *below) {
    for (size_t i = 0; i < n; i++) {
        if (fnmatch(patterns[i], strchr(patterns[i], '/') ? below : sm_path_name(below), 0) == 0) {
            return true;
        }
    }
    return false;
}

bool sm_globs_take(const struct sm_globs *globs, const char *below, bool named) {
    bool wanted = globs->n_included > 0 ? matches(globs->included, globs->n_included, below)
                                        : named || !matches(outputs, sizeof outputs / sizeof *outputs, below);
    return wanted && !matches(globs->excluded, globs->n_excluded, below);
}
