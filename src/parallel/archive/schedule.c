#include "parallel/archive/schedule.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* How far above the lower bound the last measurement may end, as a fraction of the bound. */
static const double slack = 1.0 / 32;

struct item {
    double cost;
    size_t index;
};

/* Descending cost, then ascending index. */
static int compare_items(const void *left, const void *right) {
    const struct item *a = left, *b = right;
    if (a->cost != b->cost) {
        return a->cost > b->cost ? -1 : 1;
    }
    return a->index < b->index ? -1 : a->index > b->index;
}

size_t sm_schedule_group(size_t n_ranks, size_t level, size_t rank, size_t *first_rank) {
    assert(rank < n_ranks);
    size_t first = 0, size = n_ranks;
    for (size_t l = 0; l < level && size > 1; l++) {
        size_t half = size - size / 2;
        if (rank < first + half) {
            size = half;
        } else {
            first += half;
            size -= half;
        }
    }
    *first_rank = first;
    return size;
}

size_t sm_schedule_most_ranks(double cost, size_t n_ranks, double least_share) {
    if (cost < least_share) {
        return 1;
    }
    return cost < least_share * (double)n_ranks ? (size_t)(cost / least_share) : n_ranks;
}

/* What no schedule can beat. */
struct limits {
    double share;   /* even share of a rank in the total cost */
    double longest; /* greatest time of a measurement on the most ranks it pays for */
};

static struct limits find_limits(const double *costs, size_t n, size_t n_ranks, double least_share) {
    struct limits limits = {0};
    for (size_t i = 0; i < n; i++) {
        limits.share += costs[i] / (double)n_ranks;
        limits.longest =
            fmax(limits.longest, costs[i] / (double)sm_schedule_most_ranks(costs[i], n_ranks, least_share));
    }
    return limits;
}

double sm_schedule_bound(const double *costs, size_t n, size_t n_ranks, double least_share) {
    struct limits limits = find_limits(costs, n, n_ranks, least_share);
    return fmax(limits.share, limits.longest);
}

/* Number of levels: at the last one every rank is alone. */
static size_t count_levels(size_t n_ranks) {
    size_t n_levels = 1;
    for (size_t largest = n_ranks; largest > 1; largest -= largest / 2) {
        n_levels++;
    }
    return n_levels;
}

/* The last level whose groups all have the ranks that are wanted, or the first one without a group of more than most.
 */
static size_t choose_level(size_t n_ranks, size_t n_levels, double wanted, size_t most) {
    size_t level = n_levels - 1, smallest = 1;
    while (level > 0 && (double)smallest < wanted && ((n_ranks - 1) >> (level - 1)) + 1 <= most) {
        level--;
        smallest = n_ranks >> level;
    }
    return level;
}

/* Lay the bounds of the levels into the sorted items, from the smallest item on. A larger item never gets fewer ranks,
 * so that the order by level is the order by cost. Ranks that do not pay are given only where there are plenty: where
 * not the even share but a single item limits the time. */
static void divide(const struct item *items, size_t n, size_t n_ranks, double least_share, struct limits limits,
                   struct sm_schedule *schedule) {
    bool plenty = limits.longest > limits.share;
    double deadline = (1 + slack) * fmax(limits.share, limits.longest);
    double share = 0; /* of a rank, in this item and the smaller ones */
    size_t level = schedule->n_levels;
    schedule->first[level] = n;
    for (size_t i = n; i-- > 0 && level > 0;) {
        double cost = items[i].cost;
        share += cost / (double)n_ranks;
        double time = deadline - (limits.share - share);
        size_t most = sm_schedule_most_ranks(cost, n_ranks, least_share);
        double wanted = cost > 0 ? fmin(cost / time, (double)most) : 1;
        size_t chosen = choose_level(n_ranks, schedule->n_levels, wanted, plenty ? n_ranks : most);
        while (level > chosen + 1) {
            schedule->first[--level] = i + 1;
        }
    }
    while (level > 0) {
        schedule->first[--level] = 0;
    }
}

enum sparsemed_status sm_schedule_build(const double *costs, size_t n, size_t n_ranks, double least_share,
                                        struct sm_schedule *schedule, struct sparsemed_error *error) {
    assert(n_ranks >= 1 && least_share >= 0);
    *schedule = (struct sm_schedule){.n_levels = count_levels(n_ranks)};
    schedule->first = malloc((schedule->n_levels + 1) * sizeof *schedule->first);
    schedule->order = malloc((n + 1) * sizeof *schedule->order);
    struct item *items = malloc((n + 1) * sizeof *items);
    if (!schedule->first || !schedule->order || !items) {
        free(items);
        return sparsemed_fail_memory(error, "scheduling the measurements");
    }
    for (size_t i = 0; i < n; i++) {
        items[i] = (struct item){costs[i], i};
    }
    qsort(items, n, sizeof *items, compare_items);
    divide(items, n, n_ranks, least_share, find_limits(costs, n, n_ranks, least_share), schedule);
    for (size_t i = 0; i < n; i++) {
        schedule->order[i] = items[i].index;
    }
    free(items);
    return SPARSEMED_OK;
}

enum sparsemed_status sm_schedule_put_first(struct sm_schedule *schedule, size_t n_first,
                                            struct sparsemed_error *error) {
    size_t n = schedule->first[schedule->n_levels];
    size_t *order = malloc((n_first + n + 1) * sizeof *order);
    if (!order) {
        return sparsemed_fail_memory(error, "scheduling the measurements");
    }
    for (size_t i = 0; i < n_first + n; i++) {
        order[i] = i < n_first ? i : schedule->order[i - n_first] + n_first;
    }
    for (size_t level = 1; level <= schedule->n_levels; level++) {
        schedule->first[level] += n_first;
    }
    free(schedule->order);
    schedule->order = order;
    return SPARSEMED_OK;
}

void sm_schedule_free(struct sm_schedule *schedule) {
    free(schedule->first);
    free(schedule->order);
    *schedule = (struct sm_schedule){0};
}
