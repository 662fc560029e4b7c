#include "cli/tables/redraw.h"

#include <string.h>

#include "parallel/terminal.h"

/* What terminals understand that can do anything of the kind (ECMA-48, and DEC's mode 7: what does not fit into a line
 * goes on in the next one). */
static const char home[] = "\033[H", to_end_of_line[] = "\033[K", to_end[] = "\033[J", clear[] = "\033[2J";
static const char cut_lines[] = "\033[?7l", wrap_lines[] = "\033[?7h";

static void draw(FILE *stream, const char *text, bool first) {
    int n_left = sm_terminal_rows(fileno(stream)) - 1; /* the cursor stands below */
    fprintf(stream, "%s%s%s", cut_lines, first ? clear : "", home);
    for (; *text && n_left > 0; n_left--) {
        size_t length = strcspn(text, "\n");
        fprintf(stream, "%.*s%s\n", (int)length, text, to_end_of_line);
        text += length + (text[length] == '\n');
    }
    fprintf(stream, "%s%s", to_end, wrap_lines);
}

void sm_redraw(FILE *stream, const char *text, bool first) {
    if (sm_terminal_redraws(fileno(stream))) {
        draw(stream, text, first);
    } else {
        fprintf(stream, "%s%s", first ? "" : "\n", text);
    }
    fflush(stream);
}
