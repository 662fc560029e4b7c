#include "support/demand.h"

#include <errno.h>
#include <stdio.h>

#include "support/unit_test.h"

void demand(bool condition, const char *what) {
    if (!condition) {
        fprintf(stderr, "%s: cannot %s\n", program_invocation_short_name, what);
        fail(); /* ends the program where no test is running */
    }
}

int64_t good(int64_t outcome, const char *what) {
    demand(outcome >= 0, what);
    return outcome;
}
