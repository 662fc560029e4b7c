/* Maps of an output that has a slice of its input: from its rows to those of the basins. */
#ifndef RTDC_OUTPUTS_SLICE_MAP_H
#define RTDC_OUTPUTS_SLICE_MAP_H

#include <hdf5.h>

#include "rtdc/frames/slice.h"
#include "rtdc/layout.h"
#include "sparsemed/status.h"

/* The map that leads to the rows of the input, and of all that has the same rows. */
struct sm_slice_map {
    struct sm_slice slice;
    char name[SM_MAP_NAME_SIZE]; /* among the events of the output */
};

/* Write it, under the first name that neither file has: maps of the input keep their names.
 *
 * input        open for reading
 * output       open for writing, with a group of events
 * map          its slice; receives the name
 * zstd_level   see filters/filters.h
 *
 * SPARSEMED_INPUT: a file is damaged, so that names cannot be told. SPARSEMED_OUTPUT: all ten names are taken, or it
 * could not be written. SPARSEMED_INTERNAL: out of memory. The message does not name the file. */
enum sparsemed_status sm_slice_map_write(hid_t input, hid_t output, struct sm_slice_map *map, int zstd_level,
                                         struct sparsemed_error *error);

/* Write what is left of a map of the input, under its name, which is free.
 *
 * map      of the input, for all its rows
 * output   open for writing, with a group of events
 * name     of the map
 *
 * SPARSEMED_INPUT: it is damaged. SPARSEMED_OUTPUT: it could not be written. SPARSEMED_INTERNAL: out of memory. The
 * message does not name the map. */
enum sparsemed_status sm_slice_map_compose(hid_t map, hid_t output, const char *name, const struct sm_slice *slice,
                                           int zstd_level, struct sparsemed_error *error);

#endif
