#include "cli/json_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rtdc/files/surrogates.h"

/* Whether there is nothing behind the line that a file is read in. */
static bool is_last_line(FILE *stream) {
    int byte;
    do {
        byte = getc_unlocked(stream);
    } while (byte != EOF && byte != '\n');
    return getc_unlocked(stream) == EOF;
}

/* Whether a file may be replaced: there is none, it is empty, or it begins like what is to be written.
 *
 * one_line   and must have no other lines */
static bool may_replace(const char *path, const char *beginning, bool one_line) {
    struct stat info;
    if (strcmp(path, "-") == 0 || stat(path, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size == 0) {
        return true;
    }
    FILE *stream = fopen(path, "r");
    bool begins = stream;
    for (const char *next = beginning; *next && begins; next++) {
        begins = fgetc(stream) == (unsigned char)*next;
    }
    begins = begins && (!one_line || is_last_line(stream));
    if (stream) {
        fclose(stream);
    }
    return begins;
}

enum sparsemed_status sm_json_file_check(const char *path, struct sparsemed_error *error) {
    return may_replace(path, "{", true) /* a journal has more lines */
               ? SPARSEMED_OK
               : sparsemed_fail(error, SPARSEMED_USAGE, "--json %s: exists and is no record; name another file", path);
}

enum sparsemed_status sm_table_file_check(const char *path, struct sparsemed_error *error) {
    return may_replace(path, "path\t", false)
               ? SPARSEMED_OK
               : sparsemed_fail(error, SPARSEMED_USAGE, "--tsv %s: exists and is no table; name another file", path);
}

FILE *sm_record_file_open(const char *path) {
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK | O_CLOEXEC, 0666);
    if (descriptor < 0) {
        return NULL;
    }
    fcntl(descriptor, F_SETFL, O_WRONLY);
    FILE *stream = fdopen(descriptor, "w");
    if (!stream) {
        close(descriptor);
    }
    return stream;
}

/* Returns 0, or what the system says is wrong. */
static int write_line(const char *path, const char *text) {
    bool to_stdout = strcmp(path, "-") == 0;
    FILE *stream = to_stdout ? stdout : sm_record_file_open(path);
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
        sparsemed_fail(&failure, SPARSEMED_OUTPUT, "%s: the record could not be written: %s", path,
                       problem == ENXIO ? "nobody reads the pipe" : strerror(problem));
    }
    json_decref(record);
    free(text);
    if (error->status == SPARSEMED_OK) {
        *error = failure;
    }
    return error->status;
}
