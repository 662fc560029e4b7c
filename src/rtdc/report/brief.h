/* A measurement as a row of a report, as JSON.
 *
 * {
 *   "name", "path": of the output, "state": a word (below), "reason": text or null,
 *   "flags": [text ...], none for a clean one, "badness": number, by which the worst come first,
 *   "frames", "height", "width", "images": that are kept, "steps": split points, or null, "seconds": of the job, or
 * null, "rate": frames a second, or null, "ppid": text or null, "warnings": number "figures": {"deviation", "drift",
 * "flicker", ...}: numbers or null, "worst", "busy": data URIs of thumbnails, or null
 * }
 *
 * States: "done", the rest of which is no background to look at: "failed" or "lost" with the job that made it, as a
 * journal tells, "absent" where a journal knows it, "unreadable", "none" where a file has no background. */
#ifndef RTDC_REPORT_BRIEF_H
#define RTDC_REPORT_BRIEF_H

#include <jansson.h>

#include "rtdc/report/exhibit.h"
#include "rtdc/report/image_series.h"

/* The flag of an output that has no table of split points. */
#define SM_NOT_JUDGED "not judged"

/* The row of a measurement that has no output to be shown. NULL where memory is out; to be released with json_decref.
 *
 * state, reason   see above; the reason of any bytes, or NULL */
json_t *sm_brief_of_failure(const char *path, const char *state, const char *reason);

/* The row of an output that is open. NULL where memory is out; to be released with json_decref, also after a failure.
 *
 * SPARSEMED_INPUT: its worst image cannot be read. SPARSEMED_INTERNAL: out of memory. */
json_t *sm_brief_of_exhibit(struct sm_exhibit *exhibit, struct sm_image_series *series, struct sparsemed_error *error);

/* The row of an output. What cannot be read is a row, too.
 *
 * path, options   of the output; of the options only the reach counts
 *
 * NULL where memory is out, or after SPARSEMED_STOPPED, which error tells. To be released with json_decref. */
json_t *sm_brief_of_output(const char *path, const struct sm_input_options *options, struct sparsemed_error *error);

#endif
