/* How much memory a rank may take: --max-memory. */
#ifndef PARALLEL_MEMORY_LIMIT_H
#define PARALLEL_MEMORY_LIMIT_H

#include <mpi.h>
#include <stdbool.h>
#include <stdint.h>

/* Read a number of bytes as people write them: digits, perhaps with a fraction, and K, M, G or T for 1024 of what comes
 * before, in upper or lower case, such as 512M or 1.5g.
 *
 * n_bytes   receives it; UINT64_MAX, which is no limit, where the number is 0
 *
 * Returns false where the text is anything else, less than a byte, or more than 64 bits hold. */
bool sm_memory_parse(const char *text, uint64_t *n_bytes);

/* What the control groups of a process let all of it and those beside it take: the least limit of its groups and of
 * those that they are in, of version 1 and 2.
 *
 * groups   a file as /proc/self/cgroup is
 * mounts   a folder as /sys/fs/cgroup is; what a container does not show of the groups there does not count
 *
 * Returns bytes; UINT64_MAX where there is no limit. */
uint64_t sm_memory_of_groups(const char *groups, const char *mounts);

/* An even share of what there is: the memory of the node, or what the control group allows of it, divided by the ranks
 * on that node; of all nodes the least. Collective over comm. Returns bytes, the same on all ranks. */
uint64_t sm_memory_share(MPI_Comm comm);

#endif
