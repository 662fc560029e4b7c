#include "parallel/archive/manifest.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/files/path.h"

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

/* Add one line of a manifest. The line is cut up. */
static enum sparsemed_status add_line(struct sm_sources *sources, char *line, const char *current,
                                      struct sparsemed_error *error) {
    char *output = strchr(line, '\t');
    if (output) {
        *output++ = '\0';
    }
    if (!*line || (output && !*output)) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "a path is empty");
    }
    if (!output && !sources->in_place && !sources->output_folder) {
        return sparsemed_fail(error, SPARSEMED_USAGE,
                              "there is no output; give one after a tabulator, or --output-dir");
    }
    if (sources->output_folder && steps_up(output ? output : line)) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "\"%s\" leads out of the output folder; give %s",
                              output ? output : line, output ? "another output" : "an output after a tabulator");
    }
    char *input = below(current, line);
    if (!input || sm_sources_widen_base(sources, input, false, error) != SPARSEMED_OK) {
        free(input);
        return error->status == SPARSEMED_OK ? sparsemed_fail_memory(error, "reading the manifest") : error->status;
    }
    const char *folder = sources->output_folder ? sources->output_folder : current;
    char *target = output ? below(folder, output) : sm_sources_mirror(sources, input, strip(line));
    return sm_sources_append(sources, input, target, error);
}

enum sparsemed_status sm_manifest_add(struct sm_sources *sources, FILE *manifest, const char *name,
                                      struct sparsemed_error *error) {
    char *line = NULL, *current = realpath(".", NULL);
    size_t capacity = 0;
    unsigned long long number = 0;
    assert(error->status == SPARSEMED_OK);
    if (!current) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "the current folder cannot be found: %s", strerror(errno));
    }
    while (error->status == SPARSEMED_OK) {
        errno = 0;
        ssize_t length = getline(&line, &capacity, manifest);
        if (length < 0) {
            break;
        }
        number++;
        while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r')) {
            line[--length] = '\0';
        }
        if (length > 0 && add_line(sources, line, current, error) != SPARSEMED_OK) {
            sparsemed_fail_where(error, "%s, line %llu", name, number);
        }
    }
    if (error->status == SPARSEMED_OK && ferror(manifest)) {
        sparsemed_fail(error, SPARSEMED_INPUT, "%s: cannot be read: %s", name, strerror(errno));
    }
    free(line);
    free(current);
    return error->status;
}
