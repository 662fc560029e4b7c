#include "rtdc/outputs/log_lines.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/files/surrogates.h"

enum { LINE_BYTES = 100 }; /* checkers of measurements complain about longer lines */

static const char indent[] = "    ";

/* How many bytes of a text fit into a line: up to the last blank, or else no character is cut through. */
static size_t fitting(const char *text, size_t room) {
    size_t length = strlen(text);
    if (length <= room) {
        return length;
    }
    for (size_t n = room; n > 0; n--) {
        if (text[n] == ' ') {
            return n;
        }
    }
    while (room > 1 && ((unsigned char)text[room] & 0xc0) == 0x80) {
        room--;
    }
    return room;
}

void sm_log_put(FILE *log, const char *key, const char *value) {
    char *rest = sm_utf8_from_bytes(value), *text = rest; /* as readers demand */
    size_t column = (size_t)fprintf(log, "%s:", key);
    for (char *c = strpbrk(rest ? rest : "", "\r\n"); c; c = strpbrk(c, "\r\n")) {
        *c = ' ';
    }
    while (text && *text) {
        size_t n = fitting(text, LINE_BYTES - column - 1);
        fprintf(log, " %.*s\n", (int)n, text);
        text += n;
        text += strspn(text, " ");
        column = *text ? (size_t)fprintf(log, "%s", indent) : 0;
    }
    if (!*value) {
        fputc('\n', log);
    }
    free(rest);
}

void sm_log_put_number(FILE *log, const char *key, uint64_t number) {
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, number);
    sm_log_put(log, key, text);
}

void sm_log_format_time(time_t time, const char *format, char text[SM_LOG_TIME_SIZE]) {
    struct tm parts;
    gmtime_r(&time, &parts);
    strftime(text, SM_LOG_TIME_SIZE, format, &parts);
}

void sm_log_put_time(FILE *log, const char *key, time_t time) {
    char text[SM_LOG_TIME_SIZE];
    sm_log_format_time(time, "%Y-%m-%d %H:%M:%S UTC", text);
    sm_log_put(log, key, text);
}
