/* Seconds to plan the windows of 10^7 frames and 10^5 split points, and to give every frame its image.
 * Usage: bench_plan */
#include <stdio.h>
#include <stdlib.h>

#include "sparsemed/attribution.h"
#include "sparsemed/windows.h"
#include "support/clock.h"

enum { N_FRAMES = 10000000, N_STEPS = 100000 };

int main(void) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sparsemed_time_axis axis = {0};
    struct sparsemed_windows windows = {0};
    struct sparsemed_attribution attribution = {0};
    double *times = malloc(N_FRAMES * sizeof *times);
    bool *used = malloc(N_STEPS * sizeof *used);
    for (size_t i = 0; times && i < N_FRAMES; i++) {
        times[i] = (double)i * N_STEPS / N_FRAMES;
    }
    for (size_t i = 0; used && i < N_STEPS; i++) {
        used[i] = i % 5 > 0;
    }
    struct sparsemed_cleansing cleansing = {.used = used, .n_kept = N_STEPS / 5 * 4};
    double begin = now();
    bool planned =
        times && used &&
        sparsemed_time_axis_from_times(times, SPARSEMED_FLOAT64, N_FRAMES, &axis, &error) == SPARSEMED_OK &&
        sparsemed_windows_build(&axis, 200, 1, &windows, &error) == SPARSEMED_OK &&
        sparsemed_attribute_frames(&axis, &cleansing, windows.n_steps, 1, &attribution, &error) == SPARSEMED_OK;
    printf("%.6f %zu\n", now() - begin, windows.n_steps);
    sparsemed_attribution_free(&attribution);
    sparsemed_windows_free(&windows);
    sparsemed_time_axis_free(&axis);
    free(used);
    free(times);
    return planned ? 0 : 1;
}
