#include "sparsemed/status.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
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

/* Put the beginning and the end of a text that is too long into a message: a path is at its beginning, and what is
 * wrong with it is at the end. */
static void cut_middle(const char *text, size_t length, char message[SPARSEMED_MESSAGE_SIZE]) {
    static const char omitted[] = "...";
    enum { HEAD = SPARSEMED_MESSAGE_SIZE / 2, TAIL = SPARSEMED_MESSAGE_SIZE - HEAD - sizeof omitted };
    memcpy(message, text, HEAD);
    message[HEAD] = '\0';
    mend_end(message);
    const char *rest = text + length - TAIL;
    while ((*rest & 0xc0) == 0x80) { /* do not begin within a character */
        rest++;
    }
    strcat(strcat(message, omitted), rest);
}

static void write_message(char message[SPARSEMED_MESSAGE_SIZE], const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(message, SPARSEMED_MESSAGE_SIZE, format, arguments);
    if (length >= SPARSEMED_MESSAGE_SIZE) {
        char *whole = malloc((size_t)length + 1);
        if (whole && vsnprintf(whole, (size_t)length + 1, format, again) == length) {
            cut_middle(whole, (size_t)length, message);
        } else {
            mend_end(message);
        }
        free(whole);
    }
    va_end(again);
}

enum sparsemed_status sparsemed_fail(struct sparsemed_error *error, enum sparsemed_status status, const char *format,
                                     ...) {
    assert(status != SPARSEMED_OK);
    va_list arguments;
    va_start(arguments, format);
    write_message(error->message, format, arguments);
    va_end(arguments);
    error->status = status;
    return status;
}

enum sparsemed_status sparsemed_fail_where(struct sparsemed_error *error, const char *format, ...) {
    assert(error->status != SPARSEMED_OK);
    char where[SPARSEMED_MESSAGE_SIZE];
    struct sparsemed_error reason = *error;
    va_list arguments;
    va_start(arguments, format);
    write_message(where, format, arguments);
    va_end(arguments);
    return sparsemed_fail(error, reason.status, "%s: %s", where, reason.message);
}

enum sparsemed_status sparsemed_fail_memory(struct sparsemed_error *error, const char *what) {
    return sparsemed_fail(error, SPARSEMED_INTERNAL, "out of memory while %s", what);
}
