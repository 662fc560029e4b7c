/* What is counted of images and frames for the figures of quality. Images are made by the thousand, so pixels are
 * compared many at a time: a median of bytes is found by how many are that large, from that of the image before on. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/numbers.h"
#include "sparsemed/quality.h"

/* Bytes of which each lane counts up to 255 before the lanes are added up. */
typedef uint8_t lanes __attribute__((vector_size(16)));
enum { ROUNDS = 255 };

/* Processors compare bytes with a sign faster: less half the range, all have one. */
typedef int8_t signed_lanes __attribute__((vector_size(16)));
#define HALF (128 - (lanes){0})

static size_t add_lanes(const lanes *count) {
    size_t sum = 0;
    for (size_t lane = 0; lane < sizeof *count; lane++) {
        sum += (*count)[lane];
    }
    return sum;
}

/* Number of pixels that are a value or more. */
static size_t count_from(const uint8_t *pixels, size_t n_pixels, uint8_t value) {
    const lanes least = value - (lanes){0};
    size_t n = 0, i = 0;
    while (i + sizeof(lanes) <= n_pixels) {
        lanes count = {0};
        size_t end = i + sm_min(ROUNDS, (n_pixels - i) / sizeof(lanes)) * sizeof(lanes);
#pragma GCC unroll 4 /* a third faster */
        for (; i < end; i += sizeof(lanes)) {
            lanes some;
            memcpy(&some, pixels + i, sizeof some);
            count -= (lanes)(some >= least); /* true is all bits: -1 */
        }
        n += add_lanes(&count);
    }
    for (; i < n_pixels; i++) {
        n += pixels[i] >= value;
    }
    return n;
}

/* The largest value that at least so many pixels reach: outward from a guess, then in between.
 *
 * n_reaching   receives how many pixels do */
static unsigned largest_reached(const uint8_t *pixels, size_t n_pixels, size_t least, unsigned guess,
                                size_t *n_reaching) {
    unsigned low = 0, high = 256, value = guess, stride = 1;
    *n_reaching = n_pixels;
    while (high - low > 1) {
        value = value > low ? value < high ? value : high - 1 : low + 1;
        size_t n = count_from(pixels, n_pixels, (uint8_t)value);
        if (n >= least) {
            low = value;
            *n_reaching = n;
        } else {
            high = value;
        }
        bool enclosed = low > 0 && high < 256;
        value = enclosed ? (low + high) / 2 : low > 0 ? low + stride : high > stride ? high - stride : 1;
        stride *= 2;
    }
    return low;
}

double sparsemed_brightness(const uint8_t *image, size_t n_pixels, double guess) {
    assert(n_pixels >= 1 && guess >= 0 && guess <= 255);
    size_t n_upper = n_pixels - n_pixels / 2, n; /* of the upper of the two middle values, and above */
    unsigned upper = largest_reached(image, n_pixels, n_upper, (unsigned)guess, &n);
    bool same = n_pixels % 2 || n > n_upper;
    return same ? upper : (upper + largest_reached(image, n_pixels, n_upper + 1, upper, &n)) / 2.0;
}

/* Number of pixels that differ by SPARSEMED_ACTIVITY_CONTRAST or more. */
static size_t count_different(const uint8_t *frame, const uint8_t *image, size_t n_pixels) {
    const signed_lanes below = (signed_lanes)(SPARSEMED_ACTIVITY_CONTRAST - 1 + HALF);
    size_t n = 0, i = 0;
    while (i + sizeof(lanes) <= n_pixels) {
        lanes count = {0};
        size_t end = i + sm_min(ROUNDS, (n_pixels - i) / sizeof(lanes)) * sizeof(lanes);
#pragma GCC unroll 4
        for (; i < end; i += sizeof(lanes)) {
            lanes a, b;
            memcpy(&a, frame + i, sizeof a);
            memcpy(&b, image + i, sizeof b);
            lanes darker = (lanes)((signed_lanes)(b + HALF) > (signed_lanes)(a + HALF));
            lanes distance = ((a - b) ^ darker) - darker; /* -1 where it is darker: the other sign */
            count -= (lanes)((signed_lanes)(distance + HALF) > below);
        }
        n += add_lanes(&count);
    }
    for (; i < n_pixels; i++) {
        n += (frame[i] > image[i] ? frame[i] - image[i] : image[i] - frame[i]) >= SPARSEMED_ACTIVITY_CONTRAST;
    }
    return n;
}

double sparsemed_activity(const uint8_t *const *frames, size_t n_frames, const uint8_t *image, size_t height,
                          size_t width) {
    assert(n_frames >= 1 && height >= 1 && width >= 1);
    size_t first = height / 4 * width, n_pixels = (height - 2 * (height / 4)) * width, most = 0;
    for (size_t i = 0; i < SPARSEMED_ACTIVITY_FRAMES; i++) {
        const uint8_t *frame = frames[n_frames * i / SPARSEMED_ACTIVITY_FRAMES];
        most = sm_max(most, count_different(frame + first, image + first, n_pixels));
    }
    return (double)most / (double)n_pixels;
}

void sparsemed_offset_count_add(struct sparsemed_offset_count *count, double offset) {
    double position = floor(offset * SPARSEMED_OFFSET_STEPS + 0.5) + SPARSEMED_OFFSET_STEPS * SPARSEMED_OFFSET_MOST;
    double within = fmin(fmax(position, 0), SPARSEMED_OFFSET_BINS - 1);
    count->bins[(size_t)within]++;
    count->n_flickering += fabs(offset) >= SPARSEMED_FLICKER_OFFSET;
}
