/* What basins offer: lists of features, as JSON arrays of their sorted names. */
#ifndef RTDC_BASIN_FEATURES_H
#define RTDC_BASIN_FEATURES_H

#include <hdf5.h>
#include <jansson.h>
#include <stddef.h>

#include "rtdc/basin.h"

/* The features that a file has itself, in its events or in its internal basins; but no background, and no maps.
 *
 * features   receives them, to be released with json_decref; NULL after a failure
 *
 * SPARSEMED_INPUT: the file is damaged, so that they cannot be told; the message does not name it. SPARSEMED_INTERNAL:
 * out of memory. */
enum sparsemed_status sm_basin_own_features(hid_t file, json_t **features, struct sparsemed_error *error);

/* A copy of a definition that lists what readers find through it now: where it has no list, all that its file offers,
 * basins included, but no background. Where that cannot be told, as there is no such file, it stays as it is. NULL
 * where memory is out. To be released with json_decref.
 *
 * path   of the file that has the definition */
json_t *sm_basin_with_features(const struct sm_basin *basin, const char *path);

/* A copy of a definition that does not list the features of a background, nor those of another array. NULL where memory
 * is out. To be released with json_decref.
 *
 * definition          a JSON object
 * others              may be NULL
 * n_removed, n_left   receive how many features are off the list, and on it */
json_t *sm_basin_without_background(const json_t *definition, const json_t *others, size_t *n_removed, size_t *n_left);

#endif
