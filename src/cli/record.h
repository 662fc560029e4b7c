/* Telling what a job did: to people and to programs. */
#ifndef CLI_RECORD_H
#define CLI_RECORD_H

#include <stdio.h>

#include "cli/options.h"

/* Write the record of a job as one line of JSON, to options->json_path. For the first rank.
 *
 * outcome   of the job; what is unknown after a failure is left out
 *
 * SM_OUTPUT: it could not be written. */
enum sm_status sm_record_write(const struct sm_options *options, const struct sm_report *report,
                               const struct sm_error *outcome, struct sm_error *error);

/* Tell a user what a job did, in one line, or some with options->verbose. Warnings go to standard error. */
void sm_record_tell(FILE *stream, const struct sm_options *options, const struct sm_report *report);

#endif
