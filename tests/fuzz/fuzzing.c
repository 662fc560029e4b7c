#include "fuzz/fuzzing.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void must(bool condition, const char *what) {
    if (!condition) {
        fprintf(stderr, "wrong: %s\n", what);
        abort();
    }
}

bool went_well(enum sparsemed_status status, const struct sparsemed_error *error, enum sparsemed_status failure,
               enum sparsemed_status other_failure) {
    must(status == error->status, "the error is another one than is returned");
    must(status == SPARSEMED_OK || status == failure || status == other_failure, error->message);
    must((status == SPARSEMED_OK) == !*error->message, "a message where all is well, or none after a failure");
    return status == SPARSEMED_OK;
}

uint8_t take_byte(const uint8_t **data, size_t *n_bytes) {
    if (*n_bytes == 0) {
        return 0;
    }
    --*n_bytes;
    return *(*data)++;
}

char *to_text(const uint8_t *data, size_t n_bytes) {
    char *text = n_bytes > 0 ? strndup((const char *)data, n_bytes) : strdup("");
    must(text, "memory is out");
    return text;
}

static char folder[64], path[96];

static void remove_file(void) {
    unlink(path);
    rmdir(folder);
}

const char *to_file(const uint8_t *data, size_t n_bytes) {
    static int descriptor = -1;
    if (descriptor < 0) {
        snprintf(folder, sizeof folder, "/tmp/sparsemed-fuzz-XXXXXX");
        must(mkdtemp(folder), "a folder cannot be made");
        snprintf(path, sizeof path, "%s/file", folder);
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        atexit(remove_file);
    }
    must(descriptor >= 0 && ftruncate(descriptor, 0) == 0 && pwrite(descriptor, data, n_bytes, 0) == (ssize_t)n_bytes,
         "a file cannot be written");
    return path;
}
