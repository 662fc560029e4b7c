#include "rtdc/inspection/background_log.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/text.h"
#include "rtdc/layout.h"
#include "sparsemed/time_axis.h"
#include "sparsemed/windows.h"

/* The names have the time, so that the last one is the latest. */
static herr_t note_log(hid_t group, const char *name, const H5L_info_t *info, void *data) {
    static const char beginning[] = "sparsemed-";
    struct sm_background_log *log = data;
    (void)group;
    (void)info;
    if (strncmp(name, beginning, strlen(beginning)) == 0 && strlen(name) < sizeof log->name &&
        strcmp(name, log->name) > 0) {
        strcpy(log->name, name);
    }
    return 0;
}

/* The value of "KEY: VALUE", whose further lines are indented. NULL where there is none, or memory is out. To be
 * released with free. */
static char *find_value(const char *text, const char *key) {
    size_t length = strlen(key);
    for (const char *line = text; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        if (strncmp(line, key, length) != 0 || line[length] != ':') {
            continue;
        }
        char *value = strdup(line + length + 1);
        char *end = value;
        while (end && (end = strchr(end, '\n')) && end[1] == ' ') {
            *end = ' ';
        }
        if (end) {
            *end = '\0';
        }
        return value;
    }
    return NULL;
}

static uint64_t find_number(const char *text, const char *key) {
    char *value = find_value(text, key);
    uint64_t number = value ? strtoull(value, NULL, 10) : 0;
    free(value);
    return number;
}

/* Take out the runs of a list such as "3 7-9".
 *
 * n_left   of all steps; counted down
 *
 * Returns false where it is none. */
static bool take_out(const char *list, bool *used, uint64_t n_steps, uint64_t *n_left) {
    uint64_t next = 0;
    for (const char *rest = list + strspn(list, " "); *rest; rest += strspn(rest, " ")) {
        char *end;
        errno = 0;
        uint64_t first = strtoull(rest, &end, 10), last = first;
        if (end == rest || *rest == '-') {
            return false;
        }
        if (*end == '-') {
            rest = end + 1;
            last = strtoull(rest, &end, 10);
        }
        if (end == rest || errno != 0 || first < next || last < first || last >= n_steps) {
            return false;
        }
        memset(used + first, 0, (size_t)(last - first + 1) * sizeof *used);
        *n_left -= last - first + 1;
        next = last + 1;
        rest = end;
    }
    return true;
}

static enum sparsemed_status read_steps(const char *text, struct sm_background_log *log,
                                        struct sparsemed_error *error) {
    char *removed = find_value(text, "steps removed");
    log->n_steps = find_number(text, "steps");
    log->n_kept = find_number(text, "steps kept");
    log->used = removed && log->n_steps > 0 && log->n_steps <= SPARSEMED_MAX_STEPS
                    ? malloc((size_t)log->n_steps * sizeof *log->used)
                    : NULL;
    uint64_t n_left = log->n_steps;
    for (uint64_t i = 0; i < log->n_steps && log->used; i++) {
        log->used[i] = true;
    }
    if (log->used &&
        (!take_out(removed, log->used, log->n_steps, &n_left) || n_left != log->n_kept || log->n_kept == 0)) {
        free(log->used);
        log->used = NULL;
    }
    free(removed);
    return error->status;
}

enum sparsemed_status sm_background_log_read(hid_t file, struct sm_background_log *log, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    *log = (struct sm_background_log){0};
    if (sm_hdf5_walk(file, SM_GROUP_LOGS, note_log, log, error) != SPARSEMED_OK || !*log->name) {
        return error->status;
    }
    char *text = NULL;
    hid_t logs = H5Gopen2(file, SM_GROUP_LOGS, H5P_DEFAULT);
    if (sm_text_read(logs, log->name, &text, error) == SPARSEMED_OK) {
        char *ppid = find_value(text, "pipeline");
        log->ppid = ppid ? strdup(ppid + strspn(ppid, " ")) : NULL;
        free(ppid);
        read_steps(text, log, error);
    }
    free(text);
    sm_hdf5_release(logs);
    return error->status;
}

void sm_background_log_free(struct sm_background_log *log) {
    free(log->ppid);
    free(log->used);
    *log = (struct sm_background_log){0};
}
