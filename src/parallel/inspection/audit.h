/* What the headers of all measurements of a list tell. */
#ifndef PARALLEL_INSPECTION_AUDIT_H
#define PARALLEL_INSPECTION_AUDIT_H

#include <mpi.h>

#include "parallel/progress.h"
#include "parallel/sources/sources.h"
#include "parallel/stop.h"
#include "rtdc/files/file_state.h"
#include "rtdc/inspection/headers.h"

/* What was found about one file. */
struct sm_audit_entry {
    struct sm_file_state state;
    struct sm_headers headers;    /* all but nothing where it cannot be read */
    enum sparsemed_status status; /* SPARSEMED_INPUT: it cannot be read */
    bool resolves;
    char *reason; /* why it cannot be read, or does not resolve; NULL where all is well, or memory was out */
};

/* Look at the headers of all measurements of a list, in processes apart (rtdc/trials/trial.h). The ranks
 * share the files among them. Collective over comm; reach and style must agree.
 *
 * reach     of what each file leads to
 * sources   on the first rank
 * stop      a request to stop ends it
 * entries   [sources->n], on the first rank; receives what was found; release with sm_audit_free, also after a failure
 *
 * SPARSEMED_STOPPED: that was asked for. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_audit(MPI_Comm comm, const struct sm_reach *reach, enum sm_progress_style style,
                               const struct sm_sources *sources, struct sm_stop *stop, struct sm_audit_entry **entries,
                               struct sparsemed_error *error);

/* Release [n] entries; NULL is fine. */
void sm_audit_free(struct sm_audit_entry *entries, size_t n);

#endif
