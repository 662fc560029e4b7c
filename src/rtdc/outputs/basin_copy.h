/* Copying basin definitions from a measurement to an output that may be in another folder. */
#ifndef RTDC_OUTPUTS_BASIN_COPY_H
#define RTDC_OUTPUTS_BASIN_COPY_H

#include <hdf5.h>

#include "rtdc/basin.h"
#include "rtdc/outputs/slice_map.h"
#include "sparsemed/status.h"

/* Copy the definitions of file basins, and the maps they use, from the input to a new output; where that has a slice of
 * the input, each has a map to the rows that are left. They list what they
 * offer, but no longer a background, nor features that the input has itself: there these come first, and readers of the
 * output would find both in basins. Their relative paths lead from the output. One that listed nothing else is left
 * out, and so is one whose map is missing, or not for a slice to be taken of it. Paths that lead nowhere stay; where
 * the basin was moved along with the input, those that lead to it now are added.
 *
 * input         open for reading
 * input_path    of the input
 * output        open for writing
 * output_path   at which the output will be
 * slice_map     the map of the slice, which is in the output; NULL: it has the same rows
 * zstd_level    see filters/filters.h
 *
 * SPARSEMED_INPUT, SPARSEMED_OUTPUT: one could not be read or written; the message does not name the file.
 * SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_basins_copy(hid_t input, const char *input_path, hid_t output, const char *output_path,
                                     const struct sm_slice_map *slice_map, int zstd_level,
                                     struct sparsemed_error *error);

/* The paths of a file basin as a copy of the measurement elsewhere needs them: a relative one becomes the absolute path
 * and the one relative to the copy, or stays as it is where it leads nowhere. NULL where memory is out. To be released
 * with json_decref. */
json_t *sm_basin_paths_from(const struct sm_basin *basin, const char *input_path, const char *output_path);

#endif
