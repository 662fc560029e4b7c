/* A line of the journal: what a job did to one measurement of an archive. */
#ifndef PARALLEL_JOURNAL_JOURNAL_RECORD_H
#define PARALLEL_JOURNAL_JOURNAL_RECORD_H

#include "parallel/measurement/job.h"
#include "rtdc/files/file_state.h"

/* Version of the records: a field may be added in the same one; what means something else has another one. Records
 * without a version are of 0, before there was one; they have the same fields otherwise. jobs/README.md, "The journal",
 * tells all of them. */
enum { SM_JOURNAL_SCHEMA = 1 };

enum { SM_JOURNAL_TIME_SIZE = 32 };

/* Now, in UTC, as text that orders by time. */
void sm_journal_now(char text[SM_JOURNAL_TIME_SIZE]);

/* The record of a job (parallel/measurement/record.h), and by what one knows later whether anything has changed since,
 * as one line of JSON to be released with free; NULL where memory is out. The output is looked at, where there is a new
 * one.
 *
 * input   as it was; in place, what was made of it */
char *sm_journal_record(const struct sm_job *job, const struct sm_report *report, const struct sparsemed_error *outcome,
                        struct sm_file_state input);

/* A mark in the journal, beside the records: that a measurement is "begun", that it was "stopped" without a result, or
 * that it takes longer than it may, "overdue", where it is still under way; the time is that at which it had begun
 * then. One line of JSON to be released with free; NULL where memory is out. */
char *sm_journal_mark(const char *status, const char *input_path, const char *output_path, struct sm_file_state input);

#endif
