#include "parallel/inspection/conditions.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- what there is ---- */

enum field {
    NO_BACKGROUND,
    BACKGROUND,
    RESOLVES,
    UNRESOLVED,
    PPID,
    REGION,
    MAKER,
    FRAMES,
    IMAGES,
    WIDTH,
    HEIGHT,
    GENERATION,
    NEWER,
    OLDER,
    N_FIELDS
};
enum sort { WORD, TEXT, NUMBER, DATE };

static const struct {
    const char *name;
    enum sort sort;
} fields[N_FIELDS] = {
    [NO_BACKGROUND] = {"no-background", WORD},
    [BACKGROUND] = {"background", WORD},
    [RESOLVES] = {"resolves", WORD},
    [UNRESOLVED] = {"unresolved", WORD},
    [PPID] = {"ppid", TEXT},
    [REGION] = {"region", TEXT},
    [MAKER] = {"maker", TEXT},
    [FRAMES] = {"frames", NUMBER},
    [IMAGES] = {"images", NUMBER},
    [WIDTH] = {"width", NUMBER},
    [HEIGHT] = {"height", NUMBER},
    [GENERATION] = {"generation", NUMBER},
    [NEWER] = {"newer-than", DATE},
    [OLDER] = {"older-than", DATE},
};

/* In an order in which none begins with an earlier one. */
enum relation { NOT_EQUAL, AT_MOST, AT_LEAST, EQUAL, LESS, GREATER, N_RELATIONS };
static const char *const relations[N_RELATIONS] = {"!=", "<=", ">=", "=", "<", ">"};

/* ---- reading ---- */

static int find_field(const char *text, size_t length) {
    int i = 0;
    while (i < N_FIELDS && (strlen(fields[i].name) != length || strncmp(fields[i].name, text, length) != 0)) {
        i++;
    }
    return i;
}

static int find_relation(const char *text) {
    int i = 0;
    while (i < N_RELATIONS && strncmp(relations[i], text, strlen(relations[i])) != 0) {
        i++;
    }
    return i;
}

static bool read_number(const char *text, int64_t *number) {
    char *end;
    errno = 0;
    *number = strtoll(text, &end, 10);
    return isdigit((unsigned char)*text) && !*end && errno == 0;
}

/* Whether a text is 2024-05-31, and perhaps more of a time. */
static bool is_date(const char *text) {
    static const char form[] = "0000-00-00T00:00:00";
    static const struct {
        size_t at; /* of two digits */
        int least, most;
    } parts[] = {{5, 1, 12}, {8, 1, 31}, {11, 0, 23}, {14, 0, 59}, {17, 0, 59}};
    size_t n = strlen(text);
    bool fits = n == 10 || n == 16 || n == 19;
    for (size_t i = 0; i < n && fits; i++) {
        fits = form[i] == '0' ? isdigit((unsigned char)text[i]) : text[i] == form[i];
    }
    for (size_t i = 0; i < sizeof parts / sizeof *parts && parts[i].at < n && fits; i++) {
        int value = 10 * (text[parts[i].at] - '0') + text[parts[i].at + 1] - '0';
        fits = value >= parts[i].least && value <= parts[i].most;
    }
    return fits;
}

/* Read what follows the name of a field. Returns false where it does not fit. */
static bool read_rest(const char *rest, struct sm_condition *condition) {
    if (fields[condition->field].sort == WORD) {
        return !*rest;
    }
    condition->relation = find_relation(rest);
    if (condition->relation == N_RELATIONS) {
        return false;
    }
    const char *value = condition->value = rest + strlen(relations[condition->relation]);
    switch (fields[condition->field].sort) {
    case NUMBER:
        return read_number(value, &condition->number);
    case DATE:
        return condition->relation == EQUAL && is_date(value);
    default:
        return (condition->relation == EQUAL || condition->relation == NOT_EQUAL) && *value && *value != '=';
    }
}

enum sparsemed_status sm_conditions_add(struct sm_conditions *conditions, const char *text,
                                        struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    if (conditions->n == SM_MAX_CONDITIONS) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "there are more than %d conditions", SM_MAX_CONDITIONS);
    }
    struct sm_condition *condition = &conditions->list[conditions->n];
    size_t length = strcspn(text, "!<>=");
    *condition = (struct sm_condition){.field = find_field(text, length)};
    if (condition->field == N_FIELDS || !read_rest(text + length, condition)) {
        return sparsemed_fail(error, SPARSEMED_USAGE,
                              "\"%.200s\" is no condition; valid are no-background, background, resolves, unresolved, "
                              "ppid, region and maker with = or != and a text, frames, images, width, height and "
                              "generation with <, <=, =, !=, >= or > and a number, newer-than=DATE and "
                              "older-than=DATE, such as 2024-05-31",
                              text);
    }
    conditions->n++;
    return SPARSEMED_OK;
}

/* ---- deciding ---- */

/* order   of what is found against what it is compared with */
static bool holds(int relation, int order) {
    switch (relation) {
    case NOT_EQUAL:
        return order != 0;
    case AT_MOST:
        return order <= 0;
    case AT_LEAST:
        return order >= 0;
    case EQUAL:
        return order == 0;
    case LESS:
        return order < 0;
    default:
        return order > 0;
    }
}

static bool compare_texts(const struct sm_condition *condition, const char *found) {
    return holds(condition->relation, *found ? strcmp(found, condition->value) : -1);
}

/* A number that is 0 where nothing tells it. */
static int64_t told(uint64_t number) {
    return number > 0 ? (int64_t)number : -1;
}

/* found   below 0: not told */
static bool compare_numbers(const struct sm_condition *condition, int64_t found) {
    return found < 0 ? condition->relation == NOT_EQUAL
                     : holds(condition->relation, (found > condition->number) - (found < condition->number));
}

/* Order of the time when a measurement was made, against a time that may leave out the end. */
static int compare_dates(const struct sm_condition *condition, const struct sm_audit_entry *entry) {
    char made[24];
    if (is_date(entry->headers.made)) {
        strcpy(made, entry->headers.made);
    } else {
        const time_t seconds = (time_t)(entry->state.modified / 1000000000);
        struct tm parts;
        strftime(made, sizeof made, "%Y-%m-%dT%H:%M:%S", gmtime_r(&seconds, &parts));
    }
    return strncmp(made, condition->value, strlen(condition->value));
}

static bool fulfils(const struct sm_condition *condition, const struct sm_audit_entry *entry) {
    const struct sm_headers *headers = &entry->headers;
    switch (condition->field) {
    case NO_BACKGROUND:
        return headers->background == SM_BACKGROUND_NONE;
    case BACKGROUND:
        return headers->background != SM_BACKGROUND_NONE;
    case RESOLVES:
        return entry->resolves;
    case UNRESOLVED:
        return !entry->resolves;
    case PPID:
        return compare_texts(condition, headers->ppid);
    case REGION:
        return compare_texts(condition, headers->region);
    case MAKER:
        return compare_texts(condition, headers->maker);
    case FRAMES:
        return compare_numbers(condition, told(headers->n_frames));
    case IMAGES:
        return compare_numbers(condition, (int64_t)headers->n_images);
    case WIDTH:
        return compare_numbers(condition, told(headers->width));
    case HEIGHT:
        return compare_numbers(condition, told(headers->height));
    case GENERATION:
        return compare_numbers(condition, headers->generation);
    case NEWER:
        return compare_dates(condition, entry) > 0;
    default:
        return compare_dates(condition, entry) < 0;
    }
}

bool sm_conditions_hold(const struct sm_conditions *conditions, const struct sm_audit_entry *entry) {
    bool hold = true;
    for (size_t i = 0; i < conditions->n && hold && entry->status == SPARSEMED_OK; i++) {
        hold = fulfils(&conditions->list[i], entry);
    }
    return hold;
}

enum sparsemed_status sm_conditions_apply(const struct sm_conditions *conditions, struct sm_sources *sources,
                                          struct sm_audit_entry *entries, struct sparsemed_error *error) {
    bool *kept = malloc(sources->n + 1);
    size_t n = 0;
    if (!kept) {
        return sparsemed_fail_memory(error, "choosing measurements");
    }
    for (size_t i = 0; i < sources->n; i++) {
        kept[i] = sm_conditions_hold(conditions, &entries[i]);
        if (kept[i]) {
            entries[n++] = entries[i];
        } else {
            free(entries[i].reason);
        }
    }
    sources->n_unfit += sources->n - n;
    sm_sources_keep(sources, kept);
    free(kept);
    return SPARSEMED_OK;
}
