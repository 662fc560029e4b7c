/* Looking at the measurements of an archive before any is worked on. */
#ifndef PARALLEL_ARCHIVE_SURVEY_H
#define PARALLEL_ARCHIVE_SURVEY_H

#include <mpi.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "parallel/archive/journal.h"
#include "parallel/archive/sources.h"
#include "parallel/measurement/measurement.h"
#include "parallel/stop.h"
#include "rtdc/timing.h"

enum sm_verdict {
    SM_TO_DO,
    SM_DONE_BEFORE,   /* the journal and the output agree on that */
    SM_FAILED_BEFORE, /* and the input, with the files that its basins lead to, is as it was */
    SM_UNUSABLE,
};

enum { SM_LAYOUT_SIZE = 64 };

/* What was found about a measurement. Plain data but for the reason. */
struct sm_finding {
    enum sm_verdict verdict;
    bool ours;         /* the output there was made before, and may be replaced */
    uint64_t size;     /* bytes of the input; 0 where it cannot be found, as the next one */
    int64_t modified;  /* when it was changed last, in nanoseconds since 1970 */
    uint64_t n_frames; /* known of what is to do, or was done before, as the next ones of what is to do */
    size_t height, width;
    size_t slab_frames;           /* frames that are decoded together */
    char layout[SM_LAYOUT_SIZE];  /* how images are stored, such as "zstd 10x80x320" */
    uint64_t n_steps;             /* split points; these and the next ones with times only */
    enum sm_timing timing;        /* what the time stamps were made from */
    enum sparsemed_status status; /* of the failure */
    char *reason;                 /* why it is unusable, or failed before; NULL otherwise */
};

/* What to look at. */
struct sm_survey {
    const struct sm_job *job; /* of every measurement, but for its paths */
    bool retry_failed;
    bool clear; /* remove what jobs that died have left beside the outputs */
    bool times; /* read the time stamps, too */
};

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

/* Release [n] findings; NULL is fine. */
void sm_findings_free(struct sm_finding *findings, size_t n);

/* Cost of a measurement: about the bytes that are decoded. */
double sm_finding_cost(const struct sm_finding *finding);

/* When a file was changed last, in nanoseconds since 1970, and its bytes. Both 0 where it cannot be found. */
void sm_look_at_file(const char *path, uint64_t *size, int64_t *modified);

/* The time of a state, likewise. */
int64_t sm_modified(const struct stat *state);

#endif
