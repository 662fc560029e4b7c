#include "cli/json_file.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/files/surrogates.h"

/* Returns 0, or what the system says is wrong. */
static int write_line(const char *path, const char *text) {
    bool to_stdout = strcmp(path, "-") == 0;
    FILE *stream = to_stdout ? stdout : fopen(path, "w");
    int problem = stream && fprintf(stream, "%s\n", text) > 0 && fflush(stream) == 0 ? 0 : errno;
    if (stream && !to_stdout && fclose(stream) != 0 && problem == 0) {
        problem = errno;
    }
    return problem;
}

enum sparsemed_status sm_json_file_write(const char *path, json_t *record, struct sparsemed_error *error) {
    assert(path);
    struct sparsemed_error failure = SPARSEMED_NO_ERROR;
    char *text = record ? sm_json_write(record, JSON_REAL_PRECISION(6)) : NULL;
    int problem = text ? write_line(path, text) : 0;
    if (!text) {
        sparsemed_fail_memory(&failure, "writing the record");
    } else if (problem != 0) {
        sparsemed_fail(&failure, SPARSEMED_OUTPUT, "%s: the record could not be written: %s", path, strerror(problem));
    }
    json_decref(record);
    free(text);
    if (error->status == SPARSEMED_OK) {
        *error = failure;
    }
    return error->status;
}
