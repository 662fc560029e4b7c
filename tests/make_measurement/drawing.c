#include "make_measurement/drawing.h"

#include <stdlib.h>
#include <string.h>

#include "make_measurement/cell.h"

/* The background is brought up to date once in as many frames: it changes too slowly to see the steps. */
enum { REFRESH_FRAMES = 64 };

enum { WALL_ROW = 9, N_SPOTS = 6, N_NOISE_STARTS = 1 << 18 };
enum { PURPOSE_SCENE = 2, PURPOSE_CELLS = 3, PURPOSE_BURST_CELLS = 1000000000 };

static const double noise_deviation = 1.3; /* grey values */

struct spot {
    double x, y, radius, depth;
};

struct scene {
    const struct measurement *measurement;
    struct rng rng;
    size_t n_pixels;
    struct cell_style style;
    int16_t *start, *end; /* [n_pixels], backgrounds at the start and the end of the measurement */
    int16_t *background;  /* [n_pixels], between the two */
    int16_t *canvas;      /* [n_pixels], a frame without noise */
    int8_t *noise;        /* [n_pixels + N_NOISE_STARTS] */
};

/* Wall of the channel and its diffraction fringes, `inside` pixels from its edge towards the middle of the channel. */
static double wall(double inside) {
    return 20 * bump(inside + 3, 1.2) - 58 * bump(inside, 1.4) + 32 * bump(inside - 3.1, 1.3) -
           11 * bump(inside - 5.8, 1.3) + 5 * bump(inside - 8.3, 1.4) - 2 * bump(inside - 10.8, 1.5) -
           7 / (1 + exp(2 * inside));
}

static double dirt(const struct spot *spots, double x, double y) {
    double sum = 0;
    for (size_t i = 0; i < N_SPOTS; i++) {
        double distance = hypot(x - spots[i].x, y - spots[i].y);
        double radius = spots[i].radius;
        sum -= spots[i].depth * (bump(distance, radius) - 0.35 * bump(distance - 2.2 * radius, 0.8 * radius));
    }
    return sum;
}

/* drift   0 at the start of the measurement, 1 at its end: the lamp fades, the light wanders and the chip sinks */
static void draw_background(const struct measurement *m, const struct spot *spots, double drift, int16_t *background) {
    double sink = 0.7 * drift, middle = 0.35 + 0.3 * drift;
    for (size_t row = 0; row < m->height; row++) {
        for (size_t column = 0; column < m->width; column++) {
            double x = (double)column, y = (double)row, across = x / (double)m->width - middle;
            double rough = 0.25 * sin(0.11 * x) + 0.15 * sin(0.37 * x + 1);
            double value = 168 - m->drift * drift - 9 * across * across - 2 * y / (double)m->height;
            value += wall(y - WALL_ROW - sink + rough) + wall((double)m->height - 1 - WALL_ROW - y + sink + rough);
            value += dirt(spots, x, y);
            background[row * m->width + column] = (int16_t)lround(value * GREY);
        }
    }
}

/* The pixels of a sensor are not all alike: the same small deviation in all frames. */
static void add_sensor_pattern(struct scene *scene, struct rng *rng) {
    for (size_t i = 0; i < scene->n_pixels; i++) {
        int16_t deviation = (int16_t)lround(0.4 * GREY * rng_normal(rng));
        scene->start[i] = (int16_t)(scene->start[i] + deviation);
        scene->end[i] = (int16_t)(scene->end[i] + deviation);
    }
}

/* Frames add this up from two places of the table (hence the root), so that no two of them have the same noise. */
static void fill_noise(struct scene *scene, struct rng *rng) {
    for (size_t i = 0; i < scene->n_pixels + N_NOISE_STARTS; i++) {
        double value = rng_normal(rng) * noise_deviation * GREY / sqrt(2);
        scene->noise[i] = (int8_t)fmax(-127, fmin(round(value), 127));
    }
}

static void set_scene(struct scene *scene) {
    const struct measurement *m = scene->measurement;
    struct rng rng = rng_start(m->seed, PURPOSE_SCENE);
    struct spot spots[N_SPOTS];
    for (size_t i = 0; i < N_SPOTS; i++) {
        spots[i].x = rng_between(&rng, 0, (double)m->width);
        spots[i].y = rng_between(&rng, 0, (double)m->height);
        spots[i].radius = rng_between(&rng, 1.2, 2.6);
        spots[i].depth = rng_between(&rng, 7, 24);
    }
    draw_background(m, spots, 0, scene->start);
    draw_background(m, spots, 1, scene->end);
    add_sensor_pattern(scene, &rng);
    fill_noise(scene, &rng);
    cell_style_fill(&scene->style, &rng);
}

enum sparsemed_status scene_create(const struct measurement *measurement, struct scene **scene,
                                   struct sparsemed_error *error) {
    size_t n_pixels = measurement->height * measurement->width;
    *scene = calloc(1, sizeof **scene);
    struct scene *s = *scene;
    if (!s) {
        return sparsemed_fail_memory(error, "setting the scene");
    }
    s->measurement = measurement;
    s->rng = rng_start(measurement->seed, PURPOSE_CELLS);
    s->n_pixels = n_pixels;
    s->start = malloc(n_pixels * sizeof *s->start);
    s->end = malloc(n_pixels * sizeof *s->end);
    s->background = malloc(n_pixels * sizeof *s->background);
    s->canvas = malloc(n_pixels * sizeof *s->canvas);
    s->noise = malloc(n_pixels + N_NOISE_STARTS);
    if (!s->start || !s->end || !s->background || !s->canvas || !s->noise) {
        return sparsemed_fail_memory(error, "setting the scene");
    }
    set_scene(s);
    return SPARSEMED_OK;
}

void scene_free(struct scene *scene) {
    if (scene) {
        free(scene->start);
        free(scene->end);
        free(scene->background);
        free(scene->canvas);
        free(scene->noise);
        free(scene);
    }
}

static void refresh_background(struct scene *scene, size_t index) {
    double progress = (double)index / (double)scene->measurement->n_frames;
    int weight = (int)lround(1024 * (progress + 0.1 * sin(12 * progress)));
    for (size_t i = 0; i < scene->n_pixels; i++) {
        int start = scene->start[i], end = scene->end[i];
        scene->background[i] = (int16_t)(start + (end - start) * weight / 1024);
    }
}

/* A cell somewhere along the channel; within a burst always the same one at about the same place. */
static struct cell choose_cell(struct scene *scene, const struct event *event) {
    const struct measurement *m = scene->measurement;
    struct rng burst = rng_start(m->seed, PURPOSE_BURST_CELLS + event->burst);
    struct rng *rng = event->in_burst ? &burst : &scene->rng;
    double width = (double)m->width, height = (double)m->height, channel = height - 2 * (WALL_ROW + 1);
    struct cell cell = {
        .radius = channel * fmin(0.14 + 0.07 * fabs(rng_normal(rng)), 0.34),
        .x = width * rng_between(rng, 0.04, 0.96),
        .y = height / 2 + 0.035 * channel * rng_normal(rng),
        .stretch = rng_between(rng, 0.02, 0.3),
        .contrast = rng_between(rng, 0.75, 1.15),
        .texture = (size_t)rng_next(rng),
    };
    if (event->in_burst) {
        cell.radius = channel * 0.27;
        cell.x += 1.2 * rng_normal(&scene->rng);
        cell.y += 0.6 * rng_normal(&scene->rng);
    }
    return cell;
}

static void add_cells(struct scene *scene, const struct event *event) {
    const struct measurement *m = scene->measurement;
    double chance = rng_between(&scene->rng, 0, 1);
    int n_cells = m->empty || chance <= 0.03 ? 0 : chance <= 0.9 ? 1 : 2;
    for (int i = 0; i < n_cells; i++) {
        struct cell cell = choose_cell(scene, event);
        cell_add(&cell, &scene->style, scene->canvas, m->height, m->width);
    }
}

static void develop(struct scene *scene, int brightness, uint8_t *frame) {
    const int8_t *first = scene->noise + rng_next(&scene->rng) % N_NOISE_STARTS;
    const int8_t *second = scene->noise + rng_next(&scene->rng) % N_NOISE_STARTS;
    for (size_t i = 0; i < scene->n_pixels; i++) {
        int value = scene->canvas[i] + first[i] + second[i] + brightness;
        frame[i] = (uint8_t)(value < 0 ? 0 : value >= 256 * GREY ? 255 : value / GREY);
    }
}

void scene_draw(struct scene *scene, const struct event *event, uint8_t *frame) {
    if (event->index % REFRESH_FRAMES == 0) {
        refresh_background(scene, event->index);
    }
    memcpy(scene->canvas, scene->background, scene->n_pixels * sizeof *scene->canvas);
    add_cells(scene, event);
    double flicker = scene->measurement->flicker * rng_between(&scene->rng, -1, 1);
    develop(scene, (int)lround(flicker * GREY) + GREY / 2, frame); /* the half is for rounding */
}
