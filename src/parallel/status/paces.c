#include "parallel/status/paces.h"

#include <stdlib.h>

#include "core/numbers.h"

enum {
    FEWEST = 5, /* measurements that tell of others */
    MOST = 999  /* of which a median is taken */
};

/* More than that no measurement takes. */
static const double most_seconds = 1e9;

double sm_cost_of_bytes(double bytes) {
    const double opening = 4e6; /* opening an input and making an output take as long as decoding so many bytes */
    return opening + bytes;
}

static double cost_of(uint64_t bytes) {
    return sm_cost_of_bytes((double)bytes);
}

static int compare_costs(const void *left, const void *right) {
    const struct sm_pace *a = left, *b = right;
    return (a->cost > b->cost) - (a->cost < b->cost);
}

static int compare_numbers(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

struct sm_paces sm_paces_of(const struct sm_history *history) {
    struct sm_paces paces = {.list = malloc(history->n * sizeof *paces.list + 1)};
    for (size_t i = 0; i < history->n && paces.list; i++) {
        const struct sm_effort *effort = &history->list[i].effort;
        if (history->list[i].done && effort->bytes > 0 && effort->n_ranks > 0 && effort->seconds > 0 &&
            effort->seconds < most_seconds) {
            double cost = cost_of(effort->bytes);
            paces.list[paces.n++] = (struct sm_pace){cost, effort->seconds * (double)effort->n_ranks / cost};
        }
    }
    if (paces.n > 0) {
        qsort(paces.list, paces.n, sizeof *paces.list, compare_costs);
    }
    return paces;
}

/* How many cost less. */
static size_t count_below(const struct sm_paces *paces, double cost) {
    size_t first = 0, end = paces->n;
    while (first < end) {
        size_t middle = first + (end - first) / 2;
        if (paces->list[middle].cost < cost) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    return first;
}

double sm_paces_expect(const struct sm_paces *paces, uint64_t bytes, uint64_t n_ranks) {
    double cost = cost_of(bytes), some[MOST];
    size_t first = count_below(paces, cost / 2), end = count_below(paces, 2 * cost);
    if (end - first < FEWEST) {
        first = 0;
        end = paces->n;
    }
    if (end - first < FEWEST) {
        return 0;
    }
    size_t n = sm_min(end - first, MOST);
    for (size_t i = 0; i < n; i++) { /* evenly spread */
        some[i] = paces->list[first + i * (end - first) / n].pace;
    }
    qsort(some, n, sizeof *some, compare_numbers);
    return some[n / 2] * cost / (double)sm_max(n_ranks, 1);
}

bool sm_paces_is_straggler(double seconds, double expected) {
    const double much = 3, least = 10; /* times, and seconds beyond that */
    return expected > 0 && seconds > much * expected + least;
}

void sm_paces_free(struct sm_paces *paces) {
    free(paces->list);
    *paces = (struct sm_paces){0};
}
