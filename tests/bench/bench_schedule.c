/* Archives of up to MAX_FILES measurements, of several distributions of sizes, on up to 10^4 simulated ranks. Prints,
 * for each: distribution, ranks, measurements, lower bound in shares that pay for a rank, makespan over lower bound,
 * seconds that making the schedule takes. Usage: bench_schedule [MAX_FILES] */
#include <stdio.h>
#include <stdlib.h>

#include "parallel/archive/simulation.h"
#include "support/clock.h"

static bool bench(enum sizes sizes, const double *costs, size_t n, size_t n_ranks) {
    const double least_share = 1;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_schedule schedule;
    double begin = now();
    bool made = sm_schedule_build(costs, n, n_ranks, least_share, &schedule, &error) == SPARSEMED_OK;
    double seconds = now() - begin;
    if (made) {
        double makespan = simulate(&schedule, costs, n, n_ranks, least_share, NULL);
        double bound = sm_schedule_bound(costs, n, n_ranks, least_share);
        printf("%s %zu %zu %.4g %.4f %.6f\n", sizes_name[sizes], n_ranks, n, bound / least_share, makespan / bound,
               seconds);
    }
    sm_schedule_free(&schedule);
    return made;
}

int main(int argc, char **argv) {
    static const size_t files[] = {1, 300, 10000, 1000000}, ranks[] = {1, 2, 5, 100, 1000, 10000};
    size_t max_files = argc > 1 ? strtoul(argv[1], NULL, 10) : files[3];
    double *costs = malloc((max_files ? max_files : 1) * sizeof *costs);
    bool made = costs;
    for (int sizes = 0; sizes < N_SIZES; sizes++) {
        for (size_t f = 0; f < sizeof files / sizeof *files && files[f] <= max_files; f++) {
            struct rng rng = {files[f]};
            draw_costs(&rng, (enum sizes)sizes, costs, files[f]);
            for (size_t r = 0; r < sizeof ranks / sizeof *ranks; r++) {
                made = made && bench((enum sizes)sizes, costs, files[f], ranks[r]);
            }
        }
    }
    free(costs);
    return made ? 0 : 1;
}
