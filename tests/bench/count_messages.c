/* Counts the messages of a job: a library to be preloaded into an MPI program, through MPI's profiling interface. At
 * the end the first rank prints: ranks, collective calls of a rank, bytes that the first rank sends and receives in
 * them, messages between two ranks, their bytes, and the bytes of the rank that sends most of these. What the MPI
 * library itself sends to carry out a collective call does not count, what HDF5 and MPI-IO call does. */
#include <mpi.h>
#include <stdio.h>

static unsigned long long n_collectives, collective_bytes, n_messages, message_bytes;

static unsigned long long bytes_of(int count, MPI_Datatype type) {
    int size = 0;
    PMPI_Type_size(type, &size);
    return (unsigned long long)count * (unsigned long long)size;
}

static void collective(unsigned long long n_bytes) {
    n_collectives++;
    collective_bytes += n_bytes;
}

static unsigned long long bytes_of_all(const int *counts, MPI_Datatype type, MPI_Comm comm) {
    int n_ranks;
    unsigned long long n_bytes = 0;
    PMPI_Comm_size(comm, &n_ranks);
    for (int rank = 0; rank < n_ranks; rank++) {
        n_bytes += bytes_of(counts[rank], type);
    }
    return n_bytes;
}

int MPI_Barrier(MPI_Comm comm) {
    collective(0);
    return PMPI_Barrier(comm);
}

int MPI_Bcast(void *buffer, int count, MPI_Datatype type, int root, MPI_Comm comm) {
    collective(bytes_of(count, type));
    return PMPI_Bcast(buffer, count, type, root, comm);
}

int MPI_Allreduce(const void *send, void *receive, int count, MPI_Datatype type, MPI_Op op, MPI_Comm comm) {
    collective(bytes_of(count, type));
    return PMPI_Allreduce(send, receive, count, type, op, comm);
}

int MPI_Reduce(const void *send, void *receive, int count, MPI_Datatype type, MPI_Op op, int root, MPI_Comm comm) {
    collective(bytes_of(count, type));
    return PMPI_Reduce(send, receive, count, type, op, root, comm);
}

int MPI_Allgather(const void *send, int n_send, MPI_Datatype send_type, void *receive, int n_receive,
                  MPI_Datatype receive_type, MPI_Comm comm) {
    int n_ranks;
    PMPI_Comm_size(comm, &n_ranks);
    collective((unsigned long long)n_ranks * bytes_of(n_receive, receive_type));
    return PMPI_Allgather(send, n_send, send_type, receive, n_receive, receive_type, comm);
}

int MPI_Allgatherv(const void *send, int n_send, MPI_Datatype send_type, void *receive, const int *counts,
                   const int *displacements, MPI_Datatype receive_type, MPI_Comm comm) {
    collective(bytes_of_all(counts, receive_type, comm));
    return PMPI_Allgatherv(send, n_send, send_type, receive, counts, displacements, receive_type, comm);
}

int MPI_Gather(const void *send, int n_send, MPI_Datatype send_type, void *receive, int n_receive,
               MPI_Datatype receive_type, int root, MPI_Comm comm) {
    int rank, n_ranks;
    PMPI_Comm_rank(comm, &rank);
    PMPI_Comm_size(comm, &n_ranks);
    collective(rank == root ? (unsigned long long)n_ranks * bytes_of(n_receive, receive_type)
                            : bytes_of(n_send, send_type));
    return PMPI_Gather(send, n_send, send_type, receive, n_receive, receive_type, root, comm);
}

int MPI_Gatherv(const void *send, int n_send, MPI_Datatype send_type, void *receive, const int *counts,
                const int *displacements, MPI_Datatype receive_type, int root, MPI_Comm comm) {
    int rank;
    PMPI_Comm_rank(comm, &rank);
    collective(rank == root ? bytes_of_all(counts, receive_type, comm) : bytes_of(n_send, send_type));
    return PMPI_Gatherv(send, n_send, send_type, receive, counts, displacements, receive_type, root, comm);
}

int MPI_Scatterv(const void *send, const int *counts, const int *displacements, MPI_Datatype send_type, void *receive,
                 int n_receive, MPI_Datatype receive_type, int root, MPI_Comm comm) {
    int rank;
    PMPI_Comm_rank(comm, &rank);
    collective(rank == root ? bytes_of_all(counts, send_type, comm) : bytes_of(n_receive, receive_type));
    return PMPI_Scatterv(send, counts, displacements, send_type, receive, n_receive, receive_type, root, comm);
}

static void message(int count, MPI_Datatype type) {
    n_messages++;
    message_bytes += bytes_of(count, type);
}

int MPI_Send(const void *buffer, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm) {
    message(count, type);
    return PMPI_Send(buffer, count, type, to, tag, comm);
}

int MPI_Isend(const void *buffer, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm, MPI_Request *request) {
    message(count, type);
    return PMPI_Isend(buffer, count, type, to, tag, comm, request);
}

int MPI_Finalize(void) {
    int rank, n_ranks;
    unsigned long long own[2] = {n_messages, message_bytes}, sum[2], most;
    PMPI_Comm_rank(MPI_COMM_WORLD, &rank);
    PMPI_Comm_size(MPI_COMM_WORLD, &n_ranks);
    PMPI_Reduce(own, sum, 2, MPI_UNSIGNED_LONG_LONG, MPI_SUM, 0, MPI_COMM_WORLD);
    PMPI_Reduce(&message_bytes, &most, 1, MPI_UNSIGNED_LONG_LONG, MPI_MAX, 0, MPI_COMM_WORLD);
    if (rank == 0) {
        printf("%d %llu %llu %llu %llu %llu\n", n_ranks, n_collectives, collective_bytes, sum[0], sum[1], most);
    }
    return PMPI_Finalize();
}
