/* Looking at the measurements of an archive before any is worked on. */
#ifndef PARALLEL_ARCHIVE_SURVEY_H
#define PARALLEL_ARCHIVE_SURVEY_H

#include <mpi.h>

#include "parallel/archive/finding.h"
#include "parallel/journal/history.h"
#include "parallel/sources/sources.h"
#include "parallel/stop.h"

/* Look at all measurements of a list. The ranks share the files among them.
 *
 * Collective over comm; the survey must agree.
 *
 * sources, history   on the first rank
 * stop               a request to stop ends the survey
 * findings           [sources->n], on the first rank; receives what was found; release with sm_findings_free, also
 *                    after a failure
 *
 * SPARSEMED_STOPPED: that was asked for. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_survey(MPI_Comm comm, const struct sm_survey *survey, const struct sm_sources *sources,
                                const struct sm_history *history, struct sm_stop *stop, struct sm_finding **findings,
                                struct sparsemed_error *error);

#endif
