/* Names as they can be shown to people. They may hold any character, and must not forge a line of ours or steer a
 * terminal. */
#ifndef RTDC_FILES_SHOWN_H
#define RTDC_FILES_SHOWN_H

/* A text with its control characters, line breaks too, as "\x0a". To be released with free; NULL where memory is out.
 */
char *sm_shown(const char *text);

#endif
