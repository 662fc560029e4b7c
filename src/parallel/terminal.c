#include "parallel/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { USUAL_COLUMNS = 80, USUAL_ROWS = 24 };

bool sm_terminal_redraws(int descriptor) {
    const char *kind = getenv("TERM");
    return isatty(descriptor) && kind && *kind && strcmp(kind, "dumb") != 0;
}

int sm_terminal_columns(int descriptor) {
    struct winsize size;
    const char *variable = getenv("COLUMNS");
    int asked = variable ? atoi(variable) : 0;
    int columns = ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : USUAL_COLUMNS;
    return asked > 0 && asked < columns ? asked : columns;
}

int sm_terminal_rows(int descriptor) {
    struct winsize size;
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : USUAL_ROWS;
}
