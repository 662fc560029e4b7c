/* An archive at work on simulated ranks. */
#ifndef TESTS_PARALLEL_ARCHIVE_SIMULATION_H
#define TESTS_PARALLEL_ARCHIVE_SIMULATION_H

#include <stdbool.h>
#include <stddef.h>

#include "parallel/archive/schedule.h"
#include "support/random.h"

/* Sizes of measurements as archives have them. */
enum sizes { SIZES_EQUAL, SIZES_GIANT, SIZES_LOG_NORMAL, SIZES_PARETO_2, SIZES_PARETO_1_5, SIZES_PARETO_1_1, N_SIZES };

extern const char *const sizes_name[N_SIZES];

/* Draw the costs of n measurements, typically 10: all equal; one 200 times as large as the others; log-normal with
 * sigma 1.5; Pareto with that exponent. */
void draw_costs(struct rng *rng, enum sizes sizes, double *costs, size_t n);

/* Play a schedule of n measurements, with a measurement on g ranks taking its cost divided by g, or by the most ranks
 * it pays for where these are fewer. Returns when the last rank is done, or a negative number where memory is out.
 *
 * costs   [n], what the measurements really cost; may be other costs than the schedule was made with
 * taken   [n], receives how often each was taken; NULL: not wanted */
double simulate(const struct sm_schedule *schedule, const double *costs, size_t n, size_t n_ranks, double least_share,
                unsigned *taken);

#endif
