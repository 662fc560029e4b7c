#include "parallel/progress.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "parallel/messages.h"

static const double bar_interval = 0.1;     /* seconds */
static const double line_interval = 5;      /* seconds */
static const double message_interval = 0.5; /* seconds; longer where very many ranks would send */
static const double messages_a_second = 2000;

static enum sm_progress_style resolve(enum sm_progress_style style) {
    if (style != SM_PROGRESS_AUTO) {
        return style;
    }
    return isatty(STDERR_FILENO) ? SM_PROGRESS_BAR : SM_PROGRESS_LINES;
}

void sm_progress_start(struct sm_progress *progress, MPI_Comm comm, enum sm_progress_style style,
                       enum sm_progress_unit unit, uint64_t n_total) {
    *progress = (struct sm_progress){
        .comm = comm, .style = style, .unit = unit, .n_total = n_total, .request = MPI_REQUEST_NULL};
    MPI_Comm_rank(comm, &progress->rank);
    MPI_Comm_size(comm, &progress->n_ranks);
    progress->started = progress->latest = MPI_Wtime();
    if (progress->rank == 0) {
        progress->style = resolve(style);
        progress->interval = progress->style == SM_PROGRESS_BAR ? bar_interval : line_interval;
    } else {
        double spread = progress->n_ranks / messages_a_second;
        progress->interval = spread > message_interval ? spread : message_interval;
    }
}

static void draw(struct sm_progress *progress) {
    double elapsed = MPI_Wtime() - progress->started;
    double part = progress->n_total ? (double)progress->n_done / (double)progress->n_total : 1;
    double rate = elapsed > 0 ? (double)progress->n_done / elapsed : 0;
    double left = rate > 0 ? (double)(progress->n_total - progress->n_done) / rate : 0;
    if (progress->style == SM_PROGRESS_BAR) {
        static const char full[] = "##############################", empty[] = "..............................";
        int n_full = (int)(part * (sizeof full - 1));
        fprintf(stderr, "\r[%s%s] ", full + sizeof full - 1 - n_full, empty + n_full);
    }
    uint64_t scale = progress->unit == SM_PROGRESS_BYTES ? 1000000 : 1;
    fprintf(stderr, "%3.0f %%  %" PRIu64 " of %" PRIu64 " %s, %.0f a second, %.0f s left%s", 100 * part,
            progress->n_done / scale, progress->n_total / scale,
            progress->unit == SM_PROGRESS_BYTES ? "MB copied" : "frames", rate / (double)scale, left,
            progress->style == SM_PROGRESS_BAR ? "    " : "\n");
    fflush(stderr);
}

/* Take in what the other ranks have sent. */
static void receive(struct sm_progress *progress) {
    for (;;) {
        int arrived;
        MPI_Status status;
        MPI_Iprobe(MPI_ANY_SOURCE, SM_TAG_PROGRESS, progress->comm, &arrived, &status);
        if (!arrived) {
            return;
        }
        struct sm_progress_message message;
        MPI_Recv(&message, sizeof message, MPI_BYTE, status.MPI_SOURCE, SM_TAG_PROGRESS, progress->comm,
                 MPI_STATUS_IGNORE);
        progress->n_done += message.n_done;
        progress->n_finished += message.is_last ? 1 : 0;
    }
}

/* Send what was counted since the last message, once that one is out. */
static void send(struct sm_progress *progress, bool is_last) {
    progress->message = (struct sm_progress_message){progress->n_done, is_last};
    progress->n_done = 0;
    MPI_Isend(&progress->message, sizeof progress->message, MPI_BYTE, 0, SM_TAG_PROGRESS, progress->comm,
              &progress->request);
}

void sm_progress_add(struct sm_progress *progress, uint64_t n_done) {
    progress->n_done += n_done;
    double now = MPI_Wtime();
    if (progress->style == SM_PROGRESS_NONE || now - progress->latest < progress->interval) {
        return;
    }
    progress->latest = now;
    if (progress->rank == 0) {
        receive(progress);
        draw(progress);
        return;
    }
    int is_out;
    MPI_Test(&progress->request, &is_out, MPI_STATUS_IGNORE);
    if (is_out) {
        send(progress, false);
    }
}

void sm_progress_finish(struct sm_progress *progress) {
    if (progress->style == SM_PROGRESS_NONE) {
        return;
    }
    if (progress->rank > 0) {
        MPI_Wait(&progress->request, MPI_STATUS_IGNORE);
        send(progress, true);
        MPI_Wait(&progress->request, MPI_STATUS_IGNORE);
        return;
    }
    while (progress->n_finished < progress->n_ranks - 1) {
        const struct timespec moment = {0, 1000000};
        nanosleep(&moment, NULL);
        receive(progress);
        sm_progress_add(progress, 0);
    }
    if (progress->style == SM_PROGRESS_BAR) {
        draw(progress);
        fputc('\n', stderr);
    }
}
