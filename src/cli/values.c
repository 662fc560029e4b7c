#include "cli/values.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum sparsemed_status sm_read_integer(const char *name, const char *text, int64_t *value,
                                      struct sparsemed_error *error) {
    char *end;
    errno = 0;
    *value = strtoll(text, &end, 10);
    if (end == text || *end || errno) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "%s takes a whole number, not \"%s\"", name, text);
    }
    return SPARSEMED_OK;
}

enum sparsemed_status sm_read_number(const char *name, const char *text, double *value, struct sparsemed_error *error) {
    char *end;
    *value = strtod(text, &end);
    if (end == text || *end) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "%s takes a number, not \"%s\"", name, text);
    }
    return SPARSEMED_OK;
}

enum sparsemed_status sm_read_word(const char *name, const char *text, const char *const *words, int *index,
                                   struct sparsemed_error *error) {
    char valid[128] = "";
    for (int i = 0; words[i]; i++) {
        if (strcmp(text, words[i]) == 0) {
            *index = i;
            return SPARSEMED_OK;
        }
        size_t length = strlen(valid);
        snprintf(valid + length, sizeof valid - length, "%s%s", i == 0 ? "" : words[i + 1] ? ", " : " or ", words[i]);
    }
    return sparsemed_fail(error, SPARSEMED_USAGE, "%s takes %s, not \"%s\"", name, valid, text);
}
