/* All that a page shows of one measurement, as JSON.
 *
 * {
 *   "kind": "measurement", "software", "brief": see brief.h, "legend": see quality_legend.h,
 *   "parameters": {"kernel_size", "split_time", "thresh_cleansing", "frac_cleansing", "offset_correction"} or null,
 *   "metadata": [[name, text] ...], "log": [[key, text] ...],
 *   "seconds": {phase: number ...}, "worked": [number a rank ...], "waited": the same,
 *   "timing": text, "duration": seconds,
 *   "points": {"time": [...], "figure": [...], "deviation": [...], "brightness": [...], "kept": [0 or 1 ...],
 *              "thumb": [number in the sprite, or -1 ...]}, a value for each image, null where it is not known,
 *   "n_points": images in all, of which points are some where there are many; "every_step", "of_cleansing", "usual",
 *   "threshold": number or null,
 *   "sprite": {"uri", "columns", "rows", "width", "height"} or null, of thumbnails,
 *   "worst_kept", "worst_removed": {"uri", "time", "deviation"} or null, "no_removed": text or null, why there is none
 *   "busy": [{"frame", "time", "offset", "recorded", "background", "corrected", "levelled"} ...], "looked_at": frames,
 *   "no_frames": text or null, why there are none,
 *   "offsets": {"least": [...], "most": [...]} or null, over equal parts of the duration, null where no frame is,
 *   "distances": {"most": seconds, "counts": [...]} or null: frames by their distance in time from their images,
 * } */
#ifndef RTDC_REPORT_PORTRAIT_H
#define RTDC_REPORT_PORTRAIT_H

#include <jansson.h>

#include "rtdc/input_options.h"
#include "sparsemed/status.h"

/* Make a portrait.
 *
 * path, options   of the output; of the options only the reach counts
 * portrait        receives it, to be released with json_decref; NULL after a failure
 *
 * SPARSEMED_INPUT, SPARSEMED_INTERNAL, SPARSEMED_STOPPED: as of sm_exhibit_open. */
enum sparsemed_status sm_portrait_make(const char *path, const struct sm_input_options *options, json_t **portrait,
                                       struct sparsemed_error *error);

#endif
