/* Telling what a job did: to people and to programs. */
#ifndef CLI_JSON_FILE_H
#define CLI_JSON_FILE_H

#include <jansson.h>
#include <stdio.h>

#include "cli/options.h"

/* Write a record as one line of JSON. For the first rank.
 *
 * path     of the file; "-" is standard output
 * record   is released; NULL stands for one that memory was too short for
 *
 * SPARSEMED_OUTPUT: it could not be written. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_record_write(const char *path, json_t *record, struct sparsemed_error *error);

/* Tell a user what a job did, in one line, or some with options->verbose. Warnings go to standard error. */
void sm_record_tell(FILE *stream, const struct sm_options *options, const struct sm_report *report);

#endif
