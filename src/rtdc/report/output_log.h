/* The logs that this program leaves in outputs (parallel/measurement/provenance.h), as texts that anybody may have
 * written. */
#ifndef RTDC_REPORT_OUTPUT_LOG_H
#define RTDC_REPORT_OUTPUT_LOG_H

#include <hdf5.h>
#include <stdbool.h>

#include "sparsemed/status.h"

/* Read the newest log of an output: the last by name of "sparsemed-TIME" among its logs.
 *
 * file   open for reading
 * log    receives its lines, to be released with free; NULL where there is none
 *
 * SPARSEMED_INPUT: the file is damaged, so that it cannot be told, or read. SPARSEMED_INTERNAL: out of memory. The
 * message does not name the file. */
enum sparsemed_status sm_output_log_read(hid_t file, char **log, struct sparsemed_error *error);

/* The next entry of a log: "KEY: VALUE", where lines that begin with blanks go on with the value of the one before.
 *
 * at           the place in the log; moves on
 * key, value   receive them, to be released with free
 *
 * Returns false at the end, and where memory is out. */
bool sm_output_log_next(const char **at, char **key, char **value);

/* The value of the first entry with this key. NULL where there is none, or memory is out. To be released with free. */
char *sm_output_log_value(const char *log, const char *key);

#endif
