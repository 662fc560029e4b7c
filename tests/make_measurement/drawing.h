/* Pictures of cells in a channel, as the camera of an imaging deformability cytometer takes them. */
#ifndef TESTS_MAKE_MEASUREMENT_DRAWING_H
#define TESTS_MAKE_MEASUREMENT_DRAWING_H

#include "make_measurement/events.h"
#include "sparsemed/status.h"

/* Smallest frame that has room for two walls and a cell between them, and the largest in each direction. */
#define MIN_HEIGHT 32
#define MIN_WIDTH  16
#define MAX_SIZE   8192

struct scene;

/* Set the scene of a measurement, which is borrowed. Release with scene_free. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status scene_create(const struct measurement *measurement, struct scene **scene,
                                   struct sparsemed_error *error);

/* Release; NULL is fine. */
void scene_free(struct scene *scene);

/* Draw the frame [height][width] of an event. Draw them all in ascending order: then they depend on the seed, sizes
 * and events alone, and not on how they are stored. */
void scene_draw(struct scene *scene, const struct event *event, uint8_t *frame);

#endif
