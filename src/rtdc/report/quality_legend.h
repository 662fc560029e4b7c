/* What figures and flags mean, for people. */
#ifndef RTDC_REPORT_QUALITY_LEGEND_H
#define RTDC_REPORT_QUALITY_LEGEND_H

#include <jansson.h>

/* {"units": {figure: unit ...}, "flags": {flag: sentence ...}}. NULL where memory is out; to be released with
 * json_decref. */
json_t *sm_quality_legend(void);

#endif
