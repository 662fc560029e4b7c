#include "rtdc/inspection/flaws.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LINE_SIZE = 1024 };

/* Names of files may hold what ends a line or a part of it. */
static void flatten(char *text) {
    for (char *c = text; (c = strpbrk(c, "\t\n"));) {
        *c = ' ';
    }
}

void sm_flaws_add(struct sm_flaws *flaws, const char *place, const char *remedy, const char *format, ...) {
    char problem[LINE_SIZE / 2], where[LINE_SIZE / 4], line[LINE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(problem, sizeof problem, format, arguments);
    va_end(arguments);
    snprintf(where, sizeof where, "%s", place);
    flatten(problem);
    flatten(where);
    snprintf(line, sizeof line, "%s\t%s\t%.200s\n", where, problem, remedy);
    flaws->n++;
    size_t length = strlen(flaws->text);
    if (length + strlen(line) < sizeof flaws->text) {
        strcpy(flaws->text + length, line);
    }
}

const char *sm_flaws_without_name(const char *message, const char *path) {
    size_t length = strlen(path);
    bool begins = strncmp(message, path, length) == 0 && strncmp(message + length, ": ", 2) == 0;
    return begins ? message + length + 2 : message;
}
