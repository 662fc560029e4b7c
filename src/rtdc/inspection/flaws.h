/* What is wrong with an output. */
#ifndef RTDC_INSPECTION_FLAWS_H
#define RTDC_INSPECTION_FLAWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SM_FLAWS_SIZE = 12288 };

/* Plain data: it can be sent. All zero is none. */
struct sm_flaws {
    uint64_t n;
    bool no_background;       /* there is none at all, nor what is left of one */
    char text[SM_FLAWS_SIZE]; /* a line each, as many as there is room for: place, what is wrong, and what to do, with
                               * tabulators between them */
};

/* Note a flaw.
 *
 * place    in the file, such as "events/basinmap0"
 * remedy   what to do */
void sm_flaws_add(struct sm_flaws *flaws, const char *place, const char *remedy, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* A message without the name of the output that it begins with, which is told before a flaw anyway. Points into it. */
const char *sm_flaws_without_name(const char *message, const char *path);

#endif
