/* Telling the user how far a job is. */
#ifndef PARALLEL_PROGRESS_H
#define PARALLEL_PROGRESS_H

#include <mpi.h>
#include <stdint.h>

#include "parallel/gauge.h"

enum sm_progress_style {
    SM_PROGRESS_AUTO,  /* a bar where standard error is a terminal (see terminal.h), lines otherwise */
    SM_PROGRESS_BAR,   /* one line that is drawn again and again, and fits the terminal */
    SM_PROGRESS_LINES, /* a plain line: the first within a second, then fewer and fewer, down to one a minute */
    SM_PROGRESS_NONE,
};

/* What a rank tells the first one: what it has done since its last message, and whether that was all. */
struct sm_progress_message {
    uint64_t n_done;
    uint64_t is_last;
};

/* Counts something over all ranks. The first rank of the communicator draws on standard error; the others send
 * it their counts now and then, without waiting. */
struct sm_progress {
    MPI_Comm comm;
    int rank, n_ranks;
    enum sm_progress_style style;
    enum sm_progress_unit unit;
    uint64_t n_total;
    uint64_t n_done;                    /* first rank: of all; else: of this rank */
    struct sm_progress_message message; /* under way */
    MPI_Request request;                /* of that message */
    int n_finished;                     /* first rank: others that have finished */
    double started, latest;             /* seconds */
    double interval;                    /* seconds to the next drawing, or message */
    int n_drawn;                        /* columns of the bar that stand on the terminal's last line */
};

/* Start counting. Collective over comm; style, unit and n_total must agree.
 *
 * comm      used for messages of its own (SM_TAG_PROGRESS) until sm_progress_finish
 * n_total   of what is counted */
void sm_progress_start(struct sm_progress *progress, MPI_Comm comm, enum sm_progress_style style,
                       enum sm_progress_unit unit, uint64_t n_total);

/* Count what this rank has done. Local; cheap enough for every slab. */
void sm_progress_add(struct sm_progress *progress, uint64_t n_done);

/* Remove the bar from the terminal, before something else is told; it is drawn again when it is due. Nothing on a
 * struct that is all zero. Local. */
void sm_progress_hide(struct sm_progress *progress);

/* Stop counting: the first rank waits until all have come here, and draws meanwhile. Collective over comm, in every
 * case of failure too. */
void sm_progress_finish(struct sm_progress *progress);

#endif
