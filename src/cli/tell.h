/* What is printed for people. Names of files may hold any character, and must not forge a line of ours or steer a
 * terminal. */
#ifndef CLI_TELL_H
#define CLI_TELL_H

#include <stdio.h>

/* Print a line, with control characters, line breaks too, shown as "\x0a". The end of the line is added. */
void sm_tell(FILE *stream, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
