#include "make_measurement/cell.h"

/* Change of brightness, `outside` pixels from the rim: the cell bends light like a lens, out of its rim and into a
 * bright ring within; outside are fringes. */
static double ring(double outside) {
    double inside = 1 / (1 + exp(1.5 * (outside + 2)));
    return 13 * bump(outside - 3.2, 1.4) - 5 * bump(outside - 6.1, 1.5) - 66 * bump(outside, 1.6) +
           34 * bump(outside + 4.2, 1.9) - 12 * inside + 14 * inside * (1 - bump(outside, 9));
}

void cell_style_fill(struct cell_style *style, struct rng *rng) {
    for (size_t i = 0; i < (RING_INSIDE + RING_OUTSIDE) * RING_STEPS; i++) {
        style->ring[i] = (float)(GREY * ring((double)i / RING_STEPS - RING_INSIDE));
    }
    const double turn = 2 * 3.14159265358979323846 / TEXTURE_SIZE;
    double phase[4];
    for (size_t i = 0; i < 4; i++) {
        phase[i] = rng_between(rng, 0, turn * TEXTURE_SIZE);
    }
    for (size_t row = 0; row < TEXTURE_SIZE; row++) {
        for (size_t column = 0; column < TEXTURE_SIZE; column++) {
            double x = turn * (double)column, y = turn * (double)row;
            double value = sin(7 * x + 2 * y + phase[0]) + sin(3 * x - 8 * y + phase[1]) +
                           sin(-11 * x + 5 * y + phase[2]) + sin(4 * x + 13 * y + phase[3]);
            style->texture[row][column] = (float)(2.5 * GREY * value);
        }
    }
}

/* Distance from the centre, 1 at the rim: the front (ahead of the centre) is pointed, the back is flat. */
static float bullet(float ahead, float aside, float front, float back, float half_height) {
    float u = ahead / (ahead > 0 ? front : back), v = aside / half_height;
    float uu = u * u, vv = v * v;
    return ahead > 0 ? sqrtf(uu + vv) : sqrtf(sqrtf(uu * uu + vv * vv + 1.2f * uu * vv));
}

/* The pixels from centre - reach to centre + reach, as far as there are any. */
static size_t first_pixel(double centre, double reach) {
    return centre > reach ? (size_t)(centre - reach) : 0;
}

static size_t end_pixel(double centre, double reach, size_t size) {
    double end = ceil(centre + reach + 1);
    return end <= 0 ? 0 : end < (double)size ? (size_t)end : size;
}

void cell_add(const struct cell *cell, const struct cell_style *style, int16_t *canvas, size_t height, size_t width) {
    float front = (float)(cell->radius * (1 + cell->stretch)), back = (float)(cell->radius * (1 - cell->stretch / 3));
    float half_height = (float)(cell->radius * (1 - cell->stretch / 3)), contrast = (float)cell->contrast;
    double reach_x = front + RING_OUTSIDE, reach_y = half_height + RING_OUTSIDE;
    size_t end_row = end_pixel(cell->y, reach_y, height), end_column = end_pixel(cell->x, reach_x, width);
    for (size_t row = first_pixel(cell->y, reach_y); row < end_row; row++) {
        const float *texture = style->texture[(cell->texture / TEXTURE_SIZE + row) % TEXTURE_SIZE];
        for (size_t column = first_pixel(cell->x, reach_x); column < end_column; column++) {
            float ahead = (float)((double)column - cell->x), aside = (float)((double)row - cell->y);
            float distance = bullet(ahead, aside, front, back, half_height);
            float outside = (distance - 1) * half_height;
            if (outside >= RING_OUTSIDE - 1) {
                continue;
            }
            float place = fmaxf(outside + RING_INSIDE, 0);
            float change = style->ring[(size_t)(place * RING_STEPS)];
            if (distance < 0.85f) {
                change += (0.85f - distance) * 2 * texture[(cell->texture + column) % TEXTURE_SIZE];
            }
            int16_t *pixel = &canvas[row * width + column];
            *pixel = (int16_t)((float)*pixel + contrast * change);
        }
    }
}
