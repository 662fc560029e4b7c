/* The maps of a file from its frames to the rows of basins: events/basinmap0 to 9. */
#ifndef RTDC_MAP_H
#define RTDC_MAP_H

#include <hdf5.h>
#include <stdbool.h>

#include "rtdc/layout.h"
#include "sparsemed/attribution.h"
#include "sparsemed/status.h"

/* Whether a feature is a map, or bears the name of one. */
bool sm_map_is(const char *feature);

/* Whether a dataset is a list of as many rows as there are frames. */
bool sm_map_has_length(hid_t dataset, uint64_t n_frames);

/* Read a map.
 *
 * rows     receives them, [n_rows], to be released with free, also after a failure; any number may be among them
 * n_rows   receives how many there are, >= 1
 *
 * SPARSEMED_INPUT: it is no list of rows, or damaged; the message does not name it. SPARSEMED_INTERNAL: out of memory.
 */
enum sparsemed_status sm_map_read(hid_t dataset, int64_t **rows, uint64_t *n_rows, struct sparsemed_error *error);

/* Look for a map that gives every frame the image that it is attributed to.
 *
 * n_frames   >= 1
 * name       receives its name, or "" where there is none
 *
 * SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_map_find(hid_t file, const struct sparsemed_attribution *attribution, uint64_t n_frames,
                                  char name[SM_MAP_NAME_SIZE], struct sparsemed_error *error);

/* Choose the name of a new map, the first that is free in a file, and in another one, too. SPARSEMED_OUTPUT: all ten
 * are taken. SPARSEMED_INPUT: a file is damaged, so that it cannot be told; the message does not name it.
 *
 * other   may be the same file */
enum sparsemed_status sm_map_choose(hid_t file, hid_t other, char name[SM_MAP_NAME_SIZE],
                                    struct sparsemed_error *error);

#endif
