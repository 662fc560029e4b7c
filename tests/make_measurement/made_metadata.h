/* What a .rtdc file holds beside the features. */
#ifndef TESTS_MAKE_MEASUREMENT_MADE_METADATA_H
#define TESTS_MAKE_MEASUREMENT_MADE_METADATA_H

#include <hdf5.h>

#include "make_measurement/made_measurement.h"

/* Write attributes, a log and a table; the groups must be there. False where HDF5 fails; its error handler then knows
 * why. */
bool metadata_write(hid_t file, const struct measurement *measurement);

#endif
