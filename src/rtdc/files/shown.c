#include "rtdc/files/shown.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whether a control character begins here. There are more in UTF-8, of two bytes, which terminals hear, too. */
static bool is_control(const unsigned char *text, size_t *n_bytes) {
    bool long_one = text[0] == 0xc2 && text[1] >= 0x80 && text[1] <= 0x9f;
    *n_bytes = long_one ? 2 : 1;
    return long_one || text[0] < ' ' || text[0] == 0x7f;
}

char *sm_shown(const char *text) {
    enum { SHOWN = sizeof "\\x00" - 1 };
    char *shown = malloc(SHOWN * strlen(text) + 1), *end = shown;
    const unsigned char *at = (const unsigned char *)text;
    while (shown && *at) {
        size_t n_bytes;
        bool control = is_control(at, &n_bytes);
        for (; n_bytes > 0; n_bytes--, at++) {
            if (control) {
                end += sprintf(end, "\\x%02x", *at);
            } else {
                *end++ = (char)*at;
            }
        }
    }
    if (shown) {
        *end = '\0';
    }
    return shown;
}
