#include "core/median/naive_median.h"

uint8_t grey_value(struct rng *rng, enum content content, size_t i, size_t n) {
    switch (content) {
    case UNIFORM:
        return (uint8_t)rng_next(rng);
    case NARROW:
        return (uint8_t)(126 + rng_below(rng, 5));
    case TWO_VALUED:
        return rng_below(rng, 2) ? 131 : 90;
    case EXTREMES:
        return rng_below(rng, 2) ? 255 : 0;
    case ALL_0:
        return 0;
    case ALL_255:
        return 255;
    case BRIGHTER:
        return (uint8_t)(255 * i / n);
    case DARKER:
        return (uint8_t)(255 - 255 * i / n);
    default:
        return i < n / 2 + rng_below(rng, 2) ? 7 : 201;
    }
}

uint8_t guess(struct rng *rng, int kind, uint8_t result) {
    switch (kind) {
    case 0:
        return result;
    case 1:
        return (uint8_t)(result + rng_below(rng, 3) - 1); /* may wrap around, which is as wrong as can be */
    case 2:
        return 0;
    case 3:
        return 255;
    case 4:
        return (uint8_t)~result;
    default:
        return (uint8_t)rng_next(rng);
    }
}

/* The values are sorted by counting them. */
void naive_median(const uint8_t *const *frames, size_t n_frames, size_t n_pixels, uint8_t *image) {
    for (size_t x = 0; x < n_pixels; x++) {
        size_t count[256] = {0};
        for (size_t i = 0; i < n_frames; i++) {
            count[frames[i][x]]++;
        }
        size_t rank = n_frames / 2;
        unsigned value = 0;
        while (rank >= count[value]) {
            rank -= count[value++];
        }
        image[x] = (uint8_t)value;
    }
}
