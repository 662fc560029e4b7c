/* What the headers of a measurement tell: one look at a file, in which no frame and no feature is read. */
#ifndef RTDC_INSPECTION_HEADERS_H
#define RTDC_INSPECTION_HEADERS_H

#include "rtdc/files/reach.h"
#include "rtdc/inspection/content.h"
#include "sparsemed/status.h"

/* Look at a file. It takes little more than opening it, and HDF5 may crash on a damaged one: so it is done in another
 * process (rtdc/trials/trial.h).
 *
 * The maker is the program of the latest log that a background leaves; where there is none, the last program that the
 * attribute "setup:software version" names, and the measurement's time. A ppid and a generation are those of the
 * background images, or else those that dcnum leaves in the file.
 *
 * reach     of what the file leads to
 * headers   receives what it tells
 * problem   receives why the file does not resolve, status and message: the first basin whose file cannot be found, is
 *           of another measurement, or lacks what the basin is for, or the first dataset that leads nowhere. No
 *           failure where everything resolves
 *
 * SPARSEMED_INPUT: no such file, or no HDF5 file; the message names it. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_headers_read(const char *path, const struct sm_reach *reach, struct sm_headers *headers,
                                      struct sparsemed_error *problem, struct sparsemed_error *error);

#endif
