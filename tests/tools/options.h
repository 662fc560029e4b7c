/* The command line of make_measurement. */
#ifndef TOOLS_OPTIONS_H
#define TOOLS_OPTIONS_H

#include "measurement.h"
#include "sparsemed/status.h"

extern const char options_help[];

/* Read the command line. measurement->path is NULL where help is asked for. SPARSEMED_USAGE with a message that tells
 * what is valid. */
enum sparsemed_status options_parse(int argc, char **argv, struct measurement *measurement,
                                    struct sparsemed_error *error);

#endif
