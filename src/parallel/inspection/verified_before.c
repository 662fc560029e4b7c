#include "parallel/inspection/verified_before.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rtdc/files/file_state.h"
#include "rtdc/files/path.h"
#include "rtdc/files/surrogates.h"

static const char status[] = "verified";

/* How much was computed anew, as JSON has whole numbers. */
static json_int_t amount(uint64_t n_recompute) {
    return n_recompute > INT64_MAX ? INT64_MAX : (json_int_t)n_recompute;
}

/* Take in one line. Returns false where it is whole, and of another journal. */
static bool take_in(json_t *index, const char *line) {
    json_t *record = sm_json_read(line);
    const char *kind = json_string_value(json_object_get(record, "status"));
    const char *output = json_string_value(json_object_get(record, "output"));
    bool ours = !record || (kind && output && strcmp(kind, status) == 0);
    if (record && ours) {
        json_object_set(index, output, record);
    }
    json_decref(record);
    return ours;
}

static enum sparsemed_status read_lines(const char *path, int descriptor, json_t *index,
                                        struct sparsemed_error *error) {
    char *line = NULL;
    size_t capacity = 0;
    FILE *stream = fdopen(descriptor, "r");
    if (!stream) {
        close(descriptor);
        return sparsemed_fail_memory(error, "reading the journal");
    }
    while (error->status == SPARSEMED_OK && getline(&line, &capacity, stream) >= 0) {
        if (!take_in(index, line)) {
            sparsemed_fail(error, SPARSEMED_USAGE, "%s: is no journal of verify; name another file", path);
        }
    }
    if (error->status == SPARSEMED_OK && ferror(stream)) {
        sparsemed_fail(error, SPARSEMED_INPUT, "%s: the journal cannot be read: %s", path, strerror(errno));
    }
    free(line);
    fclose(stream);
    return error->status;
}

enum sparsemed_status sm_verified_before_open(const char *path, struct sm_verified_before *before,
                                              struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    *before = (struct sm_verified_before){json_object(), SM_NO_JOURNAL};
    if (!before->index) {
        return sparsemed_fail_memory(error, "reading the journal");
    }
    int descriptor;
    if (sm_journal_open(path, &before->journal, error) == SPARSEMED_OK && /* first: it refuses what is no journal */
        sm_path_open(path, &descriptor, error) == SPARSEMED_OK) {
        read_lines(path, descriptor, before->index, error);
    }
    return error->status;
}

static bool was_good(const struct sm_verified_before *before, const char *path, uint64_t n_recompute) {
    json_t *key = sm_json_from_bytes(path);
    const json_t *record = key ? json_object_get(before->index, json_string_value(key)) : NULL;
    const struct sm_file_state then = {(uint64_t)json_integer_value(json_object_get(record, "output_size")),
                                       json_integer_value(json_object_get(record, "output_modified"))};
    bool good = record && sm_file_state_equal(then, sm_file_state_of(path)) &&
                json_integer_value(json_object_get(record, "recomputed")) >= amount(n_recompute);
    json_decref(key);
    return good;
}

enum sparsemed_status sm_verified_before_drop(const struct sm_verified_before *before, struct sm_sources *outputs,
                                              uint64_t n_recompute, size_t *n_dropped, struct sparsemed_error *error) {
    size_t n = outputs->n;
    bool *kept = malloc(n + 1);
    *n_dropped = 0;
    if (!kept) {
        return sparsemed_fail_memory(error, "listing outputs");
    }
    for (size_t i = 0; i < n; i++) {
        kept[i] = !was_good(before, outputs->list[i].input, n_recompute);
    }
    sm_sources_keep(outputs, kept);
    *n_dropped = n - outputs->n;
    free(kept);
    return SPARSEMED_OK;
}

enum sparsemed_status sm_verified_before_note(struct sm_verified_before *before, const char *path,
                                              struct sm_file_state state, uint64_t n_recompute,
                                              struct sparsemed_error *error) {
    if (before->journal.descriptor < 0) {
        return SPARSEMED_OK;
    }
    json_t *record = json_pack("{ss so sI sI sI}", "status", status, "output", sm_json_from_bytes(path), "output_size",
                               (json_int_t)state.size, "output_modified", (json_int_t)state.modified, "recomputed",
                               amount(n_recompute));
    char *text = record ? sm_json_write(record, 0) : NULL;
    json_decref(record);
    if (!text) {
        return sparsemed_fail_memory(error, "noting what was verified");
    }
    sm_journal_append(&before->journal, text, error);
    free(text);
    return error->status;
}

void sm_verified_before_close(struct sm_verified_before *before) {
    json_decref(before->index);
    sm_journal_close(&before->journal);
    *before = (struct sm_verified_before){NULL, SM_NO_JOURNAL};
}
