#include "parallel/archive/simulation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const sizes_name[N_SIZES] = {
    [SIZES_EQUAL] = "equal",       [SIZES_GIANT] = "one-giant",       [SIZES_LOG_NORMAL] = "log-normal",
    [SIZES_PARETO_2] = "Pareto-2", [SIZES_PARETO_1_5] = "Pareto-1.5", [SIZES_PARETO_1_1] = "Pareto-1.1",
};

static double draw_cost(struct rng *rng, enum sizes sizes) {
    switch (sizes) {
    case SIZES_LOG_NORMAL:
        return 10 * exp(1.5 * rng_normal(rng));
    case SIZES_PARETO_2:
        return 5 * pow(1 - rng_unit(rng), -1 / 2.0);
    case SIZES_PARETO_1_5:
        return 5 * pow(1 - rng_unit(rng), -1 / 1.5);
    case SIZES_PARETO_1_1:
        return 5 * pow(1 - rng_unit(rng), -1 / 1.1);
    default:
        return 10;
    }
}

void draw_costs(struct rng *rng, enum sizes sizes, double *costs, size_t n) {
    for (size_t i = 0; i < n; i++) {
        costs[i] = draw_cost(rng, sizes);
    }
    if (sizes == SIZES_GIANT) {
        costs[n / 2] *= 200;
    }
}

struct group {
    double free_at;
    size_t level;
    size_t first_rank;
    size_t size;
};

/* Groups, the one that is free first on top. Groups that are free at the same time come by rank. */
struct heap {
    struct group *groups; /* [n_ranks] */
    size_t n;
};

static bool before(const struct group *a, const struct group *b) {
    return a->free_at < b->free_at || (a->free_at == b->free_at && a->first_rank < b->first_rank);
}

static void push(struct heap *heap, struct group group) {
    size_t at = heap->n++;
    for (; at > 0 && before(&group, &heap->groups[(at - 1) / 2]); at = (at - 1) / 2) {
        heap->groups[at] = heap->groups[(at - 1) / 2];
    }
    heap->groups[at] = group;
}

static struct group pop(struct heap *heap) {
    struct group top = heap->groups[0], last = heap->groups[--heap->n];
    size_t at = 0;
    for (size_t child = 1; child < heap->n; child = 2 * at + 1) {
        child += child + 1 < heap->n && before(&heap->groups[child + 1], &heap->groups[child]);
        if (!before(&heap->groups[child], &last)) {
            break;
        }
        heap->groups[at] = heap->groups[child];
        at = child;
    }
    heap->groups[at] = last;
    return top;
}

/* The groups of the next level that a group splits into: one or two. */
static void split(struct heap *heap, struct group group, size_t n_ranks) {
    size_t end = group.first_rank + group.size;
    for (size_t rank = group.first_rank; rank < end;) {
        struct group part = {.free_at = group.free_at, .level = group.level + 1};
        part.size = sm_schedule_group(n_ranks, part.level, rank, &part.first_rank);
        push(heap, part);
        rank = part.first_rank + part.size;
    }
}

double simulate(const struct sm_schedule *schedule, const double *costs, size_t n, size_t n_ranks, double least_share,
                unsigned *taken) {
    struct heap heap = {.groups = malloc(n_ranks * sizeof *heap.groups)};
    size_t *next = malloc(schedule->n_levels * sizeof *next);
    double end = heap.groups && next ? 0 : -1;
    if (taken) {
        memset(taken, 0, n * sizeof *taken);
    }
    if (end == 0) {
        memcpy(next, schedule->first, schedule->n_levels * sizeof *next);
        push(&heap, (struct group){.size = n_ranks});
    }
    while (heap.n > 0) {
        struct group group = pop(&heap);
        if (next[group.level] < schedule->first[group.level + 1]) {
            size_t i = schedule->order[next[group.level]++];
            size_t most = sm_schedule_most_ranks(costs[i], n_ranks, least_share);
            group.free_at += costs[i] / (double)(group.size < most ? group.size : most);
            push(&heap, group);
            if (taken) {
                taken[i]++;
            }
        } else if (group.level + 1 < schedule->n_levels) {
            split(&heap, group, n_ranks);
        }
        end = fmax(end, group.free_at);
    }
    free(next);
    free(heap.groups);
    return end;
}
