/* What a new output takes over from its input: metadata, the scalar features of frames, and where the others are. */
#ifndef RTDC_OUTPUTS_TAKE_OVER_H
#define RTDC_OUTPUTS_TAKE_OVER_H

#include <hdf5.h>

#include "rtdc/outputs/specification.h"
#include "sparsemed/status.h"

/* Take over root attributes, logs and tables, the scalar features of frames (feature_copy.h), file basins, and a basin
 * that leads to the input itself. Of frames that are no measurement no basin tells, and no feature is theirs: readers
 * would take others for them, or find none.
 *
 * In the output of a slice all these basins have maps, so that its rows are those of the slice. It tells how many
 * events it has, if the input does, and is no longer the measurement itself: it has another identifier, which begins
 * with that of the measurement, as readers demand of who has only some of its rows.
 *
 * input        open for reading; invalid where the frames are no HDF5 file, and there is nothing to take over
 * file         the new output, open for writing
 * wanted       what it is to be; without an identifier of the pipeline, which is not needed here
 * zstd_level   see filters/filters.h
 * values       whether to write the values of features, too, which may be many
 *
 * SPARSEMED_INPUT: metadata of the input is damaged. SPARSEMED_OUTPUT: it could not be written. The message does not
 * name the file. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_take_over(hid_t input, hid_t file, const struct sm_specification *wanted, int zstd_level,
                                   bool values, struct sparsemed_error *error);

#endif
