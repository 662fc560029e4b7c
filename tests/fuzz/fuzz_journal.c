/* Journals of earlier jobs, whatever has become of them. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzzing.h"
#include "parallel/journal/history.h"
#include "rtdc/files/surrogates.h"

/* What is known of an output is found by its path, unless its name in the journal is that of no path. */
static void must_find(const struct sm_history *history, const char *name, const struct sm_past *past) {
    json_t *written = json_string(name);
    char *path = sm_json_to_bytes(written);
    json_t *again = path ? sm_json_from_bytes(path) : NULL;
    must(again, "memory is out");
    must(!json_equal(written, again) || sm_history_find(history, path) == past, "an output is not found");
    json_decref(again);
    free(path);
    json_decref(written);
}

static void look_at(const struct sm_history *history) {
    const char *output;
    json_t *number;
    must(json_object_size(history->index) == history->n, "an output is lost");
    json_object_foreach(history->index, output, number) {
        const struct sm_past *past = &history->list[json_integer_value(number)];
        must_find(history, output, past);
        must(sm_past_lost(past) >= 0 && sm_past_lost(past) <= 2, "jobs are miscounted");
        must(strnlen(past->finished, sizeof past->finished) < sizeof past->finished &&
                 strnlen(past->ended, sizeof past->ended) < sizeof past->ended,
             "a time has no end");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes) {
    struct sm_history history;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    if (went_well(sm_history_read(to_file(data, n_bytes), &history, &error), &error, SPARSEMED_INPUT,
                  SPARSEMED_INPUT)) {
        look_at(&history);
    }
    sm_history_free(&history);
    return 0;
}
