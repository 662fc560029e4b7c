/* The record of a job: what was done to a measurement, as JSON. */
#ifndef PARALLEL_MEASUREMENT_RECORD_H
#define PARALLEL_MEASUREMENT_RECORD_H

#include <jansson.h>

#include "parallel/measurement/job.h"

/* The record of a job, one object, to be written by sm_json_write (rtdc/files/surrogates.h). For the first rank. NULL
 * where memory is out; to be released with json_decref.
 *
 * report    complete
 * outcome   of the job; what is unknown after a failure is left out */
json_t *sm_record_job(const struct sm_job *job, const struct sm_report *report, const struct sparsemed_error *outcome);

#endif
