/* Writing basin definitions. */
#ifndef RTDC_OUTPUTS_BASIN_WRITE_H
#define RTDC_OUTPUTS_BASIN_WRITE_H

#include <hdf5.h>
#include <jansson.h>

#include "rtdc/origin.h"
#include "sparsemed/status.h"

/* Write a definition under the MD5 sum of its text; one that is there already is left.
 *
 * file         open for writing
 * definition   taken over; NULL stands for memory that is out
 * zstd_level   see filters/filters.h
 *
 * SPARSEMED_OUTPUT: it could not be written; the message does not name the file. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_basin_write(hid_t file, json_t *definition, int zstd_level, struct sparsemed_error *error);

/* Write the definition of the internal basin that holds the background images.
 *
 * file         open for writing
 * mapping      name of the dataset in events that maps frames to images, such as "basinmap0"
 * zstd_level   see filters/filters.h
 *
 * SPARSEMED_OUTPUT: it could not be written; the message does not name the file. */
enum sparsemed_status sm_basin_write_internal(hid_t file, const char *ppid, const char *mapping, int zstd_level,
                                              struct sparsemed_error *error);

/* Write the definition of a file basin that offers the features of the input, but not a background of its own.
 *
 * file          the output, open for writing
 * input         open for reading
 * origin        the input, with its real path; the definition holds that, and the path from the output to it
 * mapping       name of the dataset in events that maps frames of the output to those of the input; NULL: they are the
 *               same
 * zstd_level    see filters/filters.h
 *
 * SPARSEMED_INPUT: what must be known of the input cannot be read. SPARSEMED_OUTPUT: it could not be written.
 * SPARSEMED_INTERNAL: out of memory. The message does not name the file. */
enum sparsemed_status sm_basin_write_file(hid_t file, hid_t input, const struct sm_origin *origin,
                                          const char *output_path, const char *mapping, int zstd_level,
                                          struct sparsemed_error *error);

#endif
