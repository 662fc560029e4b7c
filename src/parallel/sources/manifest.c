#include "parallel/sources/manifest.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "parallel/headway.h"
#include "rtdc/files/path.h"

/* ---- reading ---- */

enum { MOST_BYTES = 1 << 30, MOMENT = 50 /* milliseconds */ };

static enum sparsemed_status fail_memory(struct sparsemed_error *error) {
    return sparsemed_fail_memory(error, "reading the manifest");
}

/* Wait until there is something to read, or the end. Not by reading: a pipe that nobody has opened to write is taken
 * for one that has ended then. */
static enum sparsemed_status await(int descriptor, struct sm_sources *sources, struct sparsemed_error *error) {
    struct pollfd event = {.fd = descriptor, .events = POLLIN};
    while (poll(&event, 1, MOMENT) <= 0 && error->status == SPARSEMED_OK) {
        sm_sources_poll(sources, error);
    }
    return error->status;
}

/* Append what can be read at once to a text. Returns how much, 0 at the end, or -1 and errno. */
static ssize_t append(int descriptor, char **text, size_t *size, size_t *capacity) {
    enum { LEAST_ROOM = 1 << 16 };
    if (*capacity - *size < LEAST_ROOM) {
        size_t larger = 2 * *capacity + 2 * LEAST_ROOM;
        char *moved = realloc(*text, larger);
        if (!moved) {
            errno = ENOMEM;
            return -1;
        }
        *text = moved;
        *capacity = larger;
    }
    ssize_t n = read(descriptor, *text + *size, *capacity - *size - 1);
    *size += n > 0 ? (size_t)n : 0;
    (*text)[*size] = '\0';
    return n;
}

enum sparsemed_status sm_manifest_read(const char *path, struct sm_sources *sources, char **text, size_t *size,
                                       struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    bool from_stdin = strcmp(path, "-") == 0;
    int descriptor = from_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    ssize_t n = descriptor >= 0 ? 1 : -1;
    size_t capacity = 0;
    *text = NULL;
    *size = 0;
    while (n > 0 && *size <= MOST_BYTES && await(descriptor, sources, error) == SPARSEMED_OK) {
        sm_headway(""); /* a list that stops halfway is given up in the end */
        do {
            n = append(descriptor, text, size, &capacity);
        } while (n < 0 && (errno == EINTR || errno == EAGAIN));
    }
    if (n < 0) {
        sparsemed_fail(error, SPARSEMED_INPUT, "%s: cannot be read: %s", from_stdin ? "standard input" : path,
                       strerror(errno));
    } else if (*size > MOST_BYTES) {
        sparsemed_fail(error, SPARSEMED_USAGE, "%s: is larger than 1 GiB; is it a list?", path);
    }
    if (descriptor >= 0 && !from_stdin) {
        close(descriptor);
    }
    return error->status;
}

/* ---- lines ---- */

/* A path without what leads nowhere at its beginning: slashes and "./". */
static const char *strip(const char *path) {
    while (*path == '/' || (path[0] == '.' && path[1] == '/')) {
        path += *path == '/' ? 1 : 2;
    }
    return path;
}

/* Whether a path steps out of folders anywhere. */
static bool steps_up(const char *path) {
    for (const char *part = path; part; part = strchr(part, '/')) {
        part += *part == '/';
        if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || !part[2])) {
            return true;
        }
    }
    return false;
}

static char *below(const char *folder, const char *path) {
    return *path == '/' ? strdup(path) : sm_path_join(folder, strip(path));
}

/* What a path has that lists have by mistake, or NULL. */
static const char *oddity(const char *path) {
    size_t length = strlen(path);
    if (*path == '#') {
        return "a manifest has no comments";
    }
    if (strchr(path, '\r')) {
        return "it has a carriage return";
    }
    return *path == ' ' || (length > 0 && path[length - 1] == ' ') ? "it begins or ends with a blank" : NULL;
}

/* Add a path.
 *
 * output   as it was given, or NULL */
static enum sparsemed_status add_path(struct sm_sources *sources, const char *path, const char *output,
                                      const char *current, struct sparsemed_error *error) {
    if (!*path || (output && !*output)) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "a path is empty");
    }
    if (!output && !sources->in_place && !sources->beside && !sources->output_folder) {
        return sparsemed_fail(error, SPARSEMED_USAGE,
                              "there is no output; give one after a tabulator, or --output-dir");
    }
    if (sources->output_folder && steps_up(output ? output : path)) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "\"%s\" leads out of the output folder; give %s",
                              output ? output : path, output ? "another output" : "an output after a tabulator");
    }
    if (!sm_sources_take(sources, strip(path), true)) {
        return SPARSEMED_OK;
    }
    char *input = below(current, path);
    if (!input || sm_sources_widen_base(sources, input, false, error) != SPARSEMED_OK) {
        free(input);
        return error->status == SPARSEMED_OK ? fail_memory(error) : error->status;
    }
    const char *folder = sources->output_folder ? sources->output_folder : current;
    char *target = output ? below(folder, output) : sm_sources_mirror(sources, input, strip(path));
    return sm_sources_append(sources, input, target, NULL, error);
}

/* Add one line. It is cut up. */
static enum sparsemed_status add_line(struct sm_sources *sources, char *line, const char *current,
                                      struct sparsemed_error *error) {
    size_t length = strlen(line);
    if (length > 0 && line[length - 1] == '\r') {
        line[--length] = '\0';
    }
    if (length == 0) {
        return SPARSEMED_OK;
    }
    char *output = strchr(line, '\t');
    if (output) {
        *output++ = '\0';
        if (strchr(output, '\t')) {
            return sparsemed_fail(error, SPARSEMED_USAGE,
                                  "there is more than one tabulator; zeros between paths allow for them");
        }
    }
    if (oddity(line) && access(line, F_OK) != 0) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "there is no file \"%s\": %s", line, oddity(line));
    }
    return add_path(sources, line, output, current, error);
}

/* Whether a text is UTF-16: with a byte order mark, or with zeros where a list of paths has none. */
static bool is_utf16(const char *text, size_t size) {
    return size >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0 || !text[0] ||
                         (size >= 4 && !text[1] && !text[3]));
}

enum sparsemed_status sm_manifest_add(struct sm_sources *sources, char *text, size_t size, const char *name,
                                      struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK && !text[size]);
    static const char byte_order_mark[] = "\xef\xbb\xbf";
    char *current = realpath(".", NULL), *end = text + size;
    bool zeros = memchr(text, '\0', size);
    if (!current) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "the current folder cannot be found: %s", strerror(errno));
    }
    if (is_utf16(text, size)) {
        sparsemed_fail(error, SPARSEMED_USAGE, "%s, line 1: is UTF-16, or no text; save it as UTF-8", name);
    } else if (strncmp(text, byte_order_mark, strlen(byte_order_mark)) == 0) {
        text += strlen(byte_order_mark);
    }
    for (unsigned long long number = 1; text < end && error->status == SPARSEMED_OK; number++) {
        char *stop = memchr(text, zeros ? '\0' : '\n', (size_t)(end - text));
        stop = stop ? stop : end;
        *stop = '\0';
        if ((zeros ? add_path(sources, text, NULL, current, error) : add_line(sources, text, current, error)) !=
            SPARSEMED_OK) {
            sparsemed_fail_where(error, "%s, %s %llu", name, zeros ? "path" : "line", number);
        }
        text = stop + 1;
    }
    free(current);
    return error->status;
}
