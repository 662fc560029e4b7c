#include "rtdc/inspection/headers.h"

#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/hdf5/attributes.h"
#include "rtdc/hdf5/file_driver.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/layout.h"

/* ---- attributes ---- */

/* Copy an attribute as far as there is room. */
static void copy_attribute(hid_t file, const char *name, char *text, size_t size) {
    char *found = sm_attribute_text_trusted(file, name);
    snprintf(text, size, "%s", found ? found : "");
    free(found);
}

/* Copy the last of the programs in "ShapeIn 2.0.6 | dclab 0.33.2". */
static void copy_last_program(hid_t file, char *program, size_t size) {
    char *found = sm_attribute_text_trusted(file, SM_ATTRIBUTE_SOFTWARE_VERSION);
    const char *last = found ? found : "";
    for (const char *next = last; (next = strstr(next, SM_SOFTWARE_AND));) {
        last = next += strlen(SM_SOFTWARE_AND);
    }
    snprintf(program, size, "%s", last);
    free(found);
}

static void read_attributes(hid_t file, struct sm_headers *headers) {
    char date[12], time[10], generation[32];
    copy_attribute(file, SM_ATTRIBUTE_REGION, headers->region, sizeof headers->region);
    copy_last_program(file, headers->maker, sizeof headers->maker);
    copy_attribute(file, SM_ATTRIBUTE_DATE, date, sizeof date);
    copy_attribute(file, SM_ATTRIBUTE_TIME, time, sizeof time);
    snprintf(headers->measured, sizeof headers->measured, "%.10s%s%.8s", date, *date && *time ? "T" : "", time);
    strcpy(headers->made, headers->measured);
    if (headers->background != SM_BACKGROUND_NONE && !*headers->ppid) {
        copy_attribute(file, SM_CLAIM_BACKGROUND, headers->ppid, sizeof headers->ppid);
    }
    if (headers->background != SM_BACKGROUND_NONE && headers->generation < 0) {
        copy_attribute(file, SM_CLAIM_GENERATION, generation, sizeof generation);
        headers->generation = sm_content_generation(generation);
    }
}

/* ---- logs ---- */

/* The time in the name of a log, as "20240531T102030Z" or "2024-05-31-10.20.30", in the form of headers->made. Returns
 * false where there is none. */
static bool read_stamp(const char *text, char stamp[24]) {
    char digits[16];
    size_t n = 0;
    for (; *text && n < 14; text++) {
        if (isdigit((unsigned char)*text)) {
            digits[n++] = *text;
        } else if (!strchr("-.:TZ", *text)) {
            return false;
        }
    }
    digits[n] = '\0';
    if (n == 14) {
        snprintf(stamp, 24, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s", digits, digits + 4, digits + 6, digits + 8, digits + 10,
                 digits + 12);
    }
    return n == 14;
}

/* The latest of the logs that a background leaves. */
struct latest {
    char program[16], made[24];
};

static herr_t look_at_log(hid_t group, const char *name, const H5L_info_t *info, void *data) {
    static const struct {
        const char *beginning, *program;
    } logs[] = {{"sparsemed-", "sparsemed"}, {"dcnum-process-", "dcnum"}, {"dcnum-job-", "dcnum"}};
    struct latest *latest = data;
    char stamp[24];
    (void)group;
    (void)info;
    for (size_t i = 0; i < sizeof logs / sizeof *logs; i++) {
        size_t length = strlen(logs[i].beginning);
        if (strncmp(name, logs[i].beginning, length) == 0 && read_stamp(name + length, stamp) &&
            strcmp(stamp, latest->made) > 0) {
            strcpy(latest->program, logs[i].program);
            strcpy(latest->made, stamp);
        }
    }
    return 0;
}

static void read_logs(hid_t file, struct sm_headers *headers) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    struct latest latest = {"", ""};
    sm_hdf5_walk(file, SM_GROUP_LOGS, look_at_log, &latest, &ignored);
    if (*latest.made) {
        strcpy(headers->maker, latest.program);
        strcpy(headers->made, latest.made);
    }
}

enum sparsemed_status sm_headers_read(const char *path, const struct sm_reach *reach, struct sm_headers *headers,
                                      struct sparsemed_error *problem, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    hid_t file;
    struct stat state;
    *headers = (struct sm_headers){.generation = -1};
    *problem = SPARSEMED_NO_ERROR;
    sm_reach_begin(reach, path, NULL, NULL);
    if (sm_hdf5_open(path, &file, error) == SPARSEMED_OK) {
        if (sm_file_driver_state(file, &state)) {
            headers->state = sm_file_state_from(&state);
        }
        sm_content_look(file, path, headers, problem);
        read_attributes(file, headers);
        read_logs(file, headers);
        H5Fclose(file);
    }
    sm_reach_end(NULL);
    return error->status;
}
