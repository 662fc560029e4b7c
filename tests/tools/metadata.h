/* What a .rtdc file holds beside the features. */
#ifndef TOOLS_METADATA_H
#define TOOLS_METADATA_H

#include <hdf5.h>

#include "measurement.h"

/* Write attributes, a log and a table; the groups must be there. False where HDF5 fails; its error handler then knows
 * why. */
bool metadata_write(hid_t file, const struct measurement *measurement);

#endif
