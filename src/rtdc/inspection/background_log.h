/* The log that tells how a background was made. */
#ifndef RTDC_INSPECTION_BACKGROUND_LOG_H
#define RTDC_INSPECTION_BACKGROUND_LOG_H

#include <hdf5.h>
#include <stdbool.h>
#include <stdint.h>

#include "sparsemed/status.h"

/* What the latest log of this program tells. */
struct sm_background_log {
    char name[64]; /* "": there is none */
    char *ppid;    /* NULL: it is not told */
    uint64_t n_steps, n_kept;
    bool *used; /* [n_steps], n_kept of them true; NULL where it does not tell which images were kept, or none */
};

/* Read it.
 *
 * log   receives what it tells; release with sm_background_log_free, also after a failure
 *
 * SPARSEMED_INPUT: it cannot be read; the message does not name the file. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_background_log_read(hid_t file, struct sm_background_log *log, struct sparsemed_error *error);

/* Release; all zero is fine. */
void sm_background_log_free(struct sm_background_log *log);

#endif
