/* Which ranks work on which measurements of an archive, and in which order.
 *
 * All ranks begin as one group, level 0. The groups of a level take its measurements one after the other, whichever
 * group is free the next one. A group that finds none left splits into halves, which go on at the next level, down to
 * single ranks at the last one. Ranks that part have just finished together, so that nobody waits for anybody, and
 * nobody is lost to coordinating: a counter a level is all that groups share.
 *
 * Method: list scheduling (R. L. Graham, SIAM J. Appl. Math. 17, 1969) by descending cost, with as few ranks for a
 * measurement as let it end in time. Until the last measurement has been taken no rank is idle, so that one of cost c
 * that is taken after others of a total cost of b ends at b / n_ranks + c / g on g ranks at the latest. Hence
 * g = c / ((1 + 1/32) bound - b / n_ranks) ranks let everything end within 1 + 1/32 times the lower bound (see
 * sm_schedule_bound), and this however the costs are distributed. It does not hold where so many ranks do not pay,
 * which takes a bound of less than 160 times least_share. */
#ifndef PARALLEL_ARCHIVE_SCHEDULE_H
#define PARALLEL_ARCHIVE_SCHEDULE_H

#include <stddef.h>

#include "sparsemed/status.h"

/* The measurements of level l are order[first[l]] .. order[first[l + 1] - 1], to be taken in this order. */
struct sm_schedule {
    size_t n_levels; /* 1 + log2 of the ranks, rounded up */
    size_t *first;   /* [n_levels + 1]; first[0] = 0, ascending, first[n_levels] = n */
    size_t *order;   /* [n], every measurement once, by descending cost, those of equal cost in order */
};

/* Make the schedule, in O(n log n). It depends on nothing but the arguments: ranks that pass the same have the same.
 *
 * costs         [n], finite, >= 0: what a measurement takes a single rank, in any unit
 * n             measurements; any, 0 too
 * n_ranks       >= 1
 * least_share   >= 0, in the same unit: a measurement pays for one rank for each such part of its cost
 * schedule      receives it; release with sm_schedule_free, also after a failure
 *
 * SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_schedule_build(const double *costs, size_t n, size_t n_ranks, double least_share,
                                        struct sm_schedule *schedule, struct sparsemed_error *error);

/* Put measurements before all others, on all ranks and one after the other: they become numbers 0 to n_first - 1, and
 * the numbers of the others grow by n_first. SPARSEMED_INTERNAL: out of memory; the schedule is as it was. */
enum sparsemed_status sm_schedule_put_first(struct sm_schedule *schedule, size_t n_first,
                                            struct sparsemed_error *error);

/* Release what the schedule holds; all zero is fine. */
void sm_schedule_free(struct sm_schedule *schedule);

/* The group that a rank is in at a level: returns its size, n_ranks / 2^level rounded down or up, and at least 1.
 *
 * n_ranks      >= 1
 * level        any; from the last level of a schedule on every rank is alone
 * rank         0 .. n_ranks - 1
 * first_rank   receives the first rank of the group, which has consecutive ones */
size_t sm_schedule_group(size_t n_ranks, size_t level, size_t rank, size_t *first_rank);

/* Ranks that a measurement pays for: one for each least_share of its cost, at least 1, at most n_ranks. */
size_t sm_schedule_most_ranks(double cost, size_t n_ranks, double least_share);

/* What no schedule can beat: the greater of the even share of the total cost and of the greatest time that one
 * measurement takes the most ranks it pays for. Arguments as of sm_schedule_build. */
double sm_schedule_bound(const double *costs, size_t n, size_t n_ranks, double least_share);

#endif
