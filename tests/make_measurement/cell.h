/* Picture of a cell. */
#ifndef TESTS_MAKE_MEASUREMENT_CELL_H
#define TESTS_MAKE_MEASUREMENT_CELL_H

#include <stddef.h>
#include <stdint.h>

#include "support/random.h"

/* A picture is drawn in fractions of a grey value: smooth slopes must not become steps. */
enum { GREY = 16 };

enum { RING_STEPS = 8, RING_INSIDE = 24, RING_OUTSIDE = 9, TEXTURE_SIZE = 64 };

struct cell {
    double x, y, radius; /* pixels */
    double stretch;      /* 0: round; 0.3: a bullet */
    double contrast;     /* 1: usual */
    size_t texture;      /* which piece of the texture it shows; any number */
};

/* What all cells have in common. */
struct cell_style {
    float ring[(RING_INSIDE + RING_OUTSIDE) * RING_STEPS]; /* change of brightness across the rim, from the inside */
    float texture[TEXTURE_SIZE][TEXTURE_SIZE];             /* change of brightness of the inside, periodic */
};

/* Change of brightness across a line or spot: 1 in its middle. */
static inline double bump(double distance, double width) {
    return exp(-(distance * distance) / (width * width));
}

void cell_style_fill(struct cell_style *style, struct rng *rng);

/* Add a cell to the canvas [height][width]; it may lie partly or wholly outside. */
void cell_add(const struct cell *cell, const struct cell_style *style, int16_t *canvas, size_t height, size_t width);

#endif
