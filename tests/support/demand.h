/* For programs that make files for tests: what fails ends them. */
#ifndef TESTS_SUPPORT_DEMAND_H
#define TESTS_SUPPORT_DEMAND_H

#include <errno.h>
#include <hdf5.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* End the program with a message, unless the condition holds. */
static inline void demand(bool condition, const char *what) {
    if (!condition) {
        fprintf(stderr, "%s: cannot %s\n", program_invocation_short_name, what);
        exit(1);
    }
}

/* As demand, for what HDF5 returns: the object or outcome, which is not negative. */
static inline hid_t good(hid_t outcome, const char *what) {
    demand(outcome >= 0, what);
    return outcome;
}

#endif
