#include "parallel/archive/frame_counts.h"

#include <time.h>

#include "parallel/headway.h"
#include "parallel/messages.h"

static const double least_interval = 2.5; /* seconds */
static const double messages_a_second = 2000;

void sm_frame_counts_open(MPI_Comm comm, struct sm_roster *roster, struct sm_frame_counts *counts) {
    *counts = (struct sm_frame_counts){.roster = roster, .request = MPI_REQUEST_NULL, .latest = MPI_Wtime()};
    MPI_Comm_dup(comm, &counts->comm);
    MPI_Comm_rank(counts->comm, &counts->rank);
    MPI_Comm_size(counts->comm, &counts->n_ranks);
    double spread = counts->n_ranks / messages_a_second;
    counts->interval = spread > least_interval ? spread : least_interval;
}

void sm_frame_counts_begin(struct sm_frame_counts *counts, size_t index) {
    counts->count = (struct sm_frame_count){.index = index}; /* how far the one before was, nobody asks any more */
}

static void send(struct sm_frame_counts *counts) {
    counts->message = counts->count;
    counts->count.n_frames = 0;
    MPI_Isend(&counts->message, sizeof counts->message, MPI_BYTE, 0, SM_TAG_COUNT, counts->comm, &counts->request);
}

void sm_frame_counts_add(struct sm_frame_counts *counts, uint64_t n_frames) {
    if (counts->rank == 0) {
        sm_roster_count(counts->roster, counts->count.index, n_frames);
        return;
    }
    counts->count.n_frames += n_frames;
    double now = MPI_Wtime();
    if (now - counts->latest < counts->interval) {
        return;
    }
    int is_out;
    counts->latest = now;
    MPI_Test(&counts->request, &is_out, MPI_STATUS_IGNORE);
    if (is_out) {
        send(counts);
    }
}

void sm_frame_counts_receive(struct sm_frame_counts *counts) {
    int arrived = counts->rank == 0 && counts->n_ranks > 1;
    while (arrived) {
        MPI_Status status;
        MPI_Iprobe(MPI_ANY_SOURCE, SM_TAG_COUNT, counts->comm, &arrived, &status);
        if (arrived) {
            struct sm_frame_count message;
            MPI_Recv(&message, sizeof message, MPI_BYTE, status.MPI_SOURCE, SM_TAG_COUNT, counts->comm,
                     MPI_STATUS_IGNORE);
            sm_roster_count(counts->roster, message.index, message.n_frames);
            counts->n_finished += message.is_last ? 1 : 0;
        }
    }
}

void sm_frame_counts_close(struct sm_frame_counts *counts) {
    sm_headway_wait("waiting for all");
    if (counts->rank > 0) {
        MPI_Wait(&counts->request, MPI_STATUS_IGNORE);
        counts->count.is_last = 1;
        send(counts);
        MPI_Wait(&counts->request, MPI_STATUS_IGNORE);
    }
    while (counts->rank == 0 && counts->n_finished < counts->n_ranks - 1) {
        const struct timespec moment = {0, 100000};
        sm_frame_counts_receive(counts);
        nanosleep(&moment, NULL);
    }
    MPI_Comm_free(&counts->comm);
}
