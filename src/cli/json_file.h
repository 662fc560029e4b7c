/* What --json writes, the same way for every command. */
#ifndef CLI_JSON_FILE_H
#define CLI_JSON_FILE_H

#include <jansson.h>
#include <stdio.h>

#include "sparsemed/status.h"

/* Check that a path may get a record: nothing is lost there but a record. Local.
 *
 * SPARSEMED_USAGE: it is a file that holds something else. */
enum sparsemed_status sm_json_file_check(const char *path, struct sparsemed_error *error);

/* The same for a table with tabulators between its cells. SPARSEMED_USAGE: it is a file that holds something else. */
enum sparsemed_status sm_table_file_check(const char *path, struct sparsemed_error *error);

/* Open a file to be written from its beginning. NULL and errno where it cannot be; ENXIO: it is a pipe that nobody
 * reads, as waiting for a reader may have no end. */
FILE *sm_record_file_open(const char *path);

/* Write a record as one line of JSON. For the first rank.
 *
 * path     of the file; "-" is standard output
 * record   is released; NULL stands for one that memory was too short for
 * error    outcome of the command so far: a failure that it holds already stays, and another one is not told
 *
 * SPARSEMED_OUTPUT: it could not be written. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_json_file_write(const char *path, json_t *record, struct sparsemed_error *error);

#endif
