/* What a measurement will take, before it is worked on. */
#ifndef PARALLEL_ARCHIVE_FORECAST_H
#define PARALLEL_ARCHIVE_FORECAST_H

#include "parallel/archive/finding.h"
#include "parallel/measurement/memory_need.h"

/* What the memory of a rank depends on; see memory_need.h. */
struct sm_memory_task sm_forecast_memory(const struct sm_finding *finding, const struct sm_job *job);

/* Bytes on the disk that the images of a measurement take at most, where each frame gets one; 0 where frames share
 * them. The split points must be known. */
uint64_t sm_forecast_images(const struct sm_finding *finding, const struct sm_job *job);

/* Bytes a second that this process reads and decodes of a measurement, tried for a short while. 0 where that fails.
 * Local.
 *
 * options   how it is read, as the job will */
double sm_forecast_rate(const char *input, const struct sm_input_options *options);

/* Seconds that the measurements take on n_ranks ranks at the earliest.
 *
 * findings      [n]; those that are to do count
 * rate          of sm_forecast_rate
 *
 * SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_forecast_seconds(const struct sm_finding *findings, size_t n, size_t n_ranks, double rate,
                                          double *seconds, struct sparsemed_error *error);

#endif
