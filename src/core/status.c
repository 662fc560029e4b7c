#include "sparsemed/status.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Remove what a cut has left of a character of several bytes at the end of a text. */
static void mend_end(char *text) {
    size_t length = strlen(text), n_following = 0;
    while (n_following < 3 && n_following < length && (text[length - 1 - n_following] & 0xc0) == 0x80) {
        n_following++;
    }
    if (n_following == length) {
        return;
    }
    unsigned char lead = (unsigned char)text[length - 1 - n_following];
    size_t n_needed = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
    if (n_following < n_needed) {
        text[length - 1 - n_following] = '\0';
    }
}

enum sparsemed_status sparsemed_fail(struct sparsemed_error *error, enum sparsemed_status status, const char *format,
                                     ...) {
    assert(status != SPARSEMED_OK);
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    if (length >= (int)sizeof error->message) {
        mend_end(error->message);
    }
    error->status = status;
    return status;
}

enum sparsemed_status sparsemed_fail_where(struct sparsemed_error *error, const char *format, ...) {
    assert(error->status != SPARSEMED_OK);
    char where[SPARSEMED_MESSAGE_SIZE];
    struct sparsemed_error reason = *error;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(where, sizeof where, format, arguments);
    va_end(arguments);
    return sparsemed_fail(error, reason.status, "%s: %s", where, reason.message);
}

enum sparsemed_status sparsemed_fail_memory(struct sparsemed_error *error, const char *what) {
    return sparsemed_fail(error, SPARSEMED_INTERNAL, "out of memory while %s", what);
}
