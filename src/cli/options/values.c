#include "cli/options/values.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parallel/memory_limit.h"

enum sparsemed_status sm_read_integer(const struct sm_value *value, int64_t *integer, struct sparsemed_error *error) {
    char *end;
    errno = 0;
    *integer = strtoll(value->text, &end, 10);
    if (end == value->text || *end || errno) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "--%s takes a whole number, not \"%s\"", value->option,
                              value->text);
    }
    return SPARSEMED_OK;
}

enum sparsemed_status sm_read_number(const struct sm_value *value, double *number, struct sparsemed_error *error) {
    char *end;
    *number = strtod(value->text, &end);
    if (end == value->text || *end) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "--%s takes a number, not \"%s\"", value->option, value->text);
    }
    return SPARSEMED_OK;
}

enum sparsemed_status sm_read_bytes(const struct sm_value *value, uint64_t *n_bytes, struct sparsemed_error *error) {
    return sm_memory_parse(value->text, n_bytes)
               ? SPARSEMED_OK
               : sparsemed_fail(error, SPARSEMED_USAGE,
                                "--%s takes bytes, such as 512M or 2G, or 0 for no limit, not \"%s\"", value->option,
                                value->text);
}

enum sparsemed_status sm_read_word(const struct sm_value *value, const char *const *words, int *index,
                                   struct sparsemed_error *error) {
    char valid[128] = "";
    for (int i = 0; words[i]; i++) {
        if (strcmp(value->text, words[i]) == 0) {
            *index = i;
            return SPARSEMED_OK;
        }
        size_t length = strlen(valid);
        snprintf(valid + length, sizeof valid - length, "%s%s", i == 0 ? "" : words[i + 1] ? ", " : " or ", words[i]);
    }
    return sparsemed_fail(error, SPARSEMED_USAGE, "--%s takes %s, not \"%s\"", value->option, valid, value->text);
}

enum sparsemed_status sm_read_text(const struct sm_value *value, const char *what, const char **text,
                                   struct sparsemed_error *error) {
    *text = value->text;
    if (!*value->text) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "the %s of --%s is empty", what, value->option);
    }
    return SPARSEMED_OK;
}
