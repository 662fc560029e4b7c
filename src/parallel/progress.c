#include "parallel/progress.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "parallel/messages.h"
#include "parallel/terminal.h"

static const double bar_interval = 0.1; /* seconds */
/* Seconds to the first line, a sign of life for who sits before mpirun, which hands lines through; then to the second
 * one; and between those of a job that goes on for hours, and whose log somebody reads. */
static const double first_line = 0.25, second_line = 5, most_between_lines = 60;
static const double message_interval = 0.5; /* seconds; longer where very many ranks would send */
static const double messages_a_second = 2000;

static enum sm_progress_style resolve(enum sm_progress_style style) {
    if (style != SM_PROGRESS_AUTO) {
        return style;
    }
    return sm_terminal_redraws(STDERR_FILENO) ? SM_PROGRESS_BAR : SM_PROGRESS_LINES;
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
        progress->interval = progress->style == SM_PROGRESS_BAR ? bar_interval : first_line;
    } else {
        double spread = progress->n_ranks / messages_a_second;
        progress->interval = spread > message_interval ? spread : message_interval;
    }
}

static void draw(struct sm_progress *progress) {
    const struct sm_gauge gauge = {progress->unit, progress->n_done, progress->n_total,
                                   MPI_Wtime() - progress->started};
    char line[SM_GAUGE_SIZE];
    if (progress->style == SM_PROGRESS_BAR) {
        /* Not in the last column: there a terminal may go on to the next line. */
        progress->n_drawn = sm_terminal_columns(STDERR_FILENO) - 1;
        sm_gauge_bar(&gauge, progress->n_drawn, line);
        fprintf(stderr, "\r%s", line);
    } else {
        sm_gauge_line(&gauge, line);
        fprintf(stderr, "%s\n", line);
        progress->interval =
            progress->interval < second_line ? second_line : fmin(2 * progress->interval, most_between_lines);
    }
    fflush(stderr);
}

void sm_progress_hide(struct sm_progress *progress) {
    if (progress->n_drawn > 0) {
        fprintf(stderr, "\r%*s\r", progress->n_drawn, "");
        fflush(stderr);
        progress->n_drawn = 0;
    }
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
