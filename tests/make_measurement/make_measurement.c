/* Draws a made-up measurement of an imaging deformability cytometer and writes it as .rtdc file. */
#include <stdio.h>
#include <stdlib.h>

#include "make_measurement/drawing.h"
#include "make_measurement/made_options.h"
#include "make_measurement/writing.h"

/* Room for the frames that are written at once. */
struct batch {
    uint8_t *frames; /* [chunk frames][height][width] */
    double *numbers; /* [chunk frames] */
};

static enum sparsemed_status write_frames(const struct measurement *m, struct scene *scene, struct batch *batch,
                                          struct writer *writer, struct sparsemed_error *error) {
    struct event_source events;
    events_start(&events, m);
    size_t batch_frames = 0;
    for (size_t first = 0; first < m->n_frames; first += batch_frames) {
        batch_frames = m->n_frames - first < m->chunk_frames ? m->n_frames - first : m->chunk_frames;
        for (size_t i = 0; i < batch_frames; i++) {
            struct event event = events_next(&events);
            scene_draw(scene, &event, batch->frames + i * m->height * m->width);
            batch->numbers[i] = (double)event.number;
        }
        if (writer_put(writer, first, batch_frames, batch->frames, batch->numbers, error) != SPARSEMED_OK) {
            return error->status;
        }
    }
    return SPARSEMED_OK;
}

static enum sparsemed_status make_measurement(const struct measurement *m, struct sparsemed_error *error) {
    size_t batch_frames = m->n_frames < m->chunk_frames ? m->n_frames : m->chunk_frames;
    struct batch batch = {malloc(batch_frames * m->height * m->width), malloc(batch_frames * sizeof *batch.numbers)};
    struct scene *scene = NULL;
    struct writer *writer = NULL;
    if (!batch.frames || !batch.numbers) {
        sparsemed_fail_memory(error, "making room for frames");
    } else if (scene_create(m, &scene, error) == SPARSEMED_OK && writer_open(m, &writer, error) == SPARSEMED_OK) {
        write_frames(m, scene, &batch, writer, error);
    }
    writer_close(writer, error);
    scene_free(scene);
    free(batch.frames);
    free(batch.numbers);
    return error->status;
}

int main(int argc, char **argv) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct measurement measurement;
    if (options_parse(argc, argv, &measurement, &error) == SPARSEMED_OK) {
        if (measurement.path) {
            make_measurement(&measurement, &error);
        } else {
            fputs(options_help, stdout);
        }
    }
    if (error.status != SPARSEMED_OK) {
        fprintf(stderr, "make_measurement: %s\n", error.message);
    }
    return (int)error.status;
}
