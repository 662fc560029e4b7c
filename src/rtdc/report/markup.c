#include "rtdc/report/markup.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/files/shown.h"
#include "rtdc/files/surrogates.h"

/* What stands for a character, or NULL: it stands for itself. */
static const char *entity_of(char c) {
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

char *sm_markup_html(const char *text) {
    enum { LONGEST = sizeof "&quot;" - 1 };
    char *shown = sm_shown(text), *valid = shown ? sm_utf8_from_bytes(shown) : NULL;
    char *html = valid ? malloc(LONGEST * strlen(valid) + 1) : NULL, *end = html;
    for (const char *c = valid; html && *c; c++) {
        const char *entity = entity_of(*c);
        if (entity) {
            end = stpcpy(end, entity);
        } else {
            *end++ = *c;
        }
    }
    if (html) {
        *end = '\0';
    }
    free(valid);
    free(shown);
    return html;
}

/* In JSON these are in strings only, where an escape is the same. */
bool sm_markup_json(FILE *stream, const json_t *value) {
    static const char line_separator[] = "\xe2\x80\xa8", paragraph_separator[] = "\xe2\x80\xa9";
    enum { SEPARATOR_BYTES = sizeof line_separator - 1 };
    char *text = sm_json_write(value, JSON_COMPACT | JSON_REAL_PRECISION(7));
    for (const char *c = text; c && *c;) {
        size_t plain = strcspn(c, "<>&\xe2");
        fwrite(c, 1, plain, stream);
        c += plain;
        if (strncmp(c, line_separator, SEPARATOR_BYTES) == 0 || strncmp(c, paragraph_separator, SEPARATOR_BYTES) == 0) {
            fprintf(stream, "\\u20%02x", (unsigned char)c[2] - 0x80);
            c += SEPARATOR_BYTES;
        } else if (*c == '\xe2') {
            fputc(*c++, stream);
        } else if (*c) {
            fprintf(stream, "\\u%04x", (unsigned char)*c++);
        }
    }
    bool written = text && !ferror(stream);
    free(text);
    return written;
}

json_t *sm_number_value(double number) {
    return isfinite(number) ? json_real(number) : json_null();
}

char *sm_markup_cell(const char *text) {
    char *shown = sm_shown(text), *valid = shown ? sm_utf8_from_bytes(shown) : NULL;
    char *cell = valid ? malloc(strlen(valid) + 2) : NULL;
    if (cell) {
        sprintf(cell, "%s%s", *valid && strchr("=+-@", *valid) ? "'" : "", valid);
    }
    free(valid);
    free(shown);
    return cell;
}
