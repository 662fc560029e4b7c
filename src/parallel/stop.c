/* Messages are empty and asynchronous: a rank that passes a request on must not wait for one that is deep in a
 * collective call. */
#include "parallel/stop.h"

#include <signal.h>
#include <stdlib.h>

#include "parallel/messages.h"
#include "parallel/vote.h"

static volatile sig_atomic_t signalled;

static void note_signal(int number) {
    (void)number;
    signalled = 1;
}

/* Have requests noted, except where they are ignored. */
static void catch_signals(int flags) {
    static const int numbers[] = {SIGTERM, SIGINT, SIGUSR1};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction action = {.sa_handler = note_signal, .sa_flags = flags}, before;
        sigemptyset(&action.sa_mask);
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
            sigaction(numbers[i], &action, NULL);
        }
    }
}

void sm_stop_catch_signals(void) {
    catch_signals(SA_RESTART);
}

void sm_stop_end_calls(void) {
    catch_signals(0);
}

enum sparsemed_status sm_stop_open(MPI_Comm comm, double grace, struct sm_stop *stop, struct sparsemed_error *error) {
    *stop = (struct sm_stop){.grace = grace};
    MPI_Comm_dup(comm, &stop->comm);
    MPI_Comm_rank(stop->comm, &stop->rank);
    MPI_Comm_size(stop->comm, &stop->n_ranks);
    stop->requests = malloc((size_t)stop->n_ranks * sizeof *stop->requests);
    return stop->requests ? SPARSEMED_OK : sparsemed_fail_memory(error, "preparing to be stopped");
}

/* Tell the first rank, or, on the first rank, all others. */
static void pass_on(struct sm_stop *stop) {
    int first = stop->rank == 0 ? 1 : 0, end = stop->rank == 0 ? stop->n_ranks : 1;
    for (int rank = first; rank < end && stop->requests; rank++) {
        MPI_Isend(NULL, 0, MPI_BYTE, rank, SM_TAG_STOP, stop->comm, &stop->requests[stop->n_sent++]);
    }
}

/* Take in what others have sent. */
static bool receive(struct sm_stop *stop) {
    int arrived;
    MPI_Status status;
    MPI_Iprobe(MPI_ANY_SOURCE, SM_TAG_STOP, stop->comm, &arrived, &status);
    if (arrived) {
        MPI_Recv(NULL, 0, MPI_BYTE, status.MPI_SOURCE, SM_TAG_STOP, stop->comm, MPI_STATUS_IGNORE);
        stop->n_received++;
    }
    return arrived;
}

bool sm_stop_asked(struct sm_stop *stop) {
    bool told = receive(stop);
    if (!stop->asked && (told || signalled)) {
        stop->asked = true;
        stop->asked_at = MPI_Wtime();
        if (stop->rank == 0 || !told) {
            pass_on(stop);
        }
    }
    return stop->asked;
}

bool sm_stop_due(struct sm_stop *stop) {
    return sm_stop_asked(stop) && MPI_Wtime() - stop->asked_at >= stop->grace;
}

/* Receive what is still under way: the first rank from every other that told it, the others from the first. */
static void drain(struct sm_stop *stop) {
    int own[2] = {stop->rank > 0 ? stop->n_sent : 0, stop->rank == 0 && stop->n_sent > 0}, all[2];
    MPI_Allreduce(own, all, 2, MPI_INT, MPI_SUM, stop->comm);
    int n_expected = stop->rank == 0 ? all[0] : all[1];
    for (; stop->n_received < n_expected; stop->n_received++) {
        MPI_Recv(NULL, 0, MPI_BYTE, MPI_ANY_SOURCE, SM_TAG_STOP, stop->comm, MPI_STATUS_IGNORE);
    }
    MPI_Waitall(stop->n_sent, stop->requests, MPI_STATUSES_IGNORE);
}

static void pass_requests_on(void *stop) {
    sm_stop_asked(stop);
}

void sm_stop_wait_for_all(struct sm_stop *stop) {
    sm_wait_for_all(stop->comm, pass_requests_on, stop);
}

void sm_stop_close(struct sm_stop *stop) {
    sm_stop_wait_for_all(stop);
    drain(stop);
    free(stop->requests);
    MPI_Comm_free(&stop->comm);
}
