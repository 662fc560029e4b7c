#include "sparsemed/time_axis.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- making an axis ---- */

/* A time stamp with its frame, to be sorted. */
struct stamp {
    double time;
    size_t frame;
};

static int compare_stamps(const void *left, const void *right) {
    const struct stamp *a = left, *b = right;
    if (a->time != b->time) {
        return a->time < b->time ? -1 : 1;
    }
    return a->frame < b->frame ? -1 : a->frame > b->frame;
}

static enum sparsemed_status sort_frames(struct sparsemed_time_axis *axis, struct sparsemed_error *error) {
    struct stamp *stamps = malloc(axis->n_frames * sizeof *stamps);
    axis->order = malloc(axis->n_frames * sizeof *axis->order);
    if (!stamps || !axis->order) {
        free(stamps);
        return sparsemed_fail_memory(error, "sorting the time stamps");
    }
    for (size_t i = 0; i < axis->n_frames; i++) {
        stamps[i] = (struct stamp){axis->time[i], i};
    }
    qsort(stamps, axis->n_frames, sizeof *stamps, compare_stamps);
    for (size_t i = 0; i < axis->n_frames; i++) {
        axis->order[i] = stamps[i].frame;
    }
    free(stamps);
    return SPARSEMED_OK;
}

static enum sparsemed_status allocate(struct sparsemed_time_axis *axis, size_t n_frames,
                                      struct sparsemed_error *error) {
    assert(n_frames >= 1);
    *axis = (struct sparsemed_time_axis){.n_frames = n_frames};
    axis->time = n_frames <= SIZE_MAX / sizeof(struct stamp) ? malloc(n_frames * sizeof *axis->time) : NULL;
    return axis->time ? SPARSEMED_OK : sparsemed_fail_memory(error, "reading the time stamps");
}

/* Check the stamps and derive the rest of the axis from them. */
static enum sparsemed_status complete(struct sparsemed_time_axis *axis, struct sparsemed_error *error) {
    bool ascending = true;
    for (size_t i = 0; i < axis->n_frames; i++) {
        if (!isfinite(axis->time[i])) {
            return sparsemed_fail(error, SPARSEMED_INPUT, "the time stamp of frame %zu is not a finite number", i);
        }
        ascending = ascending && (i == 0 || axis->time[i - 1] <= axis->time[i]);
    }
    axis->duration = axis->time[axis->n_frames - 1] - axis->time[0];
    if (!(axis->duration > 0) || isinf(axis->duration)) {
        return sparsemed_fail(error, SPARSEMED_INPUT,
                              "the time between the first and the last of %zu frames is %g s, not above 0",
                              axis->n_frames, axis->duration);
    }
    return ascending ? SPARSEMED_OK : sort_frames(axis, error);
}

static void subtract_first(const void *times, enum sparsemed_number_type type, size_t n_frames, double *result) {
    const float *f32 = times;
    const double *f64 = times;
    const uint64_t *u64 = times;
    for (size_t i = 0; i < n_frames; i++) {
        switch (type) {
        case SPARSEMED_FLOAT32:
            result[i] = (double)(float)(f32[i] - f32[0]);
            break;
        case SPARSEMED_FLOAT64:
            result[i] = f64[i] - f64[0];
            break;
        case SPARSEMED_INT64: /* wraps around as stored integers do; unsigned arithmetic makes that defined */
            result[i] = (double)(int64_t)(u64[i] - u64[0]);
            break;
        case SPARSEMED_UINT64:
            result[i] = (double)(u64[i] - u64[0]);
            break;
        }
    }
}

enum sparsemed_status sparsemed_time_axis_from_times(const void *times, enum sparsemed_number_type type,
                                                     size_t n_frames, struct sparsemed_time_axis *axis,
                                                     struct sparsemed_error *error) {
    enum sparsemed_status status = allocate(axis, n_frames, error);
    if (status != SPARSEMED_OK) {
        return status;
    }
    axis->single_precision = type == SPARSEMED_FLOAT32;
    subtract_first(times, type, n_frames, axis->time);
    return complete(axis, error);
}

/* Check the frame rate that an axis is made with, then allocate that. */
static enum sparsemed_status allocate_with_rate(struct sparsemed_time_axis *axis, size_t n_frames, double frame_rate,
                                                struct sparsemed_error *error) {
    *axis = (struct sparsemed_time_axis){0};
    if (!(frame_rate > 0) || isinf(frame_rate)) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "the frame rate is %g frames a second, not above 0", frame_rate);
    }
    return allocate(axis, n_frames, error);
}

enum sparsemed_status sparsemed_time_axis_from_frame_numbers(const double *numbers, size_t n_frames, double frame_rate,
                                                             struct sparsemed_time_axis *axis,
                                                             struct sparsemed_error *error) {
    enum sparsemed_status status = allocate_with_rate(axis, n_frames, frame_rate, error);
    if (status != SPARSEMED_OK) {
        return status;
    }
    double first = numbers[0] / frame_rate;
    for (size_t i = 0; i < n_frames; i++) {
        axis->time[i] = numbers[i] / frame_rate - first;
    }
    return complete(axis, error);
}

enum sparsemed_status sparsemed_time_axis_uniform(size_t n_frames, double frame_rate, struct sparsemed_time_axis *axis,
                                                  struct sparsemed_error *error) {
    enum sparsemed_status status = allocate_with_rate(axis, n_frames, frame_rate, error);
    if (status != SPARSEMED_OK) {
        return status;
    }
    double duration = (double)n_frames / frame_rate * 1.5;
    double step = n_frames > 1 ? duration / (double)(n_frames - 1) : 0;
    for (size_t i = 0; i < n_frames; i++) {
        axis->time[i] = (double)i * step;
    }
    if (n_frames > 1) {
        axis->time[n_frames - 1] = duration;
    }
    return complete(axis, error);
}

void sparsemed_time_axis_free(struct sparsemed_time_axis *axis) {
    free(axis->time);
    free(axis->order);
    *axis = (struct sparsemed_time_axis){0};
}

/* ---- asking it ---- */

enum sparsemed_status sparsemed_count_steps(const struct sparsemed_time_axis *axis, double split_time, size_t *n_steps,
                                            struct sparsemed_error *error) {
    assert(axis->duration > 0 && split_time > 0);
    double quotient =
        axis->single_precision ? (double)((float)axis->duration / (float)split_time) : axis->duration / split_time;
    double count = ceil(quotient);
    if (!(count <= SPARSEMED_MAX_STEPS)) {
        return sparsemed_fail(error, SPARSEMED_INPUT,
                              "a split time of %g s divides the %g s of the measurement into more than %d steps; "
                              "choose a longer one",
                              split_time, axis->duration, SPARSEMED_MAX_STEPS);
    }
    *n_steps = count > 0 ? (size_t)count : 1; /* the quotient may underflow to 0, the duration is above it */
    return SPARSEMED_OK;
}

static size_t frame_at(const struct sparsemed_time_axis *axis, size_t position) {
    return axis->order ? axis->order[position] : position;
}

/* Signed distance of the frame at a position of the time order; ascends with the position. */
static double distance(const struct sparsemed_time_axis *axis, size_t position, double origin, double shift) {
    return (axis->time[frame_at(axis, position)] - origin) - shift;
}

/* First position in [low, high) from which on the distance is at least the limit; high where there is none. */
static size_t first_from(const struct sparsemed_time_axis *axis, size_t low, size_t high, double origin, double shift,
                         double limit) {
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (distance(axis, middle, origin, shift) >= limit) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

size_t sparsemed_nearest_frame(const struct sparsemed_time_axis *axis, double origin, double shift) {
    assert(axis->n_frames >= 1);
    size_t n = axis->n_frames;
    size_t split = first_from(axis, 0, n, origin, shift, 0);
    double below = split > 0 ? -distance(axis, split - 1, origin, shift) : INFINITY;
    double above = split < n ? distance(axis, split, origin, shift) : INFINITY;
    double least = below < above ? below : above;
    size_t begin = below <= above ? first_from(axis, 0, split, origin, shift, -least) : split;
    if (!axis->order) {
        return begin;
    }
    size_t nearest = axis->order[begin];
    for (size_t i = begin + 1; i < n && fabs(distance(axis, i, origin, shift)) == least; i++) {
        nearest = axis->order[i] < nearest ? axis->order[i] : nearest;
    }
    return nearest;
}
