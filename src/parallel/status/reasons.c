#include "parallel/status/reasons.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static struct sm_reason reason_of(const struct sm_past *past) {
    const char *whole = past->reason ? past->reason : "";
    return (struct sm_reason){whole + (past->reason ? past->name_in_reason : 0), whole, past->may_pass, 1};
}

/* The next character of a text, where a number is one, whatever it is. */
static int next(const char **text) {
    unsigned char c = (unsigned char)**text;
    *text += strspn(*text, "0123456789") + (c != '\0' && !isdigit(c));
    return isdigit(c) ? '0' : c;
}

/* Compare texts but for their numbers: how long files are that were cut off is no other reason. */
static int compare_words(const char *left, const char *right) {
    for (;;) {
        int a = next(&left), b = next(&right);
        if (a != b || a == '\0') {
            return a - b;
        }
    }
}

static int compare_texts(const void *left, const void *right) {
    const struct sm_reason *a = left, *b = right;
    int order = compare_words(a->text, b->text);
    order = order ? order : a->may_pass - b->may_pass;
    return order ? order : strcmp(a->example, b->example);
}

static int compare_counts(const void *left, const void *right) {
    const struct sm_reason *a = left, *b = right;
    int order = (a->n < b->n) - (a->n > b->n);
    return order ? order : compare_texts(a, b);
}

enum sparsemed_status sm_reasons_count(const struct sm_past *const *failed, size_t n_failed, struct sm_reasons *reasons,
                                       struct sparsemed_error *error) {
    *reasons = (struct sm_reasons){.list = malloc(n_failed * sizeof *reasons->list + 1)};
    if (!reasons->list) {
        return sparsemed_fail_memory(error, "counting failures");
    }
    struct sm_reason *list = reasons->list;
    for (size_t i = 0; i < n_failed; i++) {
        list[i] = reason_of(failed[i]);
    }
    qsort(list, n_failed, sizeof *list, compare_texts);
    for (size_t i = 0; i < n_failed; i++) {
        struct sm_reason *last = reasons->n > 0 ? &list[reasons->n - 1] : NULL;
        if (last && compare_words(last->text, list[i].text) == 0 && last->may_pass == list[i].may_pass) {
            last->n++;
        } else {
            list[reasons->n++] = list[i];
        }
    }
    qsort(list, reasons->n, sizeof *list, compare_counts);
    return SPARSEMED_OK;
}

void sm_reasons_free(struct sm_reasons *reasons) {
    free(reasons->list);
    *reasons = (struct sm_reasons){0};
}
