#include "sparsemed/offset.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/numbers.h"
#include "core/statistics.h"

static const double flicker_brightness = 2.5; /* grey values */
static const size_t flicker_count = 5;        /* frames */

/* Bytes are summed in lanes of 16 bits that take two bytes at a time. Sums of lanes wrap around, but for so many rounds
 * the sums of their upper halves do not, and neither do those of the lower halves, which are the difference of the two.
 */
typedef uint16_t lanes __attribute__((vector_size(16)));
enum { LANES = sizeof(lanes) / sizeof(uint16_t), ROUNDS = 256 };

static uint32_t sum_rounds(const uint8_t *pixels, size_t n_rounds) {
    lanes both = {0}, upper = {0};
#pragma GCC unroll 4 /* a quarter faster */
    for (size_t round = 0; round < n_rounds; round++) {
        lanes pairs;
        memcpy(&pairs, pixels + round * sizeof pairs, sizeof pairs);
        both += pairs;
        upper += pairs >> 8;
    }
    lanes lower = both - (upper << 8);
    uint32_t sum = 0;
    for (size_t lane = 0; lane < LANES; lane++) {
        sum += (uint32_t)lower[lane] + upper[lane];
    }
    return sum;
}

uint32_t sparsemed_top_sum(const uint8_t *frame, size_t height, size_t width) {
    assert(height >= 1 && width >= 1 && width <= SPARSEMED_MAX_WIDTH);
    size_t n_pixels = sm_min(height, SPARSEMED_OFFSET_ROWS) * width, i = 0;
    uint32_t sum = 0;
    for (; i + sizeof(lanes) <= n_pixels;) {
        size_t n_rounds = sm_min(ROUNDS, (n_pixels - i) / sizeof(lanes));
        sum += sum_rounds(frame + i, n_rounds);
        i += n_rounds * sizeof(lanes);
    }
    for (; i < n_pixels; i++) {
        sum += frame[i];
    }
    return sum;
}

double sparsemed_offset(uint32_t frame_sum, uint32_t image_sum, size_t height, size_t width) {
    assert(height >= 1 && width >= 1);
    double n_pixels = (double)(sm_min(height, SPARSEMED_OFFSET_ROWS) * width);
    return (double)frame_sum / n_pixels - (double)image_sum / n_pixels;
}

double sparsemed_top_median(const uint8_t *frame, size_t height, size_t width) {
    assert(height >= 1 && width >= 1);
    size_t n_pixels = sm_min(height, SPARSEMED_FLICKER_ROWS) * width;
    size_t histogram[256] = {0};
    for (size_t i = 0; i < n_pixels; i++) {
        histogram[frame[i]]++;
    }
    return sparsemed_histogram_median(histogram, n_pixels);
}

bool sparsemed_flickers(double *top_medians, size_t n_frames) {
    if (n_frames == 0) {
        return false;
    }
    sparsemed_sort(top_medians, n_frames);
    double median = sparsemed_sorted_median(top_medians, n_frames);
    size_t count = 0;
    for (size_t i = 0; i < n_frames; i++) {
        count += fabs(top_medians[i] - median) >= flicker_brightness;
    }
    return count >= flicker_count;
}
