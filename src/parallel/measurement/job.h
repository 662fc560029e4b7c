/* What a job on one measurement is, and what it reports. */
#ifndef PARALLEL_MEASUREMENT_JOB_H
#define PARALLEL_MEASUREMENT_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parallel/progress.h"
#include "rtdc/files/delivery.h"
#include "rtdc/files/file_state.h"
#include "rtdc/files/used_files.h"
#include "rtdc/input_options.h"
#include "rtdc/outputs/quality_record.h"
#include "rtdc/outputs/specification.h"
#include "sparsemed/parameters.h"
#include "sparsemed/status.h"

/* What is to be done. */
struct sm_job {
    const char *input, *output; /* paths; both lead to one file where its background is to be replaced in place */
    const char *command;        /* the command line, for the log in the output; may be NULL */
    struct sm_input_options input_options; /* how the input is read */
    bool tried;                            /* the input has passed a trial (rtdc/trials/trial.h) */
    struct sparsemed_parameters parameters;
    bool offset_auto;    /* offset correction where the measurement flickers; parameters.offset_correction is ignored */
    int zstd_level;      /* of the output, see rtdc/filters/filters.h */
    bool copy;           /* the output is a complete copy of the input, with the background inside */
    bool frame_images;   /* a background image a frame, instead of one that frames share */
    bool force;          /* replace an existing output; of one of the same measurement only the background */
    uint64_t max_memory; /* bytes that a rank may take; 0 or UINT64_MAX: any */
    bool read_ahead;     /* a rank alone reads small inputs as a whole (rtdc/files/read_ahead.h) */
    const char *next;    /* the input of the measurement that comes next, to be read ahead then; NULL: none */
    /* Receives a small new output of a rank alone that has all but its name, for sm_deliver; not touched where there is
     * none. NULL: outputs are to have their names. */
    struct sm_delivery *delivery;
    enum sm_progress_style progress;

    /* Called on every rank between slabs and rounds of writing, and while the first rank waits for others: it may do
     * something else for a moment, and returns whether the job must be given up, which one rank is enough for. NULL on
     * all ranks, or on none. */
    bool (*poll)(void *data);
    /* Called on every rank with the frames of its share that it has passed over since. Local. May be NULL. */
    void (*count)(uint64_t n_frames, void *data);
    void *poll_data; /* of both */
};

enum { SM_MAX_WARNINGS = 8, SM_WARNING_SIZE = 256 };

/* Seconds of the phases on the first rank, waiting for others included. */
struct sm_seconds {
    double plan, stream, cleanse, write, total;
};

/* What was done. */
struct sm_report {
    bool unchanged; /* the output held this background already; nothing was done, and all but the ppid, the frames, the
                       steps, the files and the time of the plan is 0 */
    char ppid[SPARSEMED_PPID_SIZE];
    struct sm_slice slice; /* of the frames of the input: those that were read */
    uint64_t n_frames;     /* of the slice */
    size_t height, width;
    uint64_t n_steps, n_kept;           /* split points, and background images that were kept */
    struct sm_quality quality;          /* of the background; on the first rank only */
    uint64_t bytes_read, bytes_decoded; /* of images, all ranks together */
    struct sm_used_files files;         /* that images and times are from, the input first; on the first rank only */
    struct sm_file_state output;        /* as it was made; all zero where it was not, or is to be delivered; on the
                                           first rank only */
    int n_ranks;
    uint64_t peak_memory; /* bytes, of the rank that took most */
    struct sm_seconds seconds;
    double *worked,
        *waited; /* [n_ranks] seconds of the stream phase that each rank worked, and waited for the others */
    int n_warnings;
    char warnings[SM_MAX_WARNINGS][SM_WARNING_SIZE];
};

/* Begin a report. Release it with sm_report_free, also after a failure. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_report_open(struct sm_report *report, int n_ranks, struct sparsemed_error *error);

/* Note a warning; more than SM_MAX_WARNINGS are dropped. */
void sm_report_warn(struct sm_report *report, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Release what a report holds; all zero is fine. */
void sm_report_free(struct sm_report *report);

#endif
