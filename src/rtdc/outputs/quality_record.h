/* Figures and flags of a background as JSON, as they are in records, journals and outputs:
 *
 *     {"flags": ["streaks", "guessed time"], "time_source": "frame rate", "enforced": false,
 *      "figures": {"threshold": 0.75, "ref_kept_max": 0.75, ...}}
 *
 * Without a flag the list holds "clean". A figure that is not known is null. Figures are named and defined in
 * sparsemed/quality.h, which tells their units, too. */
#ifndef RTDC_OUTPUTS_QUALITY_RECORD_H
#define RTDC_OUTPUTS_QUALITY_RECORD_H

#include <jansson.h>
#include <stdbool.h>

#include "rtdc/timing.h"
#include "sparsemed/quality.h"

struct sm_quality {
    struct sparsemed_quality judged;
    enum sm_timing timing; /* what the time axis was made from */
};

/* Where the time axis is from, as a word: "time", "frame", "frame rate" or "guess". Static. */
const char *sm_time_source(enum sm_timing timing);

/* The JSON of a background's quality. NULL where memory is out; to be released with json_decref. */
json_t *sm_quality_to_json(const struct sm_quality *quality);

/* Read such JSON, as another version may have written it: what is not known by name is passed over, what is missing is
 * unknown.
 *
 * value     any, or NULL
 * quality   receives it
 *
 * Returns false where it tells nothing of the kind. */
bool sm_quality_from_json(const json_t *value, struct sm_quality *quality);

#endif
