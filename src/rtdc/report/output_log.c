#include "rtdc/report/output_log.h"

#include <stdlib.h>
#include <string.h>

#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/text.h"
#include "rtdc/layout.h"

static const char prefix[] = "sparsemed-2"; /* and the rest of a year: other logs of ours have other names */

/* Keep the name that is the last. */
static herr_t keep_last(hid_t group, const char *name, const H5L_info_t *info, void *data) {
    (void)group;
    (void)info;
    char **last = data;
    if (strncmp(name, prefix, sizeof prefix - 1) == 0) {
        free(*last);
        *last = strdup(name);
    }
    return 0;
}

enum sparsemed_status sm_output_log_read(hid_t file, char **log, struct sparsemed_error *error) {
    char *name = NULL;
    *log = NULL;
    if (sm_hdf5_walk(file, SM_GROUP_LOGS, keep_last, &name, error) == SPARSEMED_OK && name) {
        hid_t logs = H5Gopen2(file, SM_GROUP_LOGS, H5P_DEFAULT);
        sm_text_read(logs, name, log, error);
        sm_hdf5_release(logs);
    }
    free(name);
    return error->status;
}

/* Take lines of a value: up to the next line that does not begin with a blank. Returns where that is. */
static const char *take_value(const char *from, char *value) {
    char *end = value;
    for (;;) {
        size_t length = strcspn(from, "\n");
        from += strspn(from, " ") < length ? strspn(from, " ") : length;
        length = strcspn(from, "\n");
        memcpy(end, from, length);
        end += length;
        from += length + (from[length] == '\n');
        if (*from != ' ') {
            break;
        }
        *end++ = ' ';
    }
    *end = '\0';
    return from;
}

bool sm_output_log_next(const char **at, char **key, char **value) {
    const char *line = *at;
    size_t length = strcspn(line, "\n");
    const char *colon = memchr(line, ':', length);
    while (*line && !colon) { /* no line of ours */
        line += length + (line[length] == '\n');
        length = strcspn(line, "\n");
        colon = memchr(line, ':', length);
    }
    *key = colon ? strndup(line, (size_t)(colon - line)) : NULL;
    *value = colon ? malloc(strlen(colon) + 1) : NULL;
    if (!*key || !*value) {
        free(*key);
        free(*value);
        *key = *value = NULL;
        return false;
    }
    *at = take_value(colon + 1, *value);
    return true;
}

char *sm_output_log_value(const char *log, const char *wanted) {
    char *key, *value;
    while (log && sm_output_log_next(&log, &key, &value)) {
        bool found = strcmp(key, wanted) == 0;
        free(key);
        if (found) {
            return value;
        }
        free(value);
    }
    return NULL;
}
