/* Failures by what is to be done about them. For src/parallel only. */
#ifndef PARALLEL_JOURNAL_FAILURE_KIND_H
#define PARALLEL_JOURNAL_FAILURE_KIND_H

#include <stdbool.h>

#include "sparsemed/status.h"

enum sm_failure_kind {
    SM_FAILURE_OTHER,   /* of the measurement, or of the command line: it stays */
    SM_FAILURE_DISK,    /* of a disk, a network or a quota: it may pass within seconds */
    SM_FAILURE_TIMEOUT, /* it takes longer than it may: that may pass, but is tried last, as it costs so much */
    SM_FAILURE_MEMORY,  /* it needs more than a rank may take: it stays, until there are more ranks or a rank may take
                           more */
};

/* The kind of a failure. It is of a disk where it tells, in the words of the system, of an error in reading or writing
 * (EIO), of a file that is not the one it was (ESTALE), of no space (ENOSPC, EDQUOT), or of time that is over
 * (ETIMEDOUT): HDF5 and MPI hand errors of the system on as words only. The same on all ranks that hold the same
 * failure. */
enum sm_failure_kind sm_failure_kind(const struct sparsemed_error *failure);

/* Whether failures of a kind may pass. */
bool sm_failure_may_pass(enum sm_failure_kind kind);

/* As the journal has them: a word for each. */
extern const char *const sm_failure_words[];

/* Seconds to wait before a measurement is tried again.
 *
 * n_tried   how often it was, at least once */
double sm_failure_pause(int n_tried);

#endif
