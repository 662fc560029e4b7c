/* The options of `sparsemed run`. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>

#include "parallel/measurement.h"

struct sm_options {
    struct sm_job job;     /* job.output is NULL where the command line names none */
    const char *json_path; /* of the record; "-" is standard output; NULL: none */
    bool help;             /* --help was asked for; the rest counts for nothing */
    bool quiet, verbose;
};

/* Read the command line of `sparsemed run`. Local; every rank reads the same.
 *
 * argc, argv   from the word "run" on; strings are borrowed; argv is reordered
 * options      receives what was read
 *
 * SM_USAGE: an option is unknown or its value not valid (the message tells what is), or a path is missing. */
enum sm_status sm_options_read(int argc, char **argv, struct sm_options *options, struct sm_error *error);

/* The text of `sparsemed run --help`. */
extern const char sm_run_help[];

#endif
