/* The rows of a report for other programs: a table for spreadsheets, and custom content for MultiQC. */
#ifndef RTDC_REPORT_ROW_TABLES_H
#define RTDC_REPORT_ROW_TABLES_H

#include <jansson.h>

#include "sparsemed/status.h"

/* What each begins with, so that an earlier one is known again. */
#define SM_TSV_BEGINNING     "name\tpath\tstate\t"
#define SM_MULTIQC_BEGINNING "{\"id\": \"sparsemed\""

/* Write a row a measurement, cells between tabulators, the first row being the headings; see sm_text_file_write.
 *
 * rows   array of what brief.h describes */
enum sparsemed_status sm_tsv_write(const char *path, const json_t *rows, struct sparsemed_error *error);

/* Write a table for MultiQC, as JSON; a file of the name *_mqc.json is found by it. See sm_text_file_write. */
enum sparsemed_status sm_multiqc_write(const char *path, const json_t *rows, struct sparsemed_error *error);

#endif
