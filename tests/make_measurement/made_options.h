/* The command line of make_measurement. */
#ifndef TESTS_MAKE_MEASUREMENT_MADE_OPTIONS_H
#define TESTS_MAKE_MEASUREMENT_MADE_OPTIONS_H

#include "make_measurement/made_measurement.h"
#include "sparsemed/status.h"

extern const char options_help[];

/* Read the command line. measurement->path is NULL where help is asked for. SPARSEMED_USAGE with a message that tells
 * what is valid. */
enum sparsemed_status options_parse(int argc, char **argv, struct measurement *measurement,
                                    struct sparsemed_error *error);

#endif
