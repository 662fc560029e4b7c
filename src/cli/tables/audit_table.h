/* Telling what the headers of an archive tell: to people and to programs. */
#ifndef CLI_TABLES_AUDIT_TABLE_H
#define CLI_TABLES_AUDIT_TABLE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "cli/tables/audit_totals.h"
#include "parallel/sources/sources.h"

/* Everything that is told; borrowed. */
struct sm_audit_told {
    const struct sm_sources *sources;
    const struct sm_audit_entry *entries; /* [sources->n] */
    const struct sm_audit_totals *totals;
};

/* Write a table of the measurements and the totals, unless it is to be quiet. What cannot be read, or does not resolve,
 * goes to standard error, with the reason. */
void sm_audit_tell(FILE *stream, const struct sm_audit_told *told, bool quiet);

/* Write a row a measurement, tabulators between cells, the first row being the headings. Control characters are shown
 * as "\x09". */
void sm_audit_write_tsv(FILE *stream, const struct sm_audit_told *told);

/* The same as JSON; NULL where memory is out. To be released with json_decref. */
json_t *sm_audit_value(const struct sm_audit_told *told);

#endif
