/* How long a measurement may be expected to take, by what measurements like it have taken. */
#ifndef PARALLEL_STATUS_PACES_H
#define PARALLEL_STATUS_PACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parallel/journal/history.h"

/* Cost of a measurement whose frames are so many bytes: about the bytes that are decoded. */
double sm_cost_of_bytes(double bytes);

/* One that was done. */
struct sm_pace {
    double cost; /* see sm_cost_of_bytes */
    double pace; /* seconds that a rank takes for a unit of it */
};

/* All zero is none. */
struct sm_paces {
    size_t n;
    struct sm_pace *list; /* [n], by cost */
};

/* List what was done. Where memory is out, there are none. Release with sm_paces_free. */
struct sm_paces sm_paces_of(const struct sm_history *history);

/* Seconds that a measurement takes so many ranks: by the median pace of those of half to twice its cost, or of all
 * where these are very few. 0 where there are too few of any.
 *
 * bytes     decoded, of all its frames
 * n_ranks   1 or more */
double sm_paces_expect(const struct sm_paces *paces, uint64_t bytes, uint64_t n_ranks);

/* Whether one that is worked on takes much longer than its like. */
bool sm_paces_is_straggler(double seconds, double expected);

/* Release; all zero is fine. */
void sm_paces_free(struct sm_paces *paces);

#endif
