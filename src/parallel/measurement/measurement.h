/* One measurement over one communicator: from an .rtdc file to a file with its background. */
#ifndef PARALLEL_MEASUREMENT_MEASUREMENT_H
#define PARALLEL_MEASUREMENT_MEASUREMENT_H

#include <mpi.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parallel/progress.h"
#include "rtdc/files/used_files.h"
#include "rtdc/input_options.h"
#include "sparsemed/parameters.h"
#include "sparsemed/status.h"

/* What is to be done. */
struct sm_job {
    const char *input, *output;      /* paths; both lead to one file where its background is to be replaced in place */
    const char *command;             /* the command line, for the log in the output; may be NULL */
    struct sm_input_options input_options; /* how the input is read */
    bool tried;                      /* the input has passed a trial (rtdc/trial.h) */
    struct sparsemed_parameters parameters;
    bool offset_auto; /* offset correction where the measurement flickers; parameters.offset_correction is ignored */
    int zstd_level;   /* of the output, see rtdc/filters.h */
    bool force;       /* replace an existing output; of one of the same measurement only the background */
    enum sm_progress_style progress;

    /* Called on every rank between slabs and rounds of writing, and while the first rank waits for others, to attend
     * to something else for a moment. It returns whether the job must be given up, which one rank is enough for. NULL
     * on all ranks, or on none. */
    bool (*attend)(void *data);
    void *attend_data;
};

enum { SM_MAX_WARNINGS = 8, SM_WARNING_SIZE = 256 };

/* Seconds of the phases on the first rank, waiting for others included. */
struct sm_seconds {
    double plan, stream, cleanse, write, total;
};

/* What was done. */
struct sm_report {
    bool unchanged; /* the output held this background already; nothing was done, and what follows plan is 0 */
    char ppid[SPARSEMED_PPID_SIZE];
    uint64_t n_frames;
    size_t height, width;
    uint64_t n_steps, n_kept;           /* split points, and background images that were kept */
    uint64_t bytes_read, bytes_decoded; /* of images, all ranks together */
    struct sm_used_files files;         /* first rank only: that images and times are from, the input first */
    int n_ranks;
    uint64_t peak_memory; /* bytes, of the rank that took most */
    struct sm_seconds seconds;
    double *worked,
        *waited; /* [n_ranks] seconds of the stream phase that each rank worked, and waited for the others */
    int n_warnings;
    char warnings[SM_MAX_WARNINGS][SM_WARNING_SIZE];
};

/* Release what a report holds. */
void sm_report_free(struct sm_report *report);

/* Compute the background of a measurement and write it.
 *
 * Collective over comm; all ranks must pass equal jobs. HDF5 must have been started (rtdc/hdf5.h) on every rank. All
 * ranks return the same status and message. After a failure there is no output, or the one that was there before.
 *
 * report   receives what was done; complete on the first rank only; release with sm_report_free, also after a failure
 *
 * SPARSEMED_USAGE: the parameters or the instruction set asked for are not valid. SPARSEMED_INPUT: the measurement
 * cannot be used. SPARSEMED_OUTPUT: the output exists (and job->force is not set) or could not be written.
 * SPARSEMED_INTERNAL: out of memory. SPARSEMED_STOPPED: job->attend has asked for that. */
enum sparsemed_status sm_measure(MPI_Comm comm, const struct sm_job *job, struct sm_report *report,
                                 struct sparsemed_error *error);

#endif
