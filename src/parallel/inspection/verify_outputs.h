/* Many outputs, verified. */
#ifndef PARALLEL_INSPECTION_VERIFY_OUTPUTS_H
#define PARALLEL_INSPECTION_VERIFY_OUTPUTS_H

#include <mpi.h>

#include "parallel/inspection/verified_before.h"
#include "parallel/progress.h"
#include "parallel/sources/sources.h"
#include "rtdc/inspection/verification.h"

/* What was found about an output. */
struct sm_verified {
    struct sm_file_state state; /* of the file, before */
    uint64_t n_flaws;
    bool no_background; /* see sm_flaws */
    char *flaws;        /* as of sm_flaws; NULL where there are none, or memory was out */
};

/* How. */
struct sm_verifying {
    const struct sm_reach *reach;
    uint64_t n_recompute; /* see sm_verify_output */
    enum sm_progress_style style;
    struct sm_verified_before *before; /* on the first rank: what is good is noted there */
};

/* Add the outputs that a journal tells are done, as far as their names let them: globs with a slash are for the path
 * below the folder of the journal. Local.
 *
 * is_journal   receives whether the file is a journal: a text that begins with a brace
 *
 * SPARSEMED_INPUT: it cannot be read. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_verify_add_journal(struct sm_sources *outputs, const char *path, bool *is_journal,
                                            struct sparsemed_error *error);

/* Verify all outputs of a list, each in a process of its own (rtdc/trials/trial.h). The ranks share them. Collective
 * over comm; how must agree.
 *
 * outputs   on the first rank: the inputs of the list count
 * stop      a request to stop ends it
 * results   [outputs->n], on the first rank; receives what was found; release with sm_verified_free, also after a
 *           failure
 *
 * SPARSEMED_STOPPED: that was asked for. SPARSEMED_OUTPUT: the journal could not be written. SPARSEMED_INTERNAL: out of
 * memory. */
enum sparsemed_status sm_verify_outputs(MPI_Comm comm, const struct sm_verifying *how, const struct sm_sources *outputs,
                                        struct sm_stop *stop, struct sm_verified **results,
                                        struct sparsemed_error *error);

/* Release [n] results; NULL is fine. */
void sm_verified_free(struct sm_verified *results, size_t n);

#endif
