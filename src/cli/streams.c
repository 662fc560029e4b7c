#include "cli/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool output_closed;

void sm_streams_open(void) {
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++) {
        if (fcntl(descriptor, F_GETFD) == -1) {
            /* The lowest number that is free; open for what nobody does with it. */
            open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
            output_closed |= descriptor == STDOUT_FILENO;
        }
    }
}

void sm_streams_buffer(void) {
    static char buffer[BUFSIZ];
    setvbuf(stdout, buffer, isatty(STDOUT_FILENO) ? _IOLBF : _IOFBF, sizeof buffer);
}

enum sparsemed_status sm_streams_flush(struct sparsemed_error *error) {
    errno = 0;
    bool written = fflush(stdout) == 0 && !ferror(stdout);
    if (!written && !output_closed && error->status == SPARSEMED_OK) {
        sparsemed_fail(error, SPARSEMED_OUTPUT, "standard output could not be written%s%s", errno ? ": " : "",
                       errno ? strerror(errno) : "");
    }
    return error->status;
}
