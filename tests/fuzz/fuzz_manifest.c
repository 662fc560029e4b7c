/* Manifests, and what is made of the list: no path gets lost, and no output leads out of the output folder. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzzing.h"
#include "parallel/sources/manifest.h"

static void check_paths(const struct sm_sources *sources) {
    for (size_t i = 0; i < sources->n; i++) {
        const struct sm_source *source = &sources->list[i];
        must(*source->input == '/' && *source->output == '/', "a path is not absolute");
        must(!sources->output_folder || !strstr(source->output, "/../"), "an output leads out of its folder");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    uint8_t kind = take_byte(&data, &n_bytes) % 5;
    struct sm_sources sources = {
        .in_place = kind == 1, .copy = kind == 4, .output_folder = kind >= 2 ? "/results" : NULL};
    char *text = calloc(n_bytes + 1, 1);
    must(text, "memory is out");
    memcpy(text, n_bytes > 0 ? data : (const uint8_t *)"", n_bytes);
    if (went_well(sm_manifest_add(&sources, text, n_bytes, "manifest", &error), &error, SPARSEMED_USAGE,
                  SPARSEMED_INPUT)) {
        check_paths(&sources);
        if (went_well(sm_sources_settle(&sources, &error), &error, SPARSEMED_USAGE, SPARSEMED_USAGE)) {
            sm_sources_keep_shard(&sources, 1, 2);
            check_paths(&sources);
        }
    }
    free(text);
    sm_sources_free(&sources);
    return 0;
}
