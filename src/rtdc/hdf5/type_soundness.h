/* Types of a file, without trusting them.
 *
 * HDF5 1.10 takes from a damaged file a member that lies behind the end of its element, or a number with more bits than
 * its bytes have, and reads and writes there when values are converted. */
#ifndef RTDC_HDF5_TYPE_SOUNDNESS_H
#define RTDC_HDF5_TYPE_SOUNDNESS_H

#include <hdf5.h>
#include <stdbool.h>

/* Whether all parts of a type lie within it. False for an invalid one. */
bool sm_type_is_sound(hid_t type);

#endif
