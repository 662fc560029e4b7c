/* Pipeline identifiers: what can be read is valid, and reads back as the same from the form that we write. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzzing.h"
#include "sparsemed/parameters.h"

static bool same(const struct sparsemed_parameters *a, const struct sparsemed_parameters *b) {
    return a->kernel_size == b->kernel_size && a->split_time == b->split_time &&
           a->thresh_cleansing == b->thresh_cleansing && a->frac_cleansing == b->frac_cleansing &&
           a->offset_correction == b->offset_correction;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes) {
    struct sparsemed_parameters parameters, again;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    char ppid[SPARSEMED_PPID_SIZE], *text = to_text(data, n_bytes);
    if (went_well(sparsemed_ppid_parse(text, &parameters, &error), &error, SPARSEMED_USAGE, SPARSEMED_USAGE)) {
        must(sparsemed_parameters_check(&parameters, &error) == SPARSEMED_OK, "parameters are out of range");
        sparsemed_ppid_format(&parameters, ppid);
        must(strlen(ppid) < sizeof ppid && sparsemed_ppid_parse(ppid, &again, &error) == SPARSEMED_OK &&
                 same(&parameters, &again),
             "an identifier does not read back");
    }
    free(text);
    return 0;
}
