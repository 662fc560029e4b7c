/* The state of one measurement while it is worked on, and its phases. For src/parallel only. */
#ifndef PARALLEL_MEASUREMENT_RUN_H
#define PARALLEL_MEASUREMENT_RUN_H

#include <hdf5.h>
#include <limits.h>
#include <mpi.h>

#include "core/numbers.h"
#include "parallel/measurement/image_store.h"
#include "parallel/measurement/measurement.h"
#include "rtdc/existing.h"
#include "rtdc/files/temporary.h"
#include "rtdc/input.h"
#include "rtdc/output.h"
#include "sparsemed/attribution.h"
#include "sparsemed/cleansing.h"
#include "sparsemed/moving_median.h"
#include "sparsemed/time_axis.h"
#include "sparsemed/windows.h"

/* What the first rank decides and all ranks need to know. Plain data. */
struct sm_plan {
    bool unchanged;         /* there is nothing to do */
    enum sm_output_way way; /* how the output comes about */
    bool replace;           /* there is a file that the output replaces */
    char output[PATH_MAX];  /* its path; of the file itself where it is a link */
    bool offset;            /* offsets are computed */
    uint64_t n_frames;      /* the same file must look the same from every rank */
    uint64_t n_windows, kernel_size;
};

/* A rank's part: slabs of frames, one after the other, and the windows that start in them. */
struct sm_share {
    uint64_t first_slab, end_slab;
    uint64_t first_window, n_windows;
};

struct sm_run {
    MPI_Comm comm;
    int rank, n_ranks;
    const struct sm_job *job;
    struct sm_report *report;

    /* made by sm_plan_run */
    struct sm_plan plan;
    struct sm_input input;
    struct sm_share *shares;         /* [n_ranks] */
    uint64_t *window_start;          /* [own windows], first frame of each, ascending */
    struct sparsemed_time_axis axis; /* first rank only, as the next ones */
    struct sparsemed_windows windows;
    struct sm_temporary temporary;

    /* made by sm_stream */
    uint32_t *frame_sum;          /* [own frames], top sums; with offset only. From sm_rounds_open on those of the
                                     frames whose offsets this rank writes */
    uint32_t *image_sum;          /* [own windows], top sums of their images */
    uint8_t *profile;             /* [own windows][height] */
    struct sm_image_store images; /* of the own windows */
    double worked;                /* seconds */

    /* made by sm_select_images */
    struct sparsemed_cleansing cleansing; /* first rank only */
    uint64_t n_kept;
    uint32_t *kept_window; /* [n_kept], which window's image each kept one is */
    uint32_t *kept_sum;    /* [n_kept], its top sum */
    struct sparsemed_attribution attribution;
};

/* The phases, in order. Each is collective over run->comm and votes: all ranks return the same. */
enum sparsemed_status sm_plan_run(struct sm_run *run, struct sparsemed_error *error);
enum sparsemed_status sm_stream(struct sm_run *run, struct sparsemed_error *error);
enum sparsemed_status sm_select_images(struct sm_run *run, struct sparsemed_error *error);
enum sparsemed_status sm_write(struct sm_run *run, struct sparsemed_error *error);

/* What a file at the path of the output is compared with. For the first rank. */
struct sm_existing sm_expect_output(const struct sm_run *run);

/* Look at the output path: done already, in the way, or to be made; in that case its temporary file is made and locked.
 * Needs a plan of the rest. For the first rank. */
enum sparsemed_status sm_claim_output(struct sm_run *run, struct sparsemed_error *error);

/* Copy the file that an updated output begins as to the path of its temporary file. Collective over run->comm; votes.
 */
enum sparsemed_status sm_copy_original(struct sm_run *run, const char *temporary, struct sparsemed_error *error);

/* Add the log of the job to the output at the path of its temporary file. Collective over run->comm; votes. */
enum sparsemed_status sm_write_provenance(struct sm_run *run, const char *path, double write_seconds,
                                          struct sparsemed_error *error);

/* Frames of a rank's share: from the first, the number returned. */
uint64_t sm_frames_of(const struct sm_run *run, int rank, uint64_t *first);

/* Call job->attend, where there is one. SPARSEMED_STOPPED: the job must be given up, and has not failed yet. Local. */
enum sparsemed_status sm_attend(const struct sm_run *run, struct sparsemed_error *error);

/* Note a warning for the report; more than SM_MAX_WARNINGS are dropped. */
void sm_warn(struct sm_report *report, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
