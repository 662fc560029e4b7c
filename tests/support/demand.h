/* What must not fail where files for tests are made. */
#ifndef TESTS_SUPPORT_DEMAND_H
#define TESTS_SUPPORT_DEMAND_H

#include <stdbool.h>
#include <stdint.h>

/* Unless the condition holds, say "cannot ..." on standard error and fail the running test; in a program that is no
 * test, end it. */
void demand(bool condition, const char *what);

/* As demand, for what HDF5 returns: the object or outcome, which is not negative. */
int64_t good(int64_t outcome, const char *what);

#endif
